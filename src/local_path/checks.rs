//! What holds for any text in the place of a path. Tried by a property test, by the corpus in `fuzz/`, and by fuzzers.

use url::{Position, Url};

use super::LocalPath;

/// What is accepted stays on this origin, by the rules of browsers, and is arrived at as it was checked.
///
/// # Panics
/// If that does not hold.
pub fn any_path(text: &str) {
    let Some(path) = LocalPath::parse(text) else { return };
    for page in ["https://site.example/login", "http://127.0.0.1:3000/a/b?c#d"] {
        let Ok(page) = Url::parse(page) else { panic!("{page} is no address") };
        let Ok(target) = page.join(path.as_str()) else { panic!("{path} is no address") };
        assert_eq!(target.origin(), page.origin(), "{path}");
        assert_eq!((target.username(), target.password()), ("", None), "{path}");
        // And it is exactly the checked path: nothing was resolved or re-encoded, …
        let arrived = &target[Position::BeforePath..];
        // … except `'`, which the standard encodes in queries.
        assert_eq!(arrived.replace("%27", "'"), path.as_str().replace("%27", "'"));
    }
    assert!(path.as_str().bytes().all(|byte| byte.is_ascii_graphic()), "{path}");
    assert_eq!(LocalPath::parse(path.as_str()), Some(path));
}
