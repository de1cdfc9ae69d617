//! Tables, links and headings of a Markdown document.

use std::path::PathBuf;

/// What a row names as its proof.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Proof<'a> {
    /// `module::name`
    Rust(&'a str),
    /// A title in a file of `end2end/tests/`.
    Browser { file: &'a str, title: &'a str },
}

pub(super) struct Row {
    pub line: usize,
    pub header: Vec<String>,
    pub cells: Vec<String>,
}

pub(super) struct Document {
    pub name: String,
    pub path: PathBuf,
    pub rows: Vec<Row>,
    /// Relative links, with the number of their line.
    pub links: Vec<(usize, String)>,
}

impl Document {
    pub(super) fn new(name: &str, path: PathBuf, text: &str) -> Self {
        let (mut rows, mut links, mut header) = (Vec::new(), Vec::new(), None);
        for (line, content) in (1..).zip(text.lines()) {
            links.extend(links_of(content).map(|target| (line, target.to_owned())));
            let Some(cells) = cells(content) else {
                header = None;
                continue;
            };
            match &header {
                None => header = Some(cells),
                Some(_) if cells.iter().all(|cell| cell.trim_matches(':').trim_matches('-').is_empty()) => (),
                Some(header) => rows.push(Row { line, header: header.clone(), cells }),
            }
        }
        Self { name: name.to_owned(), path, rows, links }
    }

    /// The ids of all tables, with the number of their line.
    pub(super) fn ids(&self) -> impl Iterator<Item = (String, usize)> {
        let rows = self.rows.iter().filter(|row| row.header.first().is_some_and(|title| title == "id"));
        rows.flat_map(|row| {
            row.cells
                .first()
                .into_iter()
                .flat_map(|cell| cell.split(", "))
                .map(|id| (id.to_owned(), row.line))
        })
    }
}

/// The cells of a line of a table.
fn cells(line: &str) -> Option<Vec<String>> {
    let inner = line.trim().strip_prefix('|')?.strip_suffix('|')?;
    Some(inner.split('|').map(|cell| cell.trim().to_owned()).collect())
}

fn links_of(line: &str) -> impl Iterator<Item = &str> {
    let targets = line.split("](").skip(1).filter_map(|rest| rest.split(')').next());
    targets.filter(|target| !target.contains(':'))
}

/// The fragments by which GitHub links to the headings of a document.
pub(super) fn headings(text: &str) -> impl Iterator<Item = String> {
    let headings =
        text.lines().filter(|line| line.starts_with('#')).map(|line| line.trim_start_matches('#').trim());
    headings.map(|heading| {
        let kept = heading.chars().filter(|c| c.is_alphanumeric() || " -_".contains(*c));
        kept.collect::<String>().to_lowercase().replace(' ', "-")
    })
}

/// What a cell names. Everything in backticks has to be a test, lest a slip goes unnoticed, unless it is the text of a link.
pub(super) fn proofs(cell: &str) -> Result<Vec<Proof<'_>>, String> {
    let pieces: Vec<&str> = cell.split('`').collect();
    let spans = pieces.iter().enumerate().skip(1).step_by(2);
    let is_link = |at: usize| pieces.get(at + 1).is_some_and(|after| after.starts_with("]("));
    spans
        .filter(|(at, _)| !is_link(*at))
        .map(|(at, code)| {
            if code.ends_with(".spec.ts") {
                let after = pieces.get(at + 1).and_then(|text| text.strip_prefix(" \""));
                let title = after.and_then(|text| text.rsplit_once('"')).map(|(title, _)| title);
                title
                    .map(|title| Proof::Browser { file: code, title })
                    .ok_or_else(|| format!("no title stands behind {code}"))
            } else if code.contains("::") {
                Ok(Proof::Rust(code))
            } else {
                Err(format!("{code} is no test"))
            }
        })
        .collect()
}

#[test]
fn a_cell_names_tests_of_both_kinds() {
    let cell = "`seal::rows_are_bound`, `csrf.spec.ts` \"a \"form\" fails\", for visitors `a::b`";
    let browser = Proof::Browser { file: "csrf.spec.ts", title: "a \"form\" fails" };
    assert_eq!(proofs(cell).unwrap(), [Proof::Rust("seal::rows_are_bound"), browser, Proof::Rust("a::b")]);
    assert_eq!(proofs("**document**: [`a.rs`](a.rs)").unwrap(), []);
    assert!(proofs("`rows_are_bound`").is_err());
    assert!(proofs("`csrf.spec.ts`").is_err());
}

#[test]
fn a_document_has_rows_ids_and_links() {
    let text = "| id | test |\n|---|:--|\n| 1.1, 1.2 | [a](../b.rs) |\n\n| c | d |\n|---|---|\n| e | [f](https://g) |\n";
    let document = Document::new("x.md", PathBuf::new(), text);
    assert_eq!(document.rows.len(), 2);
    assert_eq!(document.ids().collect::<Vec<_>>(), [("1.1".to_owned(), 3), ("1.2".to_owned(), 3)]);
    assert_eq!(document.links, [(3, "../b.rs".to_owned())]);
    assert_eq!(headings("## What is *not* there, yet\n").collect::<Vec<_>>(), ["what-is-not-there-yet"]);
}
