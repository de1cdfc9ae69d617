//! What the log says of sections that cannot be read.

use std::io::Write;
use std::sync::{Arc, Mutex};

use serde_json::{Value, json};
use tracing_subscriber::fmt::MakeWriter;

use super::{NAMES, SIGNED_IN, changed, read};
use crate::data::{Entries, Section};

const SECRET: &str = "the secret of somebody";

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The lines that are written meanwhile.
fn lines_of(what: impl FnOnce()) -> Vec<Value> {
    let lines = Lines::default();
    let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
    tracing::subscriber::with_default(subscriber, what);
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    assert!(!text.contains(SECRET), "what was found is not told: {text}");
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

/// Section and type of each.
fn told(lines: &[Value]) -> Vec<(&str, &str)> {
    fn field<'a>(line: &'a Value, name: &str) -> &'a str {
        line["fields"][name].as_str().unwrap_or_default()
    }
    assert!(lines.iter().all(|line| field(line, "event") == "session_section_unreadable"), "{lines:?}");
    lines.iter().map(|line| (field(line, "section"), field(line, "expected"))).collect()
}

#[test]
fn a_section_that_cannot_be_read_is_logged_as_what_it_is() {
    for name in ["preferences", "end_reason", "ends_at", "tower_sessions"] {
        let lines = lines_of(|| drop(changed(|stored| stored[name] = json!(SECRET))));
        let told = told(&lines);
        assert!(matches!(told.as_slice(), [(section, expected)] if *section == name && !expected.is_empty()));
    }
    let damaged = changed(|stored| stored["names"] = json!({ "of": SECRET }));
    let lines = lines_of(|| drop(damaged.sections.get(NAMES)));
    assert_eq!(told(&lines), [("names", std::any::type_name::<Vec<String>>())]);
    let list: Section<Entries<u8>> = Section::new("names");
    let damaged = changed(|stored| stored["names"] = json!([1, SECRET, 2]));
    let lines = lines_of(|| drop(damaged.sections.get(list)));
    assert_eq!(told(&lines), [("an entry of a list", "u8")]);
}

#[test]
fn nothing_is_logged_of_what_can_be_read_or_is_not_there() {
    let lines = lines_of(|| {
        let data = read(SIGNED_IN);
        assert_eq!(data.sections.get(NAMES), Vec::<String>::new());
        assert_eq!(data.sections.get(Section::<Option<String>>::new("link_intent")).as_deref(), Some("acme"));
    });
    assert_eq!(lines, Vec::<Value>::new());
}
