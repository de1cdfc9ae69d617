use std::fs;
use std::os::unix::fs::{MetadataExt as _, chown};
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::Missing;
use crate::install::POSTGRES;
use crate::process::Recipe;
use crate::programs;

/// The directory of PostgreSQL's programs; of the newest version if there are several.
pub(crate) fn programs_directory() -> Result<PathBuf, Missing> {
    // The program on `PATH` may be a link; the other programs are where the link leads.
    let on_path = programs::on_path(&["postgres"]).and_then(|path| fs::canonicalize(path).ok());
    if let Some(directory) =
        on_path.as_deref().and_then(Path::parent).filter(|directory| is_complete(directory))
    {
        return Ok(directory.to_owned());
    }
    let versions = fs::read_dir("/usr/lib/postgresql").into_iter().flatten().filter_map(Result::ok);
    versions
        .map(|version| version.path().join("bin"))
        .filter(|directory| is_complete(directory))
        .max()
        .ok_or_else(|| {
            Missing::new(format!(
                "no postgres on PATH or under /usr/lib/postgresql, and TEST_POSTGRES_URL is not set. {POSTGRES}"
            ))
        })
}

/// Whether it has both the server and the client programs.
fn is_complete(directory: &Path) -> bool {
    ["initdb", "pg_isready", "postgres", "psql"].iter().all(|program| directory.join(program).is_file())
}

/// The user to run PostgreSQL as, since it refuses to run as root: the one that the Debian package creates.
fn not_root(directory: &Path) -> Result<Option<(u32, u32)>, Missing> {
    let unknown = |error: &dyn std::fmt::Display| Missing::new(format!("{}: {error}", directory.display()));
    if fs::metadata(directory).map_err(|error| unknown(&error))?.uid() != 0 {
        return Ok(None);
    }
    let users = fs::read_to_string("/etc/passwd").unwrap_or_default();
    let user = users.lines().find_map(|line| {
        let fields: Vec<&str> = line.split(':').collect();
        let [name, _, user, group, ..] = fields[..] else { return None };
        ["postgres", "nobody"].contains(&name).then(|| Some((user.parse().ok()?, group.parse().ok()?)))?
    });
    let (user, group) =
        user.ok_or_else(|| Missing::new("PostgreSQL cannot run as root, and there is no user postgres"))?;
    chown(directory, Some(user), Some(group)).map_err(|error| unknown(&error))?;
    Ok(Some((user, group)))
}

/// Creates the cluster in `directory` and says how to start its server.
pub(crate) fn recipe(port: u16, directory: &Path, more: &[&str]) -> Result<(Recipe, String), Missing> {
    let programs_directory = programs_directory()?;
    let data = directory.join("data");
    let user = not_root(directory)?;
    let mut initdb = Command::new(programs_directory.join("initdb"));
    initdb.args(["--username=postgres", "--auth=trust", "--encoding=UTF8", "--locale=C", "--no-sync", "-D"]);
    initdb.arg(&data).current_dir(directory);
    if let Some((user, group)) = user {
        initdb.uid(user).gid(group);
    }
    programs::run(&mut initdb)?;
    let program = programs_directory.join("postgres");
    let product = format!("PostgreSQL {}", programs::version(&program));
    let mut arguments = vec!["-D".into(), data.into(), "-p".into(), port.to_string().into()];
    for setting in [
        "listen_addresses=127.0.0.1",
        "unix_socket_directories=",
        "max_connections=400",
        // No test has to survive a power cut, so none waits for the disk.
        "fsync=off",
        "synchronous_commit=off",
        "full_page_writes=off",
    ] {
        arguments.extend(["-c".into(), setting.into()]);
    }
    arguments.extend(more.iter().map(Into::into));
    Ok((Recipe { program, arguments, user, ends_by: "QUIT" }, product))
}

/// Whether it has finished starting and accepts connections.
pub(crate) fn is_ready(port: u16) -> bool {
    let Ok(directory) = programs_directory() else { return false };
    let mut ready = Command::new(directory.join("pg_isready"));
    ready.args(["-q", "-h", "127.0.0.1", "-p", &port.to_string()]);
    programs::run(&mut ready).is_ok()
}

/// Creates an empty database.
pub(crate) fn create_database(url: &str, name: &str) -> Result<(), Missing> {
    let psql = programs_directory().map_or_else(|_| "psql".into(), |directory| directory.join("psql"));
    let mut create = Command::new(psql);
    create.args(["-q", "-X", "-v", "ON_ERROR_STOP=1", "-d", url, "-c"]);
    create.arg(format!("create database {name}"));
    programs::run(&mut create).map(drop)
}

/// The arguments for TLS.
pub(crate) fn tls_arguments(certificate: &str, key: &str) -> Vec<String> {
    ["ssl=on".to_owned(), format!("ssl_cert_file={certificate}"), format!("ssl_key_file={key}")]
        .into_iter()
        .flat_map(|setting| ["-c".to_owned(), setting])
        .collect()
}
