//! `style/main.css` and everything it imports, as one style sheet.

mod check;
mod imports;
mod minify;
#[cfg(test)]
mod tests;
mod tokens;

use crate::builder::Options;
use crate::builder::error::Error;
use crate::builder::files::OutputFile;

/// Joins the style sheets, and minifies the result for a release. Nothing is rewritten for older browsers:
/// which of them work depends on the sources.
pub(crate) fn build(options: &Options) -> Result<OutputFile, Error> {
    let style = options.workspace.join("style");
    let entry = style.join("main.css");
    if !entry.is_file() {
        return Err(Error::Missing { path: entry });
    }
    let css = imports::join(&style, "main.css", options.profile)?;
    Ok(OutputFile::asset(options.profile, "main", "css", css.into_bytes()))
}
