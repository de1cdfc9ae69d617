//! Which work a change needs.

use std::ops::BitOrAssign;

/// What has to be done. The default is nothing.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Work {
    /// Build the style sheet; pages swap it.
    pub style: bool,
    /// Build what is stale of the rest of the browser bundle, and restart.
    pub bundle: bool,
    /// Build the server, and restart if that made another one.
    pub server: bool,
    /// The bundle has to wait for the server, because its builder or the lock file may be another one afterwards.
    pub in_turn: bool,
    /// Restart, whatever was built.
    pub restart: bool,
}

impl Work {
    /// Everything, as at the start.
    pub const ALL: Self = Self { style: true, bundle: true, server: true, in_turn: true, restart: true };

    const NONE: Self = Self { style: false, bundle: false, server: false, in_turn: false, restart: false };
    const STYLE: Self = Self { style: true, ..Self::NONE };
    const BUNDLE: Self = Self { bundle: true, ..Self::NONE };
    const SERVER: Self = Self { server: true, ..Self::NONE };
    const BOTH: Self = Self { bundle: true, server: true, ..Self::NONE };
    const BOTH_IN_TURN: Self = Self { in_turn: true, ..Self::BOTH };
    const RESTART: Self = Self { restart: true, ..Self::NONE };

    /// The work after a change of the file at `path`, relative to the workspace and with `/` between its parts. When in
    /// doubt more rather than less: Cargo and the bundle step find out by themselves that nothing is stale.
    #[must_use]
    pub fn after_change_of(path: &str) -> Self {
        let parts: Vec<&str> = path.split('/').collect();
        match *parts {
            [.., file] if file.ends_with(".md") => Self::NONE,
            ["style", ..] => Self::STYLE,
            ["public", ..] => Self::BUNDLE,
            [".env"] => Self::RESTART,
            ["Cargo.toml" | "Cargo.lock" | "rust-toolchain.toml"] | [".cargo", "config.toml"] => {
                Self::BOTH_IN_TURN
            }
            ["app" | "frontend", "Cargo.toml"] | ["app", "api" | "model", "Cargo.toml"] => Self::BOTH_IN_TURN,
            ["src", ..] | ["app", "src", ..] | ["app", "api" | "model", "src", ..] => Self::BOTH,
            ["frontend", "src", ..] => Self::BUNDLE,
            ["frontend", "bundle", "src" | "Cargo.toml", ..] => Self::BOTH_IN_TURN,
            // These are no part of the server.
            ["server", "dev" | "test-servers", ..] => Self::NONE,
            ["server", "baseline", ..] => Self::NONE, // slim: mongodb&postgres&redis
            ["server", .., "Cargo.toml"] => Self::BOTH_IN_TURN,
            ["server", ref inner @ ..] if inner.iter().any(|part| is_aside(part)) => Self::NONE,
            ["server", ..] => Self::SERVER,
            _ => Self::NONE,
        }
    }

    #[must_use]
    pub fn is_nothing(self) -> bool {
        self == Self::NONE
    }

    pub(crate) fn needs_bundle(self) -> bool {
        self.style || self.bundle
    }
}

impl BitOrAssign for Work {
    fn bitor_assign(&mut self, other: Self) {
        self.style |= other.style;
        self.bundle |= other.bundle;
        self.server |= other.server;
        self.in_turn |= other.in_turn;
        self.restart |= other.restart;
    }
}

fn is_aside(directory: &str) -> bool {
    matches!(directory, "tests" | "benches" | "examples")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_source_needs_what_is_built_from_it() {
        for (path, work) in [
            ("style/main.css", Work::STYLE),
            ("style/deep/button.css", Work::STYLE),
            ("public/robots.txt", Work::BUNDLE),
            ("public/page.js", Work::BUNDLE),
            ("frontend/src/lib.rs", Work::BUNDLE),
            ("src/lib.rs", Work::BOTH),
            ("app/src/pages/home.rs", Work::BOTH),
            ("app/src/islands/handed.rs", Work::BOTH),
            ("app/model/src/login.rs", Work::BOTH),
            ("app/api/Cargo.toml", Work::BOTH_IN_TURN),
            ("server/web/src/routes/home.rs", Work::SERVER),
            ("server/sessions/src/store/scripts/load.lua", Work::SERVER),
            ("server/database/migrations/sqlite/0001_accounts.sql", Work::SERVER),
            ("server/sessions/Cargo.toml", Work::BOTH_IN_TURN),
            ("frontend/Cargo.toml", Work::BOTH_IN_TURN),
            ("frontend/bundle/src/builder/css.rs", Work::BOTH_IN_TURN),
            ("Cargo.lock", Work::BOTH_IN_TURN),
            (".cargo/config.toml", Work::BOTH_IN_TURN),
            (".env", Work::RESTART),
        ] {
            assert_eq!(Work::after_change_of(path), work, "{path}");
        }
    }

    #[test]
    fn what_the_running_application_is_not_built_from_needs_nothing() {
        for path in [
            "README.md",
            "server/README.md",
            "server/tests/it/main.rs",
            "server/benches/http/main.rs",
            "server/accounts/tests/use_cases/main.rs",
            "server/dev/src/work.rs",
            "server/test-servers/src/lib.rs",
            "app/tests/pages/main.rs",
            "frontend/bundle/tests/fonts.rs",
            "end2end/tests/home.spec.ts",
            "Dockerfile",
        ] {
            assert!(Work::after_change_of(path).is_nothing(), "{path}");
        }
    }

    #[test]
    fn work_adds_up() {
        let mut work = Work::STYLE;
        work |= Work::SERVER;
        assert_eq!(work, Work { style: true, server: true, ..Work::NONE });
        assert!(work.needs_bundle());
    }
}
