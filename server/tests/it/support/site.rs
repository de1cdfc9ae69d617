//! An existing site, so that starting the server builds nothing.

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Created in this directory; the content is up to the tests.
pub(crate) fn site(directory: &Path) -> PathBuf {
    let site = directory.join("site");
    std::fs::create_dir_all(site.join("pkg")).unwrap();
    std::fs::write(site.join("pkg/main.css"), "body{}").unwrap();
    for empty in ["page.js", "islands.js", "islands.wasm"] {
        std::fs::write(site.join("pkg").join(empty), "").unwrap();
    }
    std::fs::create_dir_all(site.join("fonts")).unwrap();
    std::fs::write(site.join("fonts/narrow-4711.woff2"), "wOF2").unwrap();
    std::fs::write(site.join("robots.txt"), "User-agent: *\n").unwrap();
    let islands = serde_json::json!({ "js": "/pkg/islands.js", "wasm": "/pkg/islands.wasm" });
    let manifest = serde_json::json!({
        "format": 2, "profile": "development", "css": "/pkg/main.css", "script": "/pkg/page.js",
        "islands": { "preferences": islands, /* slim: trainer */ "workout": islands /* slim: end */ },
        "wasm_opt": null, "parts": {},
    });
    std::fs::File::create(site.join("bundle.json"))
        .unwrap()
        .write_all(manifest.to_string().as_bytes())
        .unwrap();
    site
}
