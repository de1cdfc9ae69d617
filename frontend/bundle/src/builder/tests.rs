//! Whole builds of a small workspace, with islands that need no compiler.

use std::cell::RefCell;
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::thread;
use std::time::{Duration, Instant};

use crate::builder::error::Error;
use crate::builder::files::OutputFile;
use crate::builder::pipeline::ensure_with;
use crate::builder::record::Part;
use crate::builder::wasm::{IslandModule, Islands, IslandsBuilder};
use crate::builder::{Options, find_workspace};
use crate::{Manifest, Profile};

/// Counts the builds.
#[derive(Default)]
struct FakeIslands {
    built: AtomicUsize,
    /// Whether a build ends only after another one has started to wait for the lock.
    until_another_waits: bool,
    another_waits: AtomicBool,
}

impl IslandsBuilder for FakeIslands {
    fn build(&self, options: &Options, _: &dyn Fn(&str)) -> Result<Islands, Error> {
        self.built.fetch_add(1, Ordering::SeqCst);
        let deadline = Instant::now() + Duration::from_secs(20);
        while self.until_another_waits && !self.another_waits.load(Ordering::SeqCst) {
            assert!(Instant::now() < deadline, "no other build waits for the lock");
            thread::sleep(Duration::from_millis(5));
        }
        let module = |name: &str, pages: &[&str]| IslandModule {
            name: name.to_owned(),
            pages: pages.iter().map(|page| (*page).to_owned()).collect(),
            script: b"export default async function start() {}\n".repeat(20),
            wasm: b"\0asm".repeat(200),
        };
        Ok(Islands {
            modules: match options.profile {
                Profile::Development => vec![module("islands", &["preferences", "search"])],
                Profile::Release => {
                    vec![module("preferences", &["preferences"]), module("search", &["search"])]
                }
            },
            snippets: vec![OutputFile {
                path: "pkg/snippets/a/inline0.js".into(),
                contents: b"export {}".to_vec(),
            }],
            wasm_opt: None,
        })
    }
}

/// Everything that pages name.
fn urls(manifest: &Manifest) -> Vec<&str> {
    let islands = manifest.islands.values().flat_map(|files| [&files.js, &files.wasm]);
    [&manifest.css, &manifest.script].into_iter().chain(islands).map(String::as_str).collect()
}

struct Fixture {
    dir: tempfile::TempDir,
    islands: FakeIslands,
    options: Options,
}

impl Fixture {
    fn new(profile: Profile) -> Self {
        let dir = tempfile::tempdir().unwrap();
        let options = Options::new(dir.path(), profile);
        let fixture = Self { dir, islands: FakeIslands::default(), options };
        fixture.write("style/main.css", "@import \"base.css\";\nb { color: red }\n");
        fixture.write(
            "style/base.css",
            &(1..20).map(|n| format!("a{n} {{ color: blue; margin: {n}px }}\n")).collect::<String>(),
        );
        fixture.write("public/page.js", &"// why\nconsole.log('a');\n".repeat(20));
        fixture.write("public/robots.txt", "User-agent: *\n");
        fixture.write("public/.well-known/security.txt", &"Contact: https://example.org/\n".repeat(20));
        fixture.write("src/lib.rs", "");
        fixture.write("app/src/lib.rs", "");
        fixture.write("Cargo.lock", "");
        fixture
    }

