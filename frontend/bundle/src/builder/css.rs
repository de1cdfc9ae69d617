//! `style/main.css` and everything it imports, as one style sheet.

use std::path::Path;

use lightningcss::bundler::{Bundler, FileProvider};
use lightningcss::error::ErrorLocation;
use lightningcss::stylesheet::{MinifyOptions, ParserOptions, PrinterOptions};

use crate::Profile;
use crate::builder::Options;
use crate::builder::error::Error;
use crate::builder::files::OutputFile;

/// Bundles the style sheet; a release minifies it. No browser targets are set, so nothing is rewritten for older
/// browsers: the sources decide which ones work.
pub(crate) fn build(options: &Options) -> Result<OutputFile, Error> {
    let entry = options.workspace.join("style/main.css");
    if !entry.is_file() {
        return Err(Error::Missing { path: entry });
    }
    let css = bundle(&entry, &options.workspace, options.profile == Profile::Release)?;
    Ok(OutputFile::asset(options.profile, "trainer", "css", css.into_bytes()))
}

fn bundle(entry: &Path, workspace: &Path, minify: bool) -> Result<String, Error> {
    let error = |message: String, location: Option<ErrorLocation>| {
        let (file, line, column) = match location {
            // The library counts lines from 0 and columns from 1.
            Some(location) => (location.filename, location.line + 1, location.column),
            None => (entry.display().to_string(), 0, 0),
        };
        let file = match Path::new(&file).strip_prefix(workspace) {
            Ok(relative) => relative.display().to_string(),
            Err(_) => file,
        };
        Error::Style { file, line, column, message }
    };
    let files = FileProvider::new();
    let mut bundler = Bundler::new(&files, None, ParserOptions::default());
    let mut sheet = bundler.bundle(entry).map_err(|e| error(e.kind.to_string(), e.loc))?;
    if minify {
        sheet.minify(MinifyOptions::default()).map_err(|e| error(e.kind.to_string(), e.loc))?;
    }
    let printer = PrinterOptions { minify, ..PrinterOptions::default() };
    sheet.to_css(printer).map(|printed| printed.code).map_err(|e| error(e.kind.to_string(), e.loc))
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    fn bundled(main: &str, other: &str, minify: bool) -> Result<String, Error> {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("style")).unwrap();
        fs::write(dir.path().join("style/main.css"), main).unwrap();
        fs::write(dir.path().join("style/other.css"), other).unwrap();
        bundle(&dir.path().join("style/main.css"), dir.path(), minify)
    }

    #[test]
    fn imports_are_inlined() {
        let css = bundled("@import \"other.css\";\nb { color: red }", "a { color: blue }", true).unwrap();
        assert_eq!(css, "a{color:#00f}b{color:red}");
    }

    #[test]
    fn layers_and_nesting_are_kept() {
        let css = bundled("@import \"other.css\" layer(base);", "a { & b { color: red } }", true).unwrap();
        assert_eq!(css, "@layer base{a{& b{color:red}}}");
    }

    #[test]
    fn an_error_names_file_line_and_column() {
        let error =
            bundled("@import \"other.css\";", "a { color: blue }\n\nb { color red }\n", false).unwrap_err();
        let message = error.to_string();
        assert!(message.starts_with("style/other.css:3:"), "{message}");
    }

    #[test]
    fn a_missing_import_is_reported_in_the_file_that_imports_it() {
        let error =
            bundled("a { color: blue }", "", false).and(bundled("\n@import \"gone.css\";", "", false));
        let message = error.unwrap_err().to_string();
        assert!(message.starts_with("style/main.css:2:"), "{message}");
    }

    #[test]
    fn an_import_from_another_site_is_an_error() {
        assert!(bundled("@import \"https://cdn.example/x.css\";", "", false).is_err());
    }
}
