//! The stand-in for MongoDB: SecantusDB, a server in Python on WiredTiger that speaks its wire protocol. It is not
//! MongoDB, and results obtained with it say so.
//!
//! A `mongod` is not started here: the tests need a replica set (for retryable writes), and setting one up is left to
//! `compose.yaml`. `TEST_MONGODB_URL` names a replica set that is already running.

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

use crate::install::PYTHON;
use crate::process::Recipe;
use crate::{Missing, SPEAKER, programs, say};

/// The release that the tests were written against.
const SECANTUS: &str = "0.7.0b3";

pub(crate) fn recipe(port: u16, directory: &Path, more: &[&str]) -> Result<(Recipe, String), Missing> {
    let data = directory.join("data");
    fs::create_dir_all(&data).map_err(|error| Missing::new(format!("{}: {error}", data.display())))?;
    let mut arguments: Vec<_> = ["--host", "127.0.0.1", "--enable-test-commands"].map(Into::into).into();
    arguments.extend(["--port".into(), port.to_string().into()]);
    arguments.extend(["--storage-path".into(), data.into()]);
    arguments.extend(more.iter().map(Into::into));
    // Once per process: if the installation failed, it would fail again a moment later.
    static PROGRAM: OnceLock<Result<PathBuf, Missing>> = OnceLock::new();
    let program = PROGRAM.get_or_init(secantus).clone()?;
    let product = format!("SecantusDB {SECANTUS}");
    Ok((Recipe { program, arguments, user: None, ends_by: "KILL" }, product))
}

/// The path of its program, installed into the target directory by the first call.
fn secantus() -> Result<PathBuf, Missing> {
    let place = target_directory().join("test-servers");
    let home = place.join(format!("secantusdb-{SECANTUS}"));
    let program = home.join("bin/secantusd-py");
    let done = home.join("installed");
    let failed = |error: std::io::Error| Missing::new(format!("{}: {error}", place.display()));
    fs::create_dir_all(&place).map_err(failed)?;
    // Several test binaries may run at the same time.
    let lock = File::create(place.join("lock")).map_err(failed)?;
    lock.lock().map_err(failed)?;
    // The target directory may outlive the Python that it was installed with.
    if done.is_file() && programs::run(Command::new(&program).arg("--help")).is_ok() {
        return Ok(program);
    }
    let why = "TEST_MONGODB_URL is not set, and SecantusDB could not be installed";
    let python = programs::on_path(&["python3"])
        .ok_or_else(|| Missing::new(format!("{why}: there is no python3 on PATH. {PYTHON}")))?;
    say(
        SPEAKER,
        &format!("installing SecantusDB {SECANTUS}, a stand-in for MongoDB, into {}", home.display()),
    );
    let install = || -> Result<(), Missing> {
        // Debian has it in a package of its own.
        let made = programs::run(Command::new(python).args(["-m", "venv", "--clear"]).arg(&home));
        made.map_err(|Missing(reason)| Missing::new(format!("{reason} {PYTHON}")))?;
        let mut pip = Command::new(home.join("bin/python"));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        programs::run(pip.arg(format!("SecantusDB=={SECANTUS}")))?;
        File::create(&done).map(drop).map_err(failed)
    };
    install().map_err(|Missing(reason)| Missing::new(format!("{why}: {reason}")))?;
    Ok(program)
}

/// Cargo's target directory: the one that contains this test binary.
fn target_directory() -> PathBuf {
    let exe = env::current_exe().unwrap_or_default();
    let target = exe.ancestors().find(|directory| directory.join("CACHEDIR.TAG").is_file());
    target.map_or_else(|| env::temp_dir().join("test-servers"), Path::to_owned)
}

/// The arguments for TLS.
pub(crate) fn tls_arguments(certificate: &str, key: &str) -> Vec<String> {
    ["--tls-cert-file", certificate, "--tls-key-file", key].map(str::to_owned).into()
}
