//! The template becomes somebody's own: `server rename`, in a copy of the sources.

use std::fs;

use domain::name::{DATABASE_URL, NAME, SLUG};

use crate::command_line::template::Template;
use crate::command_line::{run, server};

const EDITED: &[&str] = &[
    ".env.example",
    "LICENSE-MIT",
    "README.md",
    "compose.yaml", // slim: mongodb/postgres/redis
    "public/manifest.webmanifest",
    "server/CONFIGURATION.md",
    "src/name.rs",
];

const OWN: &str = "Quokka Ledger";
/// Has something that must be escaped in every kind of file.
const AWKWARD: &str = r#"Kim's "Garden" & <Diary>"#;

/// The spellings of this product's name, in lower case. None for a name of one word, which is likely to be a word of the
/// code as well.
fn spellings() -> Vec<String> {
    let words: Vec<_> = NAME.split_whitespace().map(str::to_lowercase).collect();
    let database = DATABASE_URL.rsplit('/').next().unwrap().to_lowercase();
    let joined = ["", " ", "-", "_"].iter().map(|between| words.join(between));
    joined.chain([SLUG.to_owned(), database]).filter(|_| words.len() > 1).collect()
}

#[test]
fn every_name_becomes_ones_own_and_nothing_else_changes() {
    let Some(template) = Template::new() else { return };
    // In somebody's own product the words of its name may stand anywhere.
    let is_original = template.read("LICENSE-MIT").matches("Copyright (c) ").count() == 1;
    let output = template.renamed(AWKWARD);
    assert_eq!(template.changed(), EDITED);
    for file in EDITED {
        assert!(output.lines().any(|line| line.starts_with(&format!("{file}: "))), "{file}: {output}");
    }
    // The licence asks that the notice of the template stays.
    let notice = |line: &String| line.starts_with("LICENSE-MIT: Copyright");
    let left: Vec<_> = template.lines_with(&spellings()).into_iter().filter(|line| !notice(line)).collect();
    if is_original {
        assert_eq!(left, [""; 0]);
    }
    is_spelled_everywhere_in_the_way_of_the_file(&template);
}

fn is_spelled_everywhere_in_the_way_of_the_file(template: &Template) {
    let code = template.read("src/name.rs");
    for line in [
        r#"pub const NAME: &str = "Kim's \"Garden\" & <Diary>";"#,
        r#"pub const SLUG: &str = "kims-garden-diary";"#,
        r#"pub const DATABASE_URL: &str = "sqlite://data/kims-garden-diary.db";"#,
    ] {
        assert!(code.contains(line), "{line}: {code}");
    }
    let manifest: serde_json::Value =
        serde_json::from_str(&template.read("public/manifest.webmanifest")).unwrap();
    assert_eq!((&manifest["name"], &manifest["short_name"]), (&AWKWARD.into(), &AWKWARD.into()));
    assert!(template.read("README.md").starts_with(r#"# Kim's "Garden" \& \<Diary\>"#));
    assert!(template.read("compose.yaml").contains("\nname: \"kims-garden-diary\"\n")); // slim: mongodb/postgres/redis
    for file in [".env.example", "server/CONFIGURATION.md"] {
        assert!(template.read(file).contains("sqlite://data/kims-garden-diary.db"), "{file}");
    }
}

#[test]
fn it_can_be_repeated_and_changed_again() {
    let Some(template) = Template::new() else { return };
    template.renamed(OWN);
    let tree = template.git(&["diff"]);
    // Its own change is not committed yet.
    let output = template.renamed(OWN);
    assert!(output.contains("already"), "{output}");
    assert_eq!(template.git(&["diff"]), tree);
    template.commit();
    template.renamed("Bird Watch");
    assert_eq!(template.changed(), EDITED);
    let left = template.lines_with(&[OWN.to_lowercase(), "quokka-ledger".to_owned()]);
    assert!(left.iter().all(|line| line.starts_with(file!())), "nowhere but here: {left:?}");
    let (code, _, errors) = template.rename(&[OWN, "--force"]);
    assert_eq!(code, 0, "{errors}");
    assert_eq!(template.changed(), ["src/name.rs"]);
    let differs = template.git(&["diff", "--unified=0"]);
    let lines: Vec<_> =
        differs.lines().filter(|line| line.starts_with("+p") || line.starts_with("-p")).collect();
    let [old, new] = lines[..] else { panic!("{differs}") };
    assert!(old.contains("SALT") && new.contains("SALT"), "nothing but the salt: {differs}");
}

#[test]
fn what_git_could_not_take_back_is_refused() {
    let Some(template) = Template::new() else { return };
    fs::write(template.path().join("notes.txt"), "").unwrap();
    let (code, output, errors) = template.rename(&[OWN]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(errors.contains("not committed") && errors.contains("--force"), "{errors}");
    assert_eq!(template.changed(), ["notes.txt"]);
    fs::remove_dir_all(template.path().join(".git")).unwrap();
    let (code, _, errors) = template.rename(&[OWN]);
    assert_eq!(code, 1);
    assert!(errors.contains("git does not know these sources"), "{errors}");
    assert!(template.read("src/name.rs").contains(NAME));
    let (code, _, errors) = template.rename(&[OWN, "--force"]);
    assert_eq!(code, 0, "{errors}");
    assert!(template.read("src/name.rs").contains(OWN));
}

/// The list of places cannot go out of date unnoticed.
#[test]
fn a_place_that_is_gone_is_named_and_nothing_is_changed() {
    let Some(template) = Template::new() else { return };
    fs::write(template.path().join("README.md"), "A project without a heading.\n").unwrap();
    template.commit();
    let (code, output, errors) = template.rename(&[OWN]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(errors.contains("README.md: no line is `# "), "{errors}");
    assert_eq!(template.changed(), [""; 0]);
}

#[test]
fn without_sources_or_a_usable_name_it_is_refused() {
    let directory = tempfile::tempdir().unwrap();
    let refusal = |arguments: &[&str]| {
        let (code, output, errors) = run(server(directory.path()).arg("rename").args(arguments));
        assert_eq!((code, output.as_str()), (1, ""), "{arguments:?}");
        errors
    };
    assert!(refusal(&[OWN]).contains("no sources here"));
    assert!(refusal(&[" "]).contains("1 to 40 visible characters"));
    assert!(refusal(&["庭の日記"]).contains("--slug"));
}
