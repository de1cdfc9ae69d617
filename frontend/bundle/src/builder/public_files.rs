//! `public/`: files that are served as they are, and the one module script.

use std::fs;

use crate::Options;
use crate::error::{Error, io_at};
use crate::files::{OutputFile, walk};
use crate::{Profile, glue};

/// The module script: every page loads it, so it gets a name that can be cached for ever.
const SCRIPT: &str = "trainer.js";

/// What `public/` becomes.
pub(crate) struct Public {
    /// `public/trainer.js`.
    pub(crate) script: OutputFile,
    /// Everything else, under its own name: people and browsers ask for `/favicon.ico` and `/robots.txt` unprompted.
    pub(crate) others: Vec<OutputFile>,
}

/// Reads `public/`.
pub(crate) fn collect(options: &Options) -> Result<Public, Error> {
    let dir = options.workspace.join("public");
    let mut script = None;
    let mut others = Vec::new();
    for name in walk(&dir)? {
        let path = dir.join(&name);
        let contents = fs::read(&path).map_err(io_at(&path))?;
        if name == SCRIPT {
            let contents = match options.profile {
                Profile::Development => contents,
                Profile::Release => glue::tidy(contents),
            };
            script = Some(OutputFile::asset(options.profile, "trainer", "js", contents));
        } else {
            others.push(OutputFile { path: name, contents });
        }
    }
    let script = script.ok_or_else(|| Error::Missing { path: dir.join(SCRIPT) })?;
    Ok(Public { script, others })
}
