//! The template without one of its parts: `server slim`, in a copy of the sources.

use std::fs;

use crate::command_line::template::Template;
use crate::command_line::{run, server};

/// Not the product's: the texts of licences, names of packages that are not installed, and passwords that are common.
const FOREIGN: [&str; 6] = [
    "LICENSE-APACHE",
    "LICENSE-MIT",
    "end2end/package-lock.json",
    "end2end/package.json",
    "public/fonts/OFL.txt",
    "src/account/common_passwords.txt",
];

impl Template {
    fn slim(&self, arguments: &[&str]) -> (i32, String, String) {
        let mut command = server(self.path());
        // Cargo, which brings the lock file up to date, looks there for what it has.
        for name in ["HOME", "CARGO_HOME", "RUSTUP_HOME"] {
            command.envs(std::env::var_os(name).map(|value| (name, value)));
        }
        run(command.arg("slim").args(arguments))
    }

    fn slimmed(&self, parts: &[&str]) -> String {
        let (code, output, errors) = self.slim(parts);
        assert_eq!((code, errors.as_str()), (0, ""), "{parts:?}");
        output
    }

    /// The parts that are there, each with the words that nothing says without it.
    fn parts(&self) -> Vec<(String, Vec<String>)> {
        let entries = fs::read_dir(self.path().join("server/slim")).into_iter().flatten().flatten();
        // Beside the folders is what they share.
        let folders = entries.filter(|entry| entry.path().is_dir());
        let mut parts: Vec<_> = folders
            .map(|folder| {
                let list = fs::read_to_string(folder.path().join("part.txt")).unwrap();
                let words = list.lines().filter_map(|line| line.strip_prefix("word ")).map(str::to_owned);
                (folder.file_name().into_string().unwrap(), words.collect())
            })
            .collect();
        parts.sort_unstable();
        parts
    }

    /// What documents link to and is not there.
    fn dead_links(&self) -> Vec<String> {
        let mut dead = Vec::new();
        for name in self.git(&["ls-files", "*.md"]).lines() {
            let document = self.path().join(name);
            let text = fs::read_to_string(&document).unwrap();
            // What takes the place of a part leads to what is there without it.
            let lines = text.lines().filter(|line| !line.contains("slim: instead"));
            let targets = lines.flat_map(|line| line.split("](").skip(1));
            for target in targets.filter_map(|rest| rest.split([')', '#']).next()) {
                let is_file = !target.is_empty() && !target.contains(':');
                if is_file && !document.with_file_name(target).exists() {
                    dead.push(format!("{name}: {target}"));
                }
            }
        }
        dead
    }
}

/// Takes these out of a template in whose name there is none of their words.
fn without(parts: &[(String, Vec<String>)]) {
    let Some(template) = Template::new() else { return };
    template.renamed("Bird Watch");
    template.commit();
    let names: Vec<&str> = parts.iter().map(|(name, _)| name.as_str()).collect();
    let output = template.slimmed(&names);
    assert!(!output.contains("could not be done"), "{output}");
    assert!(output.contains(&format!("The sources are without {} now.", names.join(" and "))), "{output}");
    template.commit();
    let is_ours = |line: &String| !FOREIGN.iter().any(|file| line.starts_with(&format!("{file}: ")));
    let words: Vec<String> = parts.iter().flat_map(|(_, words)| words.clone()).collect();
    let left: Vec<_> = template.lines_with(&words).into_iter().filter(is_ours).collect();
    assert_eq!(left, [""; 0], "{names:?}");
    let marks: Vec<String> = names.iter().map(|name| format!("slim: {name}")).collect();
    assert_eq!(template.lines_with(&marks), [""; 0]);
    assert_eq!(template.dead_links(), [""; 0], "{names:?}");
}

#[test]
fn without_a_part_nothing_speaks_of_it_and_nothing_leads_to_it() {
    let Some(template) = Template::new() else { return };
    assert_eq!(template.dead_links(), [""; 0], "with everything");
    for part in template.parts() {
        without(&[part]);
    }
}

/// What parts share goes with the first of them, or with the last.
#[test]
fn nor_without_several_of_them_and_without_all() {
    let Some(template) = Template::new() else { return };
    let parts = template.parts();
    for count in 2..=parts.len() {
        without(&parts[..count]);
        without(&parts[parts.len() - count..]);
    }
}

#[test]
fn it_can_be_repeated_and_says_what_there_is() {
    let Some(template) = Template::new() else { return };
    let (code, output, errors) = template.slim(&[]);
    assert_eq!((code, errors.as_str()), (0, ""));
    assert_eq!(template.changed(), [""; 0]);
    for (part, _) in template.parts() {
        assert!(output.contains(&format!("  {part}  ")), "{output}");
        template.slimmed(&[&part]);
        template.commit();
        let (code, output, _) = template.slim(&[&part]);
        assert_eq!(code, 0);
        assert!(output.contains(&format!("no {part} here: nothing is changed")), "{output}");
        assert_eq!(template.changed(), [""; 0]);
    }
    let (_, output, _) = template.slim(&[]);
    assert!(output.contains("No part is left"), "{output}");
}

#[test]
fn what_git_could_not_take_back_stays() {
    let Some(template) = Template::new() else { return };
    let Some((part, _)) = template.parts().pop() else { return };
    fs::write(template.path().join("notes.txt"), "").unwrap();
    let (code, output, errors) = template.slim(&[&part]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(errors.contains("not committed") && errors.contains("--force"), "{errors}");
    assert_eq!(template.changed(), ["notes.txt"]);
}

/// Git passes them over, so it could not give them back.
#[test]
fn what_a_server_keeps_and_settings_of_the_machine_stay() {
    let Some(template) = Template::new() else { return };
    let (own, parts) = ([".env", "data/notes"], template.parts());
    // What would be edited elsewhere.
    let text: String = parts.iter().map(|(name, _)| format!("MINE=1 # slim: {name}\n")).collect();
    fs::create_dir(template.path().join("data")).unwrap();
    for name in own {
        fs::write(template.path().join(name), &text).unwrap();
    }
    assert_eq!(template.changed(), [""; 0], "git passes them over");
    template.slimmed(&parts.iter().map(|(name, _)| name.as_str()).collect::<Vec<_>>());
    for name in own {
        assert_eq!(template.read(name), text, "{name}");
    }
}

/// The list of a part cannot go out of date unnoticed.
#[test]
fn a_path_that_is_gone_is_named_and_nothing_is_changed() {
    let Some(template) = Template::new() else { return };
    let Some((part, _)) = template.parts().pop() else { return };
    let list = template.read(&format!("server/slim/{part}/part.txt"));
    let mut paths = list.lines().filter_map(|line| line.strip_prefix("delete "));
    let path = paths.find(|path| !path.ends_with('*')).unwrap();
    let full = template.path().join(path);
    if full.is_dir() { fs::remove_dir_all(full) } else { fs::remove_file(full) }.unwrap();
    template.commit();
    let (code, output, errors) = template.slim(&[&part]);
    assert_eq!((code, output.as_str()), (1, ""));
    assert!(errors.contains(&format!("there is no {path}")), "{errors}");
    assert_eq!(template.changed(), [""; 0]);
}
