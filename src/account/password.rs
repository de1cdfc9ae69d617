//! The password policy.

use std::borrow::Cow;
use std::collections::HashSet;
use std::fmt;
use std::sync::LazyLock;

use unicode_normalization::{UnicodeNormalization as _, is_nfc};

use crate::form::FieldError;
use crate::name::NAME;

/// A password as it is hashed: in NFC (RFC 8265 §4.2.1), so that devices that compose letters differently
/// agree, and otherwise as typed. Nothing is trimmed, mapped or case folded.
#[must_use]
pub fn composed_password(typed: &str) -> Cow<'_, str> {
    if is_nfc(typed) { Cow::Borrowed(typed) } else { Cow::Owned(typed.nfc().collect()) }
}

/// A new password that complies with the policy (ASVS 5.0 §6.2): 8 to 128 characters of any kind, in
/// NFC and otherwise exactly as typed, not a common password and not composed of the name of the person or the site.
#[derive(Clone)]
pub struct NewPassword(String);

/// The most common passwords of at least eight characters, in lower case and most common first: the top 3 000
/// of each of two widely used rankings of published leaks.
static COMMON: LazyLock<HashSet<&'static str>> =
    LazyLock::new(|| include_str!("common_passwords.txt").lines().collect());

/// The shortest word worth looking for: shorter ones occur in many passwords by chance.
const SHORTEST_WORD: usize = 3;

/// A password with this many letters outside the known words does not count as predictable.
const LETTERS_OF_ITS_OWN: usize = 4;

impl NewPassword {
    /// In characters, not bytes.
    const MIN: u32 = 8;
    /// In characters, not bytes.
    const MAX: u32 = 128;

    /// Parses a chosen password. `context` holds the person's name and address.
    ///
    /// # Errors
    /// [`FieldError::Required`], [`FieldError::TooShort`], [`FieldError::TooLong`],
    /// [`FieldError::CommonPassword`] or [`FieldError::PredictablePassword`].
    pub fn parse(typed: &str, context: &[&str]) -> Result<Self, FieldError> {
        let typed = &*composed_password(typed);
        let characters = typed.chars().count();
        if typed.is_empty() {
            Err(FieldError::Required)
        } else if characters < Self::MIN as usize {
            Err(FieldError::TooShort(Self::MIN))
        } else if characters > Self::MAX as usize {
            Err(FieldError::TooLong(Self::MAX))
        } else if COMMON.contains(typed.to_lowercase().as_str()) {
            Err(FieldError::CommonPassword)
        } else if is_predictable(typed, context.iter().copied().chain([NAME])) {
            Err(FieldError::PredictablePassword)
        } else {
            Ok(Self(typed.to_owned()))
        }
    }

    /// What was typed, in NFC.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for NewPassword {
    /// Passwords do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("NewPassword(…)")
    }
}

/// Whether little is left of a password once the words that attackers try first are removed: those of the person's
/// names and addresses, and of the site's name.
fn is_predictable<'a>(password: &str, names: impl Iterator<Item = &'a str>) -> bool {
    let mut rest = squash(password);
    let whole = rest.len();
    for word in words(names) {
        rest = rest.replace(&word, "");
    }
    rest.len() < whole && rest.chars().filter(|c| c.is_alphabetic()).count() < LETTERS_OF_ITS_OWN
}

/// The words to look for, longest first: removing a short word must not break up a longer one.
fn words<'a>(names: impl Iterator<Item = &'a str>) -> Vec<String> {
    let mut words = Vec::new();
    for text in names {
        // The domain of an address says nothing about the person, so it does not count on its own: only the
        // whole address and the part before the `@` do.
        let own = text.split_once('@').map_or(text, |(local, _)| local);
        words.extend([squash(text), squash(own)]);
        words.extend(own.split(|c: char| !c.is_alphanumeric()).map(squash));
        words.extend(own.split(|c: char| !c.is_alphabetic()).map(squash));
    }
    words.retain(|word| word.chars().count() >= SHORTEST_WORD);
    words.sort_unstable_by(|a, b| b.len().cmp(&a.len()).then_with(|| a.cmp(b)));
    words.dedup();
    words
}

