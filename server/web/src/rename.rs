//! The `rename` command: makes the template yours. It edits the sources around the working directory, so it is part of
//! builds with the feature `build-bundle` alone.

mod places;
mod product;

use std::collections::BTreeMap;
use std::fs;
use std::path::PathBuf;

use self::places::{LICENCE, PLACES, Place, notice_added};
use self::product::Product;
use crate::cli::NewName;
use crate::output::print;
use crate::sources;
use crate::startup::StartError;

/// Changes the name of the product, and says in which files.
pub(crate) fn on_command(wanted: &NewName) -> Result<(), StartError> {
    let report = rename(wanted).map_err(StartError::Other)?;
    print(format_args!("{report}"))
}

fn rename(wanted: &NewName) -> Result<String, String> {
    let product = Product::parse(&wanted.name, wanted.slug.as_deref())?;
    let (name, slug) = (&product.name, &product.slug);
    let mut sources = Sources::find()?;
    if sources.are_of(&product)? {
        return Ok(format!("This is {name} ({slug}) already: nothing is changed.\n"));
    }
    if !wanted.force {
        sources::check_undo(&sources.root)?;
    }
    sources.edit(&product)?;
    let report = sources.write()?;
    Ok(format!(
        "{report}\nThis is {name} ({slug}) now. `git diff` shows what has changed, `git restore .` takes it back.\n\
         Development begins with an empty database ({}). Sessions in other stores end: the salt is new.\n",
        product.database_url()
    ))
}

/// The files that are edited. Nothing is written before everything has been found.
struct Sources {
    root: PathBuf,
    files: BTreeMap<&'static str, Edited>,
}

struct Edited {
    text: String,
    /// What is different now.
    changes: Vec<&'static str>,
}

impl Sources {
    /// Those around the working directory.
    fn find() -> Result<Self, String> {
        Ok(Self { root: sources::find()?, files: BTreeMap::new() })
    }

    fn file(&mut self, name: &'static str) -> Result<&mut Edited, String> {
        use std::collections::btree_map::Entry;
        match self.files.entry(name) {
            Entry::Occupied(entry) => Ok(entry.into_mut()),
            Entry::Vacant(entry) => {
                let text =
                    fs::read_to_string(self.root.join(name)).map_err(|error| format!("{name}: {error}"))?;
                Ok(entry.insert(Edited { text, changes: Vec::new() }))
            }
        }
    }

    /// Whether the sources have the name and the slug already.
    fn are_of(&mut self, product: &Product) -> Result<bool, String> {
        for place in [&Place::NAME, &Place::SLUG] {
            let text = &self.file(place.file)?.text;
            if text[place.find(text)?] != (place.value)(product) {
                return Ok(false);
            }
        }
        Ok(true)
    }

    /// Only in memory.
    fn edit(&mut self, product: &Product) -> Result<(), String> {
        for place in PLACES {
            let file = self.file(place.file)?;
            let range = place.find(&file.text)?;
            let value = (place.value)(product);
            if file.text[range.clone()] != value {
                file.text.replace_range(range, &value);
                file.changes.push(place.what);
            }
        }
        let licence = self.file(LICENCE)?;
        licence.text = notice_added(&licence.text, &product.name)?;
        licence.changes.push("a notice of your own");
        Ok(())
    }

    /// Returns a line for each changed file.
    fn write(&self) -> Result<String, String> {
        let mut report = String::new();
        for (name, Edited { text, changes }) in &self.files {
            if !changes.is_empty() {
                fs::write(self.root.join(name), text).map_err(|error| format!("{name}: {error}"))?;
                report += &format!("{name}: {}\n", changes.join(", "));
            }
        }
        Ok(report)
    }
}
