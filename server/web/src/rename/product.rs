//! What a product is called, and how that is spelled in each kind of file.

use domain::account::DisplayName;
use rand::RngExt as _;

/// In characters.
const LONGEST: usize = 40;

/// A name that every place can take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Product {
    /// One line of 1 to 40 characters in any script.
    pub(super) name: String,
    /// Lower-case ASCII letters, digits and single hyphens between them.
    pub(super) slug: String,
    /// Different each time.
    pub(super) salt: String,
}

impl Product {
    /// `slug` is derived from the name if it is not given.
    pub(super) fn parse(name: &str, slug: Option<&str>) -> Result<Self, String> {
        // A line for people, like their own names.
        let name = DisplayName::parse(name).ok().map(|name| name.as_str().to_owned());
        let name = name
            .filter(|name| is_short(name))
            .ok_or_else(|| format!("a name is one line of 1 to {LONGEST} visible characters"))?;
        let slug = match slug {
            Some(slug) => Some(slug.to_owned()).filter(|slug| slug_of(slug).as_ref() == Some(slug)),
            None => slug_of(&name),
        };
        let slug = slug
            .filter(|slug| is_short(slug))
            .ok_or("choose a name for machines, like --slug my-app: letters a–z, digits, single hyphens")?;
        let random: [u8; 16] = rand::rng().random();
        Ok(Self { salt: format!("{slug} {}", hex::encode(random)), name, slug })
    }

    pub(super) fn slug(&self) -> String {
        self.slug.clone()
    }

    pub(super) fn database_url(&self) -> String {
        format!("sqlite://data/{}.db", self.slug)
    }
}

fn is_short(text: &str) -> bool {
    text.chars().count() <= LONGEST
}

/// The words in lower case, joined by hyphens. `None` if nothing is left, or if there is a letter that ASCII does not have.
fn slug_of(name: &str) -> Option<String> {
    if name.chars().any(|c| c.is_alphanumeric() && !c.is_ascii()) {
        return None;
    }
    // An apostrophe is inside a word.
    let name = name.to_ascii_lowercase().replace(['\'', '’'], "");
    let words: Vec<_> = name.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
    (!words.is_empty()).then(|| words.join("-"))
}

/// The inside of a Rust string. The name has no control characters.
pub(super) fn rust_text(name: &str) -> String {
    escaped(name, "\\\"")
}

/// A JSON string, quotes included.
pub(super) fn json_string(name: &str) -> String {
    serde_json::Value::from(name).to_string()
}

/// Markdown that shows the name as it is.
pub(super) fn markdown_text(name: &str) -> String {
    escaped(name, "\\`*_[]<>#&~")
}

fn escaped(text: &str, special: &str) -> String {
    text.chars().flat_map(|c| special.contains(c).then_some('\\').into_iter().chain([c])).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn slug(name: &str) -> String {
        Product::parse(name, None).unwrap().slug
    }

    #[test]
    fn a_slug_is_made_of_the_words() {
        for (name, expected) in [
            ("Garden Diary", "garden-diary"),
            ("  Kim's  \"A & B\" <2>! ", "kims-a-b-2"),
            ("Kim’s", "kims"),
            ("notes", "notes"),
            ("2048", "2048"),
            ("💪 Gym", "gym"),
        ] {
            assert_eq!(slug(name), expected, "{name}");
        }
    }

    #[test]
    fn a_name_without_ascii_needs_a_slug() {
        for name in ["Müller", "庭", "!", "💪"] {
            assert!(Product::parse(name, None).unwrap_err().contains("--slug"), "{name}");
            assert_eq!(Product::parse(name, Some("my-2")).unwrap().slug, "my-2", "{name}");
        }
        for slug in ["", "-", "My", "a_b", "a--b", "-a", "a-", "ü", "a/b", &"a".repeat(41)] {
            assert!(Product::parse("Notes", Some(slug)).is_err(), "{slug}");
        }
    }

    #[test]
    fn a_name_is_one_line_of_1_to_40_characters() {
        for name in ["", "  ", "\u{200b}", "a\nb", "a\0b", "a\u{202e}b", &"a".repeat(41)] {
            assert!(Product::parse(name, Some("a")).unwrap_err().contains("1 to 40"), "{name:?}");
        }
        assert_eq!(Product::parse(&format!(" {} ", "a".repeat(40)), None).unwrap().name, "a".repeat(40));
    }

    #[test]
    fn every_salt_is_another() {
        let salt = || Product::parse("Garden Diary", None).unwrap().salt;
        assert_ne!(salt(), salt());
        assert!(salt().starts_with("garden-diary ") && salt().len() == "garden-diary ".len() + 32);
    }

    #[test]
    fn every_kind_of_file_shows_the_name_as_it_is() {
        let name = r#"A\"B" & <C> #1"#;
        assert_eq!(rust_text(name), r#"A\\\"B\" & <C> #1"#);
        assert_eq!(json_string(name), r#""A\\\"B\" & <C> #1""#);
        assert_eq!(markdown_text(name), r#"A\\"B" \& \<C\> \#1"#);
    }
}