/// Letters and digits only, in lower case. In NFC like the password: a name may have been sent decomposed.
fn squash(text: &str) -> String {
    text.nfc().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const ALEX: &[&str] = &["Alex Example", "alex.e1987@mail.example.com"];

    fn refusal(typed: &str) -> Option<FieldError> {
        NewPassword::parse(typed, ALEX).err()
    }

    #[test]
    fn length_counts_characters() {
        assert_eq!(refusal(""), Some(FieldError::Required));
        assert_eq!(refusal("x7-Qk29"), Some(FieldError::TooShort(8)));
        assert_eq!(refusal("x7-Qk29!"), None);
        // Seven characters in 28 bytes, and 128 characters in 512.
        assert_eq!(refusal("🏋🤸🚴🏊🧗🤾⛹"), Some(FieldError::TooShort(8)));
        assert_eq!(refusal(&"🏋".repeat(128)), None);
        assert_eq!(refusal(&"🏋".repeat(129)), Some(FieldError::TooLong(128)));
    }

    #[test]
    fn any_characters_are_taken_exactly_as_typed() {
        for typed in
            ["  spaces around  ", "x\0y\nz\tx7-q", "zo\u{eb} ｗｉｄｅ Ⅷ", "correct horse battery staple"]
        {
            assert_eq!(NewPassword::parse(typed, ALEX).unwrap().as_str(), typed);
        }
    }

    #[test]
    fn letters_may_be_composed_or_not() {
        let composed = NewPassword::parse("zo\u{eb} at dusk", ALEX).unwrap();
        assert_eq!(NewPassword::parse("zoe\u{308} at dusk", ALEX).unwrap().as_str(), composed.as_str());
        // Eight code points, but seven characters to the person and to every other device.
        assert_eq!(refusal("x7-Qke\u{308}9"), Some(FieldError::TooShort(8)));
        assert_eq!(refusal(&"e\u{308}".repeat(128)), None);
        let zoe = ["Zoe\u{308}", "z@x.example"];
        assert_eq!(
            NewPassword::parse("zo\u{eb}zo\u{eb}123", &zoe).unwrap_err(),
            FieldError::PredictablePassword
        );
    }

    #[test]
    fn common_passwords_are_refused_in_any_case() {
        for typed in ["password", "Password1", "PASSWORD", "12345678", "qwertyuiop", "trustno1", "iLoveYou"] {
            assert_eq!(refusal(typed), Some(FieldError::CommonPassword), "{typed}");
        }
    }

    #[test]
    fn the_list_is_long_enough_and_in_the_form_looked_up() {
        assert!(COMMON.len() >= 3000, "{}", COMMON.len());
        assert_eq!(COMMON.len(), include_str!("common_passwords.txt").lines().count(), "no entry twice");
        for password in COMMON.iter() {
            assert!(password.chars().count() >= NewPassword::MIN as usize, "{password}");
            assert_eq!(password.to_lowercase(), *password);
            assert_eq!(password.trim(), *password);
        }
    }

    #[test]
    fn names_with_trimmings_are_refused() {
        for typed in [
            "alexexample",
            "Alex-Example-1",
            "example.alex",
            "Alex1987!",
            "alex-alex",
            "alex.e1987",
            "alex.e1987@mail.example.com",
            "1alex1example1",
        ] {
            assert_eq!(refusal(typed), Some(FieldError::PredictablePassword), "{typed}");
        }
    }

    #[test]
    fn the_name_of_the_site_counts_like_one_of_the_person() {
        let names = || ["Robin", "Garden Diary"].into_iter();
        for typed in
            ["garden-diary", "GardenDiary1!", "Garden2026", "diary!!", "my garden 1", "1robingarden1"]
        {
            assert!(is_predictable(typed, names()), "{typed}");
        }
        assert!(!is_predictable("my diary sleeps", names()));
        // Two letters in a row occur in many passwords by chance.
        let long_enough = squash(NAME).chars().count() >= SHORTEST_WORD;
        let refused = refusal(&format!("{NAME} {NAME} {NAME}!")) == Some(FieldError::PredictablePassword);
        assert_eq!(refused, long_enough);
    }

    #[test]
    fn a_name_among_other_words_is_fine() {
        for typed in [
            "alex rides to work",
            "breakfast at seven",
            "x7#Qk29$m4",
            "19283746501",
            "complexity",
            "gmail-and-more",
        ] {
            assert_eq!(refusal(typed), None, "{typed}");
        }
    }

    #[test]
    fn short_names_refuse_nothing() {
        let context = ["Li", "l@x.example"];
        assert!(NewPassword::parse("li-l7#29$81", &context).is_ok());
        assert!(NewPassword::parse("x7#Qk29$l", &["", "@"]).is_ok());
    }

    #[test]
    fn an_address_of_digits_is_a_word_too() {
        let context = ["100200300@mail.example"];
        assert_eq!(NewPassword::parse("100200300", &context).unwrap_err(), FieldError::PredictablePassword);
        assert!(NewPassword::parse("917364528", &context).is_ok());
    }

    #[test]
    fn passwords_stay_out_of_logs() {
        let password = NewPassword::parse("correct horse", &[]).unwrap();
        assert!(!format!("{password:?}").contains("horse"));
    }

    proptest! {
        #[test]
        fn a_password_is_only_composed(typed: String, context in proptest::collection::vec(any::<String>(), 0..3)) {
            let context: Vec<_> = context.iter().map(String::as_str).collect();
            if let Ok(password) = NewPassword::parse(&typed, &context) {
                let composed: String = typed.nfc().collect();
                prop_assert_eq!(password.as_str(), &composed);
                prop_assert!((8..=128).contains(&composed.chars().count()));
            }
        }
    }
}
