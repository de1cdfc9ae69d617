//! The fonts that the style sheets name.
#![expect(clippy::expect_used, reason = "a test that can’t find what it looks for has failed")]

use std::fs;
use std::path::Path;

use sha2::{Digest as _, Sha256};

/// The addresses in `url(…)` of all style sheets.
fn addresses(style: &Path) -> Vec<String> {
    let mut found = Vec::new();
    for entry in fs::read_dir(style).expect("style/") {
        let css = fs::read_to_string(entry.expect("an entry").path()).expect("a style sheet");
        let named = css.split("url(").skip(1).filter_map(|rest| rest.split(')').next());
        found.extend(named.map(str::to_owned));
    }
    found
}

/// Browsers keep a font for ever, so another content needs another name.
#[test]
fn every_font_is_there_and_named_by_its_content() {
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let fonts: Vec<_> = addresses(&workspace.join("style"))
        .into_iter()
        .filter(|address| address.starts_with("/fonts/"))
        .collect();
    assert!(!fonts.is_empty());
    for font in fonts {
        let contents = fs::read(workspace.join("public").join(&font[1..])).expect("a file in public/");
        let hash = hex::encode(&Sha256::digest(&contents)[..4]);
        assert!(font.ends_with(&format!("-{hash}.woff2")), "{font}: its hash begins with {hash}");
    }
}
