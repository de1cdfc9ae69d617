//! `check-config` says everything at once that a start would say one by one, and makes nothing.

use crate::command_line::mistakes::names_in;
use crate::command_line::{SECRET, run, server};

#[test]
fn everything_that_is_wrong_is_said_at_once() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::write(directory.path().join("file"), "not a directory").unwrap();
    std::fs::create_dir(directory.path().join("sessions.db")).unwrap();
    let (code, output, errors) = run(server(directory.path())
        .arg("check-config")
        .env("DATABASE_URL", "sqlite://file/test.db")
        .env("SESSION_STORE", "sqlite://sessions.db")
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 1, "{errors}");
    assert!(
        output.contains("DATABASE_URL=sqlite://file/test.db"),
        "the configuration itself is fine: {output}"
    );
    let lines: Vec<_> = errors.lines().filter_map(|line| line.strip_prefix("error: ")).collect();
    assert_eq!(lines.len(), 3, "{errors}");
    for (line, name) in lines.iter().zip(["SITE_ROOT", "DATABASE_URL", "SESSION_STORE"]) {
        assert!(line.contains(name), "{name}: {line}");
    }
    assert_eq!(names_in(directory.path()), ["file", "sessions.db"]);
}

#[test]
fn an_address_in_use_is_a_warning_and_one_that_cannot_be_had_an_error() {
    let directory = tempfile::tempdir().unwrap();
    let check = |variable: &str, address: &str| {
        run(server(directory.path())
            .arg("check-config")
            .env("SITE_ADDR", "127.0.0.1:0")
            .env(variable, address)
            .env("PUBLIC_URL", "http://localhost:1")
            .env("SITE_ROOT", crate::support::site::site(directory.path()))
            .env("SESSION_SECRETS", SECRET))
    };
    for variable in ["SITE_ADDR", "ADMIN_ADDR"] {
        let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
        let address = taken.local_addr().unwrap().to_string();
        // As before every restart: the server that runs has it.
        let (code, _, errors) = check(variable, &address);
        assert_eq!(code, 0, "{errors}");
        assert!(errors.contains(&format!("warning: {variable}={address} is in use")), "{errors}");
        drop(taken);
        let (code, _, errors) = check(variable, &address);
        assert_eq!((code, errors.contains("in use")), (0, false), "{errors}");
        // An address for documentation, which no machine has (RFC 5737).
        let (code, _, errors) = check(variable, "192.0.2.1:0");
        assert_eq!(code, 1, "{errors}");
        let told = format!("error: cannot listen on 192.0.2.1:0 ({variable})");
        assert!(errors.contains(&told), "{errors}");
    }
}

#[test]
fn one_mistake_of_one_database_is_one_line() {
    let directory = tempfile::tempdir().unwrap();
    std::fs::create_dir(directory.path().join("test.db")).unwrap();
    let (code, _, errors) = run(server(directory.path())
        .arg("check-config")
        .env("DATABASE_URL", "sqlite://test.db")
        .env("SITE_ROOT", crate::support::site::site(directory.path()))
        .env("SESSION_SECRETS", SECRET));
    assert_eq!(code, 1, "{errors}");
    assert_eq!(errors.matches("error: ").count(), 1, "{errors}");
    assert!(errors.contains("DATABASE_URL") && errors.contains("is a directory"), "{errors}");
}

/// What a user may not write; the superuser may write everything.
#[cfg(unix)]
mod of_another_user {
    use std::fs::{Permissions, hard_link, set_permissions};
    use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _};
    use std::os::unix::process::CommandExt as _;
    use std::path::{Path, PathBuf};
    use std::process::Command;

    use tempfile::TempDir;
    use test_servers::{Missing, required};

    use super::{SECRET, names_in, run};
    use crate::command_line::program;
    use crate::support::site::site;

    const NOBODY: u32 = 65534;

    /// A user who is bound by the modes of files, and a binary that this user can reach.
    struct Unprivileged {
        directory: PathBuf,
        binary: PathBuf,
        /// Where the binary is, if the present user is the superuser: the original may be below `/root`.
        place: Option<TempDir>,
    }

    impl Unprivileged {
        fn new(directory: &Path) -> Result<Self, Missing> {
            let original = PathBuf::from(env!("CARGO_BIN_EXE_server"));
            let place = (directory.metadata().unwrap().uid() == 0).then(|| within_reach(&original));
            let binary = place.as_ref().map_or(original, |place| place.path().join("server"));
            let user = Self { directory: directory.to_owned(), binary, place };
            let refused = match user.command("--version").output() {
                Ok(output) if output.status.success() => return Ok(user),
                Ok(output) => output.status.to_string(),
                Err(error) => error.to_string(),
            };
            Err(Missing::new(format!("another user cannot start the server: {refused}")))
        }

        fn command(&self, argument: &str) -> Command {
            let mut command = program(&self.binary, &self.directory);
            if self.place.is_some() {
                command.uid(NOBODY).gid(NOBODY);
            }
            command
                .arg(argument)
                .env("SITE_ADDR", "127.0.0.1:0")
                .env("SITE_ROOT", self.directory.join("site"));
            command
        }
    }

    /// A directory that every user may read, with the binary in it.
    fn within_reach(original: &Path) -> TempDir {
        let place = tempfile::tempdir().unwrap();
        set_permissions(place.path(), Permissions::from_mode(0o755)).unwrap();
        let binary = place.path().join("server");
        if hard_link(original, &binary).is_err() {
            // By another process: a child that another test starts meanwhile would inherit the open file,
            // which could then not be executed.
            assert!(Command::new("cp").arg(original).arg(&binary).status().unwrap().success());
        }
        place
    }

    #[test]
    fn a_directory_that_cannot_be_written_is_named() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path();
        site(path);
        let file = path.join("test.db");
        std::fs::write(&file, "").unwrap();
        set_permissions(&file, Permissions::from_mode(0o444)).unwrap();
        set_permissions(path, Permissions::from_mode(0o555)).unwrap();
        let Some(user) = required(Unprivileged::new(path)) else { return };
        let (code, _, errors) = run(&mut user.command("check-config"));
        assert_eq!(code, 1, "{errors}");
        for name in ["data/session-secret", "DATABASE_URL"] {
            assert!(
                errors.lines().any(|line| line.starts_with("error: ") && line.contains(name)),
                "{name}: {errors}"
            );
        }
        for (url, reason) in [
            ("sqlite://data/test.db", "cannot be created"),
            ("sqlite://other.db", "read-only"),
            ("sqlite://test.db", "read-only"),
        ] {
            // The start says the same.
            for command in ["check-config", "serve"] {
                let mut command = user.command(command);
                let (code, _, errors) = run(command.env("DATABASE_URL", url).env("SESSION_SECRETS", SECRET));
                assert_eq!(code, 1, "{url}: {errors}");
                assert!(errors.contains("DATABASE_URL") && errors.contains(reason), "{url}: {errors}");
            }
        }
        assert_eq!(names_in(path), ["site", "test.db"]);
        // So that it can be removed.
        set_permissions(path, Permissions::from_mode(0o755)).unwrap();
    }
}
