//! `public/`: files that are served unchanged, and the one module script.

use std::fs;

use crate::Profile;
use crate::builder::error::{Error, io_at};
use crate::builder::files::{OutputFile, walk};
use crate::builder::{Options, js_glue};

/// Many pages load it, so a release gives it a hashed name, which a browser may cache for ever.
const SCRIPT: &str = "page.js";

/// What `public/` contributes to the site.
pub(crate) struct PublicFiles {
    pub(crate) script: OutputFile,
    /// The rest, under unchanged names: browsers and crawlers expect `/favicon.ico` and `/robots.txt` there.
    pub(crate) others: Vec<OutputFile>,
}

pub(crate) fn collect(options: &Options) -> Result<PublicFiles, Error> {
    let dir = options.workspace.join("public");
    let mut script = None;
    let mut others = Vec::new();
    for name in walk(&dir)? {
        let path = dir.join(&name);
        let contents = fs::read(&path).map_err(io_at(&path))?;
        if name == SCRIPT {
            let contents = match options.profile {
                Profile::Development => contents,
                Profile::Release => js_glue::minify(contents),
            };
            script = Some(OutputFile::asset(options.profile, "page", "js", contents));
        } else {
            others.push(OutputFile { path: name, contents });
        }
    }
    let script = script.ok_or_else(|| Error::Missing { path: dir.join(SCRIPT) })?;
    Ok(PublicFiles { script, others })
}
