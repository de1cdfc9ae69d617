//! The `slim` command: takes parts out of the sources around the working directory. It edits sources, so it is part of
//! builds with the feature `build-bundle` alone.
//!
//! A part is a folder in `server/slim/`: see [`Part`]. What belongs to it and stands in a file with other things is marked
//! there: see [`markers`]. Where it is a cargo feature, that is mark enough: see [`features`]. What several parts need is listed in
//! `server/slim/shared.txt`.

mod features;
mod manifest;
mod markers;
mod part;
mod plan;
mod texts;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use self::part::Part;
use self::plan::Plan;
use crate::cli::Parts;
use crate::output::print;
use crate::sources;
use crate::startup::StartError;

/// Where the parts are described.
const FOLDER: &str = "server/slim";

/// What is no source, and may be large; and settings of this machine, which git could not give back.
const PASSED_OVER: [&str; 5] = [".env", ".git", "node_modules", "target", "test-results"];

/// What a server keeps in the sources: its database and secret, which git could not give back either.
const DATA: &str = "data";

/// Takes out what is named, and says what that has changed; lists the parts if nothing is.
pub(crate) fn on_command(wanted: &Parts) -> Result<(), StartError> {
    let report = slim(wanted).map_err(StartError::Other)?;
    print(format_args!("{report}"))
}

fn slim(wanted: &Parts) -> Result<String, String> {
    let root = sources::find()?;
    let parts = Part::all(&root.join(FOLDER))?;
    let (chosen, others): (Vec<_>, Vec<_>) =
        parts.into_iter().partition(|part| wanted.names.contains(&part.name));
    if chosen.is_empty() {
        return Ok(nothing_done(&root, wanted, &others));
    }
    if !wanted.force {
        sources::check_undo(&root)?;
    }
    let mut report = String::new();
    for part in &chosen {
        // One after the other, each as the one before has left it: two parts may have lines in the same file.
        let read = Part::read(&root.join(FOLDER), &part.name);
        let done = read.and_then(|part| Plan::new(&root, &part)).and_then(|plan| plan.carry_out(&root));
        report += &done.map_err(|error| after(&report, &root, &error))?;
    }
    report += &tidy(&root);
    let names: Vec<_> = chosen.iter().map(|part| part.name.as_str()).collect();
    Ok(format!(
        "{report}\nThe sources are without {} now. `git status` shows what has changed, and `git restore .` with \
         `git clean -fd` takes it back.\n",
        names.join(" and ")
    ))
}

/// The error, with what the parts before have changed.
fn after(report: &str, root: &Path, error: &str) -> String {
    if report.is_empty() {
        return error.to_owned();
    }
    format!("{error}\nBefore that:\n{report}{}", tidy(root))
}

/// The answer if no part is named, or none that is there.
fn nothing_done(root: &Path, wanted: &Parts, parts: &[Part]) -> String {
    let mut said = String::new();
    if !wanted.names.is_empty() {
        said += &format!("There is no {} here: nothing is changed.\n", wanted.names.join(" and no "));
    }
    if parts.is_empty() {
        return said + "No part is left that could be taken out.\n";
    }
    said += "Parts that can be taken out, with `slim PART …`:\n";
    for part in parts {
        let paths = part.delete.iter().flat_map(|path| matching(root, path));
        let files = paths.map(|path| files_below(&root.join(path)).len()).sum::<usize>();
        said +=
            &format!("\n  {}  {}\n\n  removes {files} files, and lines in others:\n", part.name, part.about);
        for path in &part.delete {
            said += &format!("    {path}\n");
        }
    }
    said
}

/// Brings `Cargo.lock` up to date, and the lines that have become shorter into shape. What Cargo cannot do now, a later
/// `cargo build` and `cargo fmt` can: no reason to fail.
fn tidy(root: &Path) -> String {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let run = |arguments: &[&str]| {
        let mut command = Command::new(&cargo);
        command.args(arguments).current_dir(root).stdout(Stdio::null()).stderr(Stdio::null());
        command.status().is_ok_and(|status| status.success())
    };
    let mut report = String::new();
    for (arguments, what) in [
        (&["metadata", "--offline", "--format-version=1"][..], "Cargo.lock: as the packages are now"),
        (&["fmt", "--all"], "cargo fmt"),
    ] {
        let outcome = if run(arguments) { "done" } else { "could not be done" };
        report += &format!("{what}: {outcome}\n");
    }
    report
}

/// What is there of a path, or of all that begin like it if it ends with `*`: relative, sorted.
fn matching(root: &Path, path: &str) -> Vec<PathBuf> {
    let Some(begin) = path.strip_suffix('*') else {
        return Vec::from_iter(root.join(path).exists().then(|| path.into()));
    };
    let (folder, begin) = begin.rsplit_once('/').unwrap_or(("", begin));
    let entries = fs::read_dir(root.join(folder)).into_iter().flatten().flatten();
    let names = entries.filter_map(|entry| entry.file_name().into_string().ok());
    let found = names.filter(|name| name.starts_with(begin));
    let mut found: Vec<_> = found.map(|name| Path::new(folder).join(name)).collect();
    found.sort_unstable();
    found
}

fn read(path: &Path) -> Result<String, String> {
    fs::read_to_string(path).map_err(|error| format!("{}: {error}", path.display()))
}

/// All files below a folder, or the file itself; none if it is not there.
fn files_below(path: &Path) -> Vec<PathBuf> {
    if path.is_file() {
        return vec![path.to_owned()];
    }
    let mut files = Vec::new();
    let Ok(entries) = fs::read_dir(path) else { return files };
    for entry in entries.flatten() {
        let passed_over = PASSED_OVER.iter().any(|name| entry.file_name() == *name);
        if entry.file_type().is_ok_and(|kind| kind.is_dir() || kind.is_file()) && !passed_over {
            files.extend(files_below(&entry.path()));
        }
    }
    files.sort_unstable();
    files
}
