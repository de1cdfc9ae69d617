//! Where the sources say what the product is called. Everything else takes it from `src/name.rs`, or from the manifest.
//!
//! Each place has to be there when it is looked for, so the list cannot go out of date unnoticed. That it is complete is
//! checked by `tests/it/command_line/rename.rs`.

use std::ops::Range;

use super::product::{Product, json_string, markdown_text, rust_text};

/// On the first line that begins with `before`: the text from there to the last `after`, or to the end of the line if
/// `after` is empty.
pub(super) struct Place {
    pub(super) file: &'static str,
    before: &'static str,
    after: &'static str,
    /// What stands there, for the report.
    pub(super) what: &'static str,
    pub(super) value: fn(&Product) -> String,
}

const CODE: &str = "src/name.rs";
const MANIFEST: &str = "public/manifest.webmanifest";
const SETTINGS: &str = ".env.example";

/// In the order of the report.
pub(super) const PLACES: &[Place] = &[
    Place::NAME,
    Place::SLUG,
    place(CODE, ("pub const SALT: &str = \"", "\";"), "salt", |product| product.salt.clone()),
    place(CODE, ("pub const DATABASE_URL: &str = \"", "\";"), "default database", Product::database_url),
    place(MANIFEST, ("  \"name\": ", ","), "name", |product| json_string(&product.name)),
    place(MANIFEST, ("  \"short_name\": ", ","), "short name", |product| json_string(&product.name)),
    place("README.md", ("# ", ""), "heading", |product| markdown_text(&product.name)),
    place("compose.yaml", ("name: \"", "\""), "name of the project", Product::slug), // slim: mongodb/postgres/redis
    place(SETTINGS, ("# DATABASE_URL=", ""), "default database", Product::database_url),
    place(SETTINGS, ("# SESSION_STORE=", ""), "default session store", Product::database_url),
    place(
        "server/CONFIGURATION.md",
        ("| `DATABASE_URL` | `", "` | sqlite:"),
        "default database",
        Product::database_url,
    ),
];

/// The file with the copyright notice.
pub(super) const LICENCE: &str = "LICENSE-MIT";

const fn place(
    file: &'static str,
    (before, after): (&'static str, &'static str),
    what: &'static str,
    value: fn(&Product) -> String,
) -> Place {
    Place { file, before, after, what, value }
}

impl Place {
    pub(super) const NAME: Self =
        place(CODE, ("pub const NAME: &str = \"", "\";"), "name", |product| rust_text(&product.name));
    pub(super) const SLUG: Self = place(CODE, ("pub const SLUG: &str = \"", "\";"), "slug", Product::slug);

    /// Where in the file's text it is.
    pub(super) fn find(&self, text: &str) -> Result<Range<usize>, String> {
        let Self { file, before, after, .. } = self;
        let mut start = 0;
        for line in text.split_inclusive('\n') {
            let rest = line.trim_end_matches(['\r', '\n']).strip_prefix(before);
            if let Some(length) = rest.and_then(|rest| rest.rfind(after)) {
                start += before.len();
                return Ok(start..start + length);
            }
            start += line.len();
        }
        Err(format!(
            "{file}: no line is `{before}…{after}`, which server/web/src/rename/places.rs expects there"
        ))
    }
}

/// The licence asks that the template's notice stays, which is the last one: the product's own goes above it.
pub(super) fn notice_added(text: &str, name: &str) -> Result<String, String> {
    const NOTICE: &str = "Copyright (c) ";
    let mut notices = text.lines().filter(|line| line.starts_with(NOTICE));
    let first = notices.next();
    let year = first.and_then(|line| line.strip_prefix(NOTICE)?.split(' ').next());
    let (Some(first), Some(year)) = (first, year) else {
        return Err(format!("{LICENCE}: no line begins with `{NOTICE}`"));
    };
    let own = format!("{NOTICE}{year} {name} contributors");
    let replacement = if notices.next().is_some() { own } else { format!("{own}\n{first}") };
    Ok(text.replacen(first, &replacement, 1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(place: &Place, text: &str) -> Option<String> {
        place.find(text).ok().map(|range| text[range].to_owned())
    }

    #[test]
    fn a_place_is_on_the_first_line_like_it() {
        let place = place("a", ("name = \"", "\";"), "name", Product::slug);
        assert_eq!(found(&place, "x\nname = \"a\";\r\nname = \"b\";\n").as_deref(), Some("a"));
        assert_eq!(found(&place, "name = \"a\\\";b\";").as_deref(), Some("a\\\";b"), "up to the last mark");
        assert_eq!(found(&place, "  name = \"a\";\nname = \"a\"\n"), None);
        assert!(place.find("").unwrap_err().starts_with("a: no line is `name = \"…\";`"));
    }

    #[test]
    fn without_a_mark_it_ends_with_the_line() {
        let place = place("a", ("# ", ""), "heading", Product::slug);
        assert_eq!(found(&place, "#!\n# A b\n# C\n").as_deref(), Some("A b"));
        assert_eq!(found(&place, "# A b").as_deref(), Some("A b"));
    }

    #[test]
    fn the_notice_of_the_template_stays() {
        let template = "MIT\n\nCopyright (c) 2026 Template contributors\n\nPermission\n";
        let once = notice_added(template, "Garden Diary").unwrap();
        let own =
            "MIT\n\nCopyright (c) 2026 Garden Diary contributors\nCopyright (c) 2026 Template contributors\n";
        assert!(once.starts_with(own), "{once}");
        assert_eq!(notice_added(&once, "Garden Diary").unwrap(), once);
        assert_eq!(notice_added(&once, "Notes").unwrap(), once.replace("Garden Diary", "Notes"));
        assert!(notice_added("MIT\n", "Notes").is_err());
    }
}
