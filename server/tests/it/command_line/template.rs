//! A copy of the sources, for the commands that edit them.

use std::fs;
use std::path::Path;
use std::process::Command;

use tempfile::TempDir;
use test_servers::{Missing, required};

use crate::command_line::{run, server};

/// The sources as they are now, committed to a repository of their own.
pub(crate) struct Template(TempDir);

impl Template {
    pub(crate) fn new() -> Option<Self> {
        let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let listed = git(&sources, &["ls-files", "-z", "--cached", "--others", "--exclude-standard"]);
        let listed =
            required(listed.map_err(|reason| Missing::new(format!("the list of sources: {reason}"))))?;
        let template = Self(tempfile::tempdir().unwrap());
        // One that has been removed is listed until that is committed.
        for name in listed.split_terminator('\0').filter(|name| sources.join(name).is_file()) {
            let copy = template.path().join(name);
            fs::create_dir_all(copy.parent().unwrap()).unwrap();
            fs::copy(sources.join(name), copy).unwrap();
        }
        template.git(&["init", "--quiet"]);
        template.commit();
        Some(template)
    }

    pub(crate) fn path(&self) -> &Path {
        self.0.path()
    }

    pub(crate) fn read(&self, name: &str) -> String {
        fs::read_to_string(self.path().join(name)).unwrap()
    }

    pub(crate) fn git(&self, arguments: &[&str]) -> String {
        git(self.path(), arguments).unwrap()
    }

    pub(crate) fn commit(&self) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--message", "-"]);
    }

    /// The names of the files that differ from the last commit.
    pub(crate) fn changed(&self) -> Vec<String> {
        self.git(&["status", "--porcelain"]).lines().map(|line| line[3..].to_owned()).collect()
    }

    pub(crate) fn rename(&self, arguments: &[&str]) -> (i32, String, String) {
        run(server(self.path()).arg("rename").args(arguments))
    }

    pub(crate) fn renamed(&self, name: &str) -> String {
        let (code, output, errors) = self.rename(&[name]);
        assert_eq!((code, errors.as_str()), (0, ""), "{name}");
        output
    }

    /// Each line of text with one of these, in any case.
    pub(crate) fn lines_with(&self, words: &[String]) -> Vec<String> {
        let mut found = Vec::new();
        for name in self.git(&["ls-files"]).lines() {
            let Ok(text) = fs::read_to_string(self.path().join(name)) else { continue };
            let lines = text.lines().filter(|line| {
                let line = line.to_lowercase();
                words.iter().any(|word| line.contains(word))
            });
            found.extend(lines.map(|line| format!("{name}: {line}")));
        }
        found
    }
}

fn git(directory: &Path, arguments: &[&str]) -> Result<String, String> {
    let mut git = Command::new("git");
    // Whatever the settings are of who runs the tests.
    for setting in [
        "user.name=test",
        "user.email=test",
        "commit.gpgSign=false",
        "core.hooksPath=",
        "core.quotePath=false",
    ] {
        git.args(["-c", setting]);
    }
    git.args(arguments).current_dir(directory);
    // A hook that runs the tests has them set for its own repository.
    for variable in ["GIT_DIR", "GIT_INDEX_FILE", "GIT_WORK_TREE"] {
        git.env_remove(variable);
    }
    let output = git.output().map_err(|error| error.to_string())?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap())
    } else {
        Err(String::from_utf8_lossy(&output.stderr).into_owned())
    }
}
