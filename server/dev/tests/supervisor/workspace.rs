//! A workspace with scripts that write what they are asked to do into a log.

use std::fs::{self, File, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;
use std::process::{Child, Command, ExitStatus};
use std::thread::sleep;
use std::time::{Duration, Instant};

use tempfile::TempDir;

/// Fails if there is a file `broken`, takes until there is none called `hold`, and has nothing to do with one called
/// `fresh`.
const CARGO: &str = r#"#!/bin/sh
trap 'echo terminated >> log; exit 1' TERM
echo build >> log
while [ -e hold ]; do sleep 0.05; done
if [ -e broken ]; then
  printf '%s\n' '{"message":{"level":"error","rendered":"\u001b[31merror\u001b[0m: no such thing\n"}}'
  exit 1
fi
fresh=$([ -e fresh ] && echo true || echo false)
target='{"name":"server","kind":["bin"]}'
printf '{"target":%s,"executable":"%s/server.sh","fresh":%s}\n' "$target" "$PWD" "$fresh"
"#;

/// Ends at once if there is a file `crash`.
const SERVER: &str = r#"#!/bin/sh
if [ "$1" = bundle ]; then
  echo bundle >> log
  exit
fi
echo "serve with $LISTEN_FDS socket" >> log
[ -e crash ] && exit 1
while read -r line; do printf 'message %s\n' "$line" >> log; done
echo stopped >> log
"#;

pub(crate) struct Workspace {
    directory: TempDir,
}

impl Workspace {
    pub(crate) fn new() -> Self {
        let workspace = Self { directory: tempfile::tempdir().unwrap() };
        for file in ["server/Cargo.toml", "server/src/main.rs", "app/src/lib.rs", "style/main.css", "log"] {
            workspace.write(file, "");
        }
        for (name, script) in [("cargo.sh", CARGO), ("server.sh", SERVER)] {
            workspace.write(name, script);
            fs::set_permissions(workspace.path().join(name), Permissions::from_mode(0o755)).unwrap();
        }
        workspace
    }

    fn path(&self) -> &Path {
        self.directory.path()
    }

    pub(crate) fn write(&self, file: &str, contents: &str) {
        let path = self.path().join(file);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        // In one step: emptied and then filled it would be two changes.
        let unfinished = path.with_added_extension("tmp");
        fs::write(&unfinished, contents).unwrap();
        fs::rename(unfinished, path).unwrap();
    }

    pub(crate) fn remove(&self, file: &str) {
        fs::remove_file(self.path().join(file)).unwrap();
    }

    pub(crate) fn start(self) -> Dev {
        let console = File::create(self.path().join("console")).unwrap();
        let child = Dev::command(&self).env("SITE_ADDR", "127.0.0.1:0").stderr(console).spawn().unwrap();
        Dev { workspace: self, child }
    }
}

/// `dev` at work; killed when dropped, and the server with it.
pub(crate) struct Dev {
    pub(crate) workspace: Workspace,
    child: Child,
}

impl Dev {
    pub(crate) fn command(workspace: &Workspace) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_dev"));
        command.current_dir(workspace.path()).env("CARGO", workspace.path().join("cargo.sh"));
        command
    }

    fn lines(&self, file: &str) -> Vec<String> {
        let text = fs::read_to_string(self.workspace.path().join(file)).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// How many lines of the log begin like this.
    pub(crate) fn count(&self, line: &str) -> usize {
        self.lines("log").iter().filter(|logged| logged.starts_with(line)).count()
    }

    /// Waits for that many such lines.
    pub(crate) fn logs(&self, line: &str, count: usize) {
        self.wait(&format!("{count} × {line}"), || self.count(line) >= count);
        assert_eq!(self.count(line), count, "{line}: {:?}", self.lines("log"));
    }

    /// Waits for this text on the console.
    pub(crate) fn says(&self, text: &str) {
        self.wait(text, || self.lines("console").iter().any(|line| line.contains(text)));
    }

    pub(crate) fn signal(&self, name: &str) {
        let sent = Command::new("kill").args(["-s", name, &self.child.id().to_string()]).status().unwrap();
        assert!(sent.success());
    }

    pub(crate) fn ended(&mut self) -> ExitStatus {
        self.child.wait().unwrap()
    }

    fn wait(&self, what: &str, mut done: impl FnMut() -> bool) {
        let begun = Instant::now();
        while !done() {
            let late = begun.elapsed() > Duration::from_secs(60);
            assert!(!late, "{what}: {:#?}\n{:#?}", self.lines("log"), self.lines("console"));
            sleep(Duration::from_millis(10));
        }
    }
}

impl Drop for Dev {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
