//! The sources around the working directory, for the commands that edit them: part of builds with the feature
//! `build-bundle` alone.

use std::path::{Path, PathBuf};
use std::process::Command;

/// The folder with all of them.
pub(crate) fn find() -> Result<PathBuf, String> {
    let here =
        std::env::current_dir().map_err(|error| format!("the working directory cannot be used: {error}"))?;
    let root = bundle::find_workspace(&here);
    root.ok_or_else(|| "there are no sources here: run this in a clone of the repository".to_owned())
}

/// Refuses where git could not take a change back.
pub(crate) fn check_undo(root: &Path) -> Result<(), String> {
    const FORCE: &str = "so that git can take the change back, or use --force";
    let status = Command::new("git").args(["status", "--porcelain", "--", "."]).current_dir(root).output();
    match status {
        Ok(status) if !status.status.success() => {
            let reason = String::from_utf8_lossy(&status.stderr);
            Err(format!("git does not know these sources ({}): commit them first, {FORCE}", reason.trim()))
        }
        Ok(status) if !status.stdout.is_empty() => {
            Err(format!("there are changes that are not committed: commit or stash them first, {FORCE}"))
        }
        Ok(_) => Ok(()),
        Err(error) => Err(format!("git cannot be started ({error}): install it, {FORCE}")),
    }
}
