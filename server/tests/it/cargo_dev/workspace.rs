//! A workspace whose build is a script.

use std::ffi::OsString;
use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::thread::JoinHandle;

use dev::{Options, Stop, Supervisor};
use tempfile::TempDir;

use crate::support::site::site;

/// Fails if there is a file `broken`.
const CARGO: &str = r#"#!/bin/sh
if [ -e broken ]; then
  printf '%s\n' '{"message":{"level":"error","rendered":"error: no such thing\n"}}'
  exit 1
fi
target='{"name":"server","kind":["bin"]}'
printf '{"target":%s,"executable":"%s/server.sh"}\n' "$target" "$PWD"
"#;

const SERVER: &str = r#"#!/bin/sh
[ "$1" = bundle ] && exec cp style/main.css site/pkg/main.css
exec "$SERVER" "$@"
"#;

pub(crate) struct Workspace {
    directory: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let workspace = Self { directory: tempfile::tempdir().unwrap() };
        site(workspace.directory.path());
        workspace.write("server/src/main.rs", "");
        workspace.write("style/main.css", "body{}");
        for (name, script) in [("cargo.sh", CARGO), ("server.sh", SERVER)] {
            workspace.write(name, script);
            fs::set_permissions(workspace.directory.path().join(name), Permissions::from_mode(0o755))
                .unwrap();
        }
        workspace
    }

    pub(crate) fn write(&self, file: &str, contents: &str) {
        let path = self.directory.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: emptied and then filled it would be two changes.
        let unfinished = path.with_added_extension("tmp");
        fs::write(&unfinished, contents).unwrap();
        fs::rename(unfinished, path).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.directory.path().join(file)).unwrap();
    }

    /// Serves as `cargo dev` does, until dropped.
    pub(crate) fn start(self) -> Dev {
        let root = self.directory.path();
        let supervisor = Supervisor::start(Options {
            workspace: root.to_path_buf(),
            cargo: root.join("cargo.sh").into(),
            build_arguments: Vec::new(),
            address: ([127, 0, 0, 1], 0).into(),
            environment: environment(root),
        })
        .unwrap();
        let url = format!("http://{}", supervisor.addr().unwrap());
        let stop = supervisor.stop_handle();
        let thread = std::thread::spawn(|| supervisor.run());
        Dev { workspace: self, url, stop, thread: Some(thread) }
    }
}

fn environment(root: &Path) -> Vec<(OsString, OsString)> {
    vec![
        ("PATH".into(), std::env::var_os("PATH").unwrap_or_default()),
        ("SERVER".into(), env!("CARGO_BIN_EXE_server").into()),
        ("SITE_ROOT".into(), root.join("site").into()),
        // The demo account exists before the first request is answered, however slow the disk is.
        ("STORE_TIMEOUT".into(), "30s".into()),
        ("RUST_LOG".into(), "warn".into()),
    ]
}

pub(crate) struct Dev {
    pub(crate) workspace: Workspace,
    pub(crate) url: String,
    stop: Stop,
    thread: Option<JoinHandle<()>>,
}

impl Drop for Dev {
    fn drop(&mut self) {
        self.stop.stop();
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
