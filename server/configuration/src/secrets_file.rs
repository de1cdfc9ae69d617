//! The secret of a development machine: generated once and kept in a file so that a restart does not sign
//! anybody out. Production and demo never use it; their secrets must be configured.

use std::fs::{self, OpenOptions};
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;

use sessions::keys::MIN_SECRET_BYTES;

use super::secret::Secret;

/// Relative to the working directory.
pub(super) const SECRETS_FILE: &str = "data/session-secret";

#[derive(Debug, thiserror::Error)]
#[error("{}: {problem}", path.display())]
pub struct SecretsFileError {
    path: PathBuf,
    problem: Problem,
}

/// What is wrong with the file. Never includes its content.
#[derive(Debug, thiserror::Error)]
enum Problem {
    /// It can be neither read nor created.
    #[error("{0}")]
    Io(#[from] io::Error),
    /// Replacing it would sign everybody out, so that decision is left to a person.
    #[error("holds no secret of at least {MIN_SECRET_BYTES} bytes; delete it to have a new one made")]
    TooShort,
}

/// Reads the secret, or generates and stores one. Processes that start at the same time agree on one secret.
///
/// # Errors
/// The file can be neither read nor created, or contains no secret.
pub(super) fn read_or_create(path: &Path) -> Result<Secret, SecretsFileError> {
    let secret = match create(path) {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => read(path),
        created => created.map_err(Problem::from),
    };
    secret.map_err(|problem| SecretsFileError { path: path.to_owned(), problem })
}

/// Whether [`read_or_create`] would succeed. Creates nothing.
///
/// # Errors
/// As [`read_or_create`].
pub(super) fn check(path: &Path) -> Result<(), SecretsFileError> {
    let checked = match path.parent() {
        Some(directory) if !path.exists() => {
            storage::sqlite::check_directory(directory).map_err(Problem::from)
        }
        Some(_) | None => read(path).map(drop),
    };
    checked.map_err(|problem| SecretsFileError { path: path.to_owned(), problem })
}

/// `create_new` succeeds for exactly one process.
fn create(path: &Path) -> io::Result<Secret> {
    if path.exists() {
        // Also covers a directory that has become read-only.
        return Err(io::ErrorKind::AlreadyExists.into());
    }
    if let Some(directory) = path.parent() {
        storage::sqlite::make_directory(directory)?;
    }
    let secret = URL_SAFE_NO_PAD.encode(rand::random::<[u8; 48]>());
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    if let Err(error) = file.write_all(format!("{secret}\n").as_bytes()).and_then(|()| file.sync_all()) {
        // A full disk must not leave half a secret behind, which would make every later start fail.
        let _ = fs::remove_file(path);
        return Err(error);
    }
    Ok(Secret::new(secret))
}

/// The process that created the file may not have written it yet, so an incomplete file is retried for two
/// seconds.
fn read(path: &Path) -> Result<Secret, Problem> {
    const ATTEMPTS: u32 = 100;
    for attempt in 1..=ATTEMPTS {
        let text = fs::read_to_string(path)?;
        if text.ends_with('\n') || attempt == ATTEMPTS {
            let secret = text.trim();
            let long_enough = secret.len() >= MIN_SECRET_BYTES;
            return long_enough.then(|| Secret::new(secret)).ok_or(Problem::TooShort);
        }
        sleep(Duration::from_millis(20));
    }
    Err(Problem::TooShort)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_secret_is_made_once() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("data/session-secret");
        let secret = read_or_create(&path).expect("made");
        assert_eq!(secret.expose().len(), 64);
        assert_eq!(read_or_create(&path).expect("read"), secret);
        let other = read_or_create(&dir.path().join("other")).expect("made");
        assert_ne!(other, secret, "drawn at random");
    }

    #[cfg(unix)]
    #[test]
    fn nobody_else_may_read_it() {
        use std::os::unix::fs::PermissionsExt as _;
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("session-secret");
        read_or_create(&path).expect("made");
        assert_eq!(fs::metadata(&path).expect("there").permissions().mode() & 0o777, 0o600);
    }

    #[test]
    fn those_who_start_together_agree() {
        // The race window is short, hence several rounds, each started by a barrier.
        for _ in 0..20 {
            let dir = tempfile::tempdir().expect("temporary directory");
            let path = dir.path().join("data/session-secret");
            let start = std::sync::Barrier::new(16);
            let secrets: Vec<_> = std::thread::scope(|scope| {
                let one = || {
                    start.wait();
                    read_or_create(&path).expect("a secret")
                };
                let threads: Vec<_> = (0..16).map(|_| scope.spawn(one)).collect();
                threads.into_iter().map(|thread| thread.join().expect("no panic")).collect()
            });
            assert!(secrets.windows(2).all(|pair| pair[0] == pair[1]));
        }
    }

    #[test]
    fn a_look_at_it_makes_nothing() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("data/session-secret");
        check(&path).expect("it can be made");
        assert!(!dir.path().join("data").exists());
        read_or_create(&path).expect("made");
        check(&path).expect("it can be read");
        let error = check(&path.join("below")).expect_err("not a directory").to_string();
        assert!(error.contains("session-secret/below: "), "{error}");
        fs::write(&path, "canary\n").expect("written");
        assert!(check(&path).is_err_and(|error| error.to_string().contains("holds no secret")));
    }

    #[test]
    fn errors_name_the_file_and_nothing_in_it() {
        let dir = tempfile::tempdir().expect("temporary directory");
        let path = dir.path().join("session-secret");
        fs::write(&path, "canary\n").expect("written");
        let error = read_or_create(&path).expect_err("too short").to_string();
        assert!(error.contains("session-secret: holds no secret") && !error.contains("canary"), "{error}");

        fs::write(&path, "no directory").expect("written");
        let error = read_or_create(&path.join("below")).expect_err("not a directory").to_string();
        assert!(error.contains("session-secret/below: "), "{error}");
    }
}
