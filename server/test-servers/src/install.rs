//! The commands that install what tests need, in one place.

use std::fmt;

/// A program, as the package managers of three systems know it.
#[derive(Debug, Clone, Copy)]
pub struct Install {
    /// For `apt-get install`.
    debian: &'static str,
    /// For `dnf install`.
    fedora: &'static str,
    /// For `brew install`.
    macos: &'static str,
}

pub const CHROMIUM: Install =
    Install { debian: "chromium", fedora: "chromium", macos: "--cask google-chrome" };

/// With npm.
pub const NODE: Install = Install { debian: "nodejs npm", fedora: "nodejs npm", macos: "node" };

pub(crate) const OPENSSL: Install = Install { debian: "openssl", fedora: "openssl", macos: "openssl" };

// slim: postgres
pub(crate) const POSTGRES: Install = Install {
    debian: "postgresql",
    fedora: "postgresql-server",
    macos: "postgresql@17 && brew link postgresql@17",
};
// slim: end

// slim: mongodb
/// With what virtual environments need.
pub(crate) const PYTHON: Install = Install { debian: "python3-venv", fedora: "python3", macos: "python" };
// slim: end

// slim: redis
pub(crate) const REDIS: Install = Install { debian: "redis-server", fedora: "valkey", macos: "redis" };
// slim: end

impl fmt::Display for Install {
    /// Goes behind what is missing, on the same line.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { debian, fedora, macos } = self;
        write!(
            f,
            "Debian, Ubuntu: `apt-get install {debian}`; Fedora: `dnf install {fedora}`; macOS: `brew install {macos}`"
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_line_has_the_command_of_each_system() {
        assert_eq!(
            NODE.to_string(),
            "Debian, Ubuntu: `apt-get install nodejs npm`; Fedora: `dnf install nodejs npm`; macOS: `brew install node`"
        );
    }
}