    fn write(&self, path: &str, text: &str) {
        let path = self.dir.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn site(&self, path: &str) -> PathBuf {
        self.options.site.join(path)
    }

    /// Builds what is stale, and returns what that was.
    fn ensure(&self) -> Result<Vec<Part>, Error> {
        ensure_with(&self.islands, &self.options, &|_| {})
    }

    fn manifest(&self) -> Manifest {
        Manifest::read(&self.options.site).unwrap()
    }
}

#[test]
fn a_development_site_has_plain_names_and_nothing_compressed() {
    let fixture = Fixture::new(Profile::Development);
    assert_eq!(fixture.ensure().unwrap(), Part::ALL);
    let manifest = fixture.manifest();
    assert_eq!(manifest.css, "/pkg/main.css");
    assert_eq!(manifest.script, "/pkg/page.js");
    for page in ["preferences", "search"] {
        assert_eq!(manifest.islands[page].js, "/pkg/islands.js");
        assert_eq!(manifest.islands[page].wasm, "/pkg/islands.wasm");
    }
    for file in ["robots.txt", ".well-known/security.txt", "pkg/snippets/a/inline0.js"] {
        assert!(fixture.site(file).is_file(), "{file}");
    }
    assert!(!fixture.site("page.js").exists(), "the script is an asset and has one name only");
    assert!(!fixture.site("pkg/main.css.br").exists());
}

#[test]
fn without_a_change_nothing_is_built_or_reported() {
    let fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();
    let reported = RefCell::new(Vec::new());
    let stale =
        ensure_with(&fixture.islands, &fixture.options, &|line| reported.borrow_mut().push(line.to_owned()));
    assert_eq!(stale.unwrap(), []);
    assert_eq!(fixture.islands.built.load(Ordering::SeqCst), 1);
    assert!(reported.borrow().is_empty(), "{reported:?}");
}

#[test]
fn touching_a_file_without_changing_it_makes_nothing_stale() {
    let fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();
    fixture.write("public/robots.txt", "User-agent: *\n");
    assert_eq!(fixture.ensure().unwrap(), []);
}

#[test]
fn only_what_is_stale_is_rebuilt_and_the_rest_is_kept() {
    let fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();

    fixture.write("style/base.css", "a { color: green }");
    assert_eq!(fixture.ensure().unwrap(), [Part::Style]);
    assert!(fs::read_to_string(fixture.site("pkg/main.css")).unwrap().contains("green"));
    assert!(fixture.site("pkg/islands.wasm").is_file());
    fixture.write("style/base.css", "a { color: maroon }");
    assert_eq!(fixture.ensure().unwrap(), [Part::Style]);
    fixture.write("style/base.css", "a { color: purple }");
    assert_eq!(fixture.ensure().unwrap(), [Part::Style], "same length, other contents");

    fixture.write("public/new.txt", "new");
    assert_eq!(fixture.ensure().unwrap(), [Part::Public]);
    assert!(fixture.site("new.txt").is_file());
    fs::remove_file(fixture.dir.path().join("public/new.txt")).unwrap();
    assert_eq!(fixture.ensure().unwrap(), [Part::Public]);
    assert!(!fixture.site("new.txt").exists(), "removed from the sources, so removed from the site");

    assert_eq!(fixture.islands.built.load(Ordering::SeqCst), 1);
    for (times, source) in ["src/new.rs", "app/src/lib.rs", "Cargo.lock"].into_iter().enumerate() {
        fixture.write(source, "// changed");
        assert_eq!(fixture.ensure().unwrap(), [Part::Islands], "{source}");
        assert_eq!(fixture.islands.built.load(Ordering::SeqCst), times + 2);
    }
}

#[test]
fn a_file_missing_from_the_site_is_built_again() {
    let fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();
    fs::remove_file(fixture.site("pkg/main.css")).unwrap();
    assert_eq!(fixture.ensure().unwrap(), [Part::Style]);
}

#[test]
fn another_profile_or_a_broken_manifest_makes_everything_stale() {
    let mut fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();
    fixture.options.profile = Profile::Release;
    assert_eq!(fixture.ensure().unwrap(), Part::ALL);
    assert_eq!(fixture.manifest().profile, Profile::Release);
    assert!(!fixture.site("pkg/main.css").exists(), "nothing is left of the other profile");

    fs::write(Manifest::path(&fixture.options.site), "{").unwrap();
    let message = Manifest::read(&fixture.options.site).unwrap_err().to_string();
    assert!(message.contains("bundle.json"), "{message}");
    assert_eq!(fixture.ensure().unwrap(), Part::ALL);
}

#[test]
fn a_release_names_files_by_their_contents() {
    let fixture = Fixture::new(Profile::Release);
    fixture.ensure().unwrap();
    let before = fixture.manifest();
    for url in urls(&before) {
        let parts: Vec<_> = url.rsplit('/').next().unwrap().split('.').collect();
        assert!(parts.len() == 3 && parts[1].len() == 16, "{url}");
        assert!(fixture.site(&url[1..]).is_file(), "{url}");
    }
    fixture.write("style/base.css", "a { color: green }");
    fixture.ensure().unwrap();
    let after = fixture.manifest();
    assert_ne!(before.css, after.css);
    assert_eq!(before.islands, after.islands);
    assert!(!fixture.site(&before.css[1..]).exists());
}

#[test]
fn a_release_has_a_module_for_each_page() {
    let fixture = Fixture::new(Profile::Release);
    fixture.ensure().unwrap();
    let islands = fixture.manifest().islands;
    assert_eq!(islands.keys().collect::<Vec<_>>(), ["preferences", "search"]);
    for (page, files) in islands {
        assert!(files.js.starts_with(&format!("/pkg/{page}.")), "{files:?}");
    }
}

#[test]
fn compressed_files_decode_to_the_original() {
    let fixture = Fixture::new(Profile::Release);
    fixture.ensure().unwrap();
    let manifest = fixture.manifest();
    let paths = urls(&manifest).into_iter().map(|url| url[1..].to_owned());
    for path in paths.chain([".well-known/security.txt".to_owned()]) {
        let original = fs::read(fixture.site(&path)).unwrap();
        let compressed = |extension: &str| fs::read(fixture.site(&format!("{path}.{extension}"))).unwrap();

        let mut decoded = Vec::new();
        brotli::BrotliDecompress(&mut compressed("br").as_slice(), &mut decoded).unwrap();
        assert!(decoded == original, "{path}.br");

        let mut decoded = Vec::new();
        flate2::read::GzDecoder::new(compressed("gz").as_slice()).read_to_end(&mut decoded).unwrap();
        assert!(decoded == original, "{path}.gz");
    }
    assert!(!fixture.site("bundle.json.br").exists());
}

#[test]
fn a_typo_in_a_style_sheet_is_an_error_and_the_old_site_stays() {
    let fixture = Fixture::new(Profile::Development);
    fixture.ensure().unwrap();
    fixture.write("style/base.css", "a { color: blue }\nb { color red }\n");
    let message = fixture.ensure().unwrap_err().to_string();
    assert!(message.starts_with("style/base.css:2:"), "{message}");
    assert!(fs::read_to_string(fixture.site("pkg/main.css")).unwrap().contains("blue"));
    let left = fs::read_dir(fixture.options.site.parent().unwrap()).unwrap();
    let mut left: Vec<_> = left.map(|entry| entry.unwrap().file_name()).collect();
    left.sort();
    assert_eq!(left, ["site", "site.lock"]);
}

#[test]
fn a_missing_source_is_named() {
    let fixture = Fixture::new(Profile::Development);
    fs::remove_file(fixture.dir.path().join("public/page.js")).unwrap();
    let message = fixture.ensure().unwrap_err().to_string();
    assert!(message.contains("page.js: not found"), "{message}");
}

#[test]
fn two_builds_at_once_take_turns_and_the_second_finds_nothing_to_do() {
    let mut fixture = Fixture::new(Profile::Development);
    fixture.islands.until_another_waits = true;
    let (islands, options) = (&fixture.islands, &fixture.options);
    let run = || {
        let reported = RefCell::new(Vec::new());
        let progress = |line: &str| {
            reported.borrow_mut().push(line.to_owned());
            islands.another_waits.store(true, Ordering::SeqCst);
        };
        let built = ensure_with(islands, options, &progress);
        (built.unwrap(), reported.into_inner())
    };
    let results = thread::scope(|scope| {
        let threads = [scope.spawn(run), scope.spawn(run)];
        threads.map(|thread| thread.join().unwrap())
    });
    assert_eq!(islands.built.load(Ordering::SeqCst), 1);
    let waited: Vec<_> = results.iter().filter(|(built, _)| built.is_empty()).collect();
    assert_eq!(waited.len(), 1, "{results:?}");
    assert_eq!(waited[0].1, ["waiting for another build of the browser bundle …"]);
}

#[test]
fn the_workspace_is_found_from_below_and_only_there() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let workspace = find_workspace(here).unwrap();
    assert!(workspace.join("frontend/bundle").is_dir());
    assert_eq!(find_workspace(&workspace), Some(workspace.clone()));
    assert_eq!(find_workspace(&tempfile::tempdir().unwrap().path().join("nowhere")), None);
}
