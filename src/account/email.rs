//! E-mail addresses.

use std::fmt;
use std::hash::{Hash, Hasher};

use unicode_normalization::UnicodeNormalization as _;

use crate::form::FieldError;
use crate::text::{is_invisible, is_one_line};

/// An e-mail address. Two addresses that differ in case or Unicode form only are one.
///
/// It identifies an account and nothing else: no mail is sent, so the check asks for the form of an address
/// (as browsers do for `<input type=email>`, and internationalised ones besides), not for a mailbox.
///
/// ```
/// use domain::account::EmailAddress;
///
/// let address = EmailAddress::parse(" Zoë@Example.com ").unwrap();
/// assert_eq!(address.as_str(), "Zoë@Example.com");
/// assert_eq!(address.key(), "zoë@example.com");
/// ```
#[derive(Clone)]
pub struct EmailAddress {
    address: String,
    key: String,
}

impl EmailAddress {
    /// The longest address accepted, in characters (RFC 5321 §4.5.3.1.3, less the angle brackets).
    pub const MAX: u32 = 254;

    /// Parses what a person typed; surrounding blanks are dropped.
    ///
    /// # Errors
    /// [`FieldError::Required`], [`FieldError::TooLong`] or [`FieldError::InvalidAddress`].
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let address = typed.trim();
        if address.is_empty() {
            return Err(FieldError::Required);
        }
        // Before anything costly is done with it.
        if address.chars().count() > Self::MAX as usize {
            return Err(FieldError::TooLong(Self::MAX));
        }
        // The rules are for the key: normalising brings out characters that hide in others, as the `@` in a
        // full-width one. Those that are forbidden themselves are their own normal form.
        let key = fold(address);
        if !address.contains('@')
            || !is_one_line(address)
            || address.contains(is_invisible)
            || address.nfkd().any(|c| c == IOTA_SUBSCRIPT)
            || !is_address(&key)
        {
            return Err(FieldError::InvalidAddress);
        }
        Ok(Self { address: address.to_owned(), key })
    }

    /// As the person wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// What makes it unique: NFKC, case folded.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The part before the `@`.
    #[must_use]
    pub fn local_part(&self) -> &str {
        self.address.split_once('@').map_or("", |(local, _)| local)
    }
}

impl PartialEq for EmailAddress {
    fn eq(&self, other: &Self) -> bool {
        self.key == other.key
    }
}

impl Eq for EmailAddress {}

impl Hash for EmailAddress {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.key.hash(state);
    }
}

impl fmt::Debug for EmailAddress {
    /// Addresses do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("EmailAddress(…)")
    }
}

/// Its capital is a letter of its own, so that marks change places around it: the one character with which case
/// and Unicode form do not commute (Unicode Standard §3.13, D145). No living orthography puts it in an address.
const IOTA_SUBSCRIPT: char = '\u{345}';

/// One form for all spellings. Lower case alone would not do: `ς` and `σ` have one capital, and the capital of
/// `ß` is `SS`; the way through upper case makes all of them meet.
fn fold(address: &str) -> String {
    let normal: String = address.nfkc().collect();
    normal.to_lowercase().to_uppercase().chars().flat_map(char::to_lowercase).nfkc().collect()
}

fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.chars().count() <= EmailAddress::MAX as usize
        && is_one_line(address)
        && !address.contains(is_invisible)
        && is_local_part(local)
        && is_domain(domain)
}

/// RFC 5321 §4.5.3.1.1 for the length; no quoted strings, no characters that mean something in a header.
fn is_local_part(local: &str) -> bool {
    !local.is_empty()
        && local.chars().count() <= 64
        && !local.contains(['(', ')', '<', '>', '[', ']', ':', ';', '@', '\\', ',', '"'])
}

/// At least two labels, or `localhost`.
fn is_domain(domain: &str) -> bool {
    let labels = || domain.split('.');
    let top = labels().next_back().unwrap_or_default();
    labels().all(is_label)
        && (labels().count() > 1 || domain.eq_ignore_ascii_case("localhost"))
        // An address of the network is not a domain.
        && !top.bytes().all(|b| b.is_ascii_digit())
}

fn is_label(label: &str) -> bool {
    !label.is_empty()
        && label.chars().count() <= 63
        && !label.starts_with('-')
        && !label.ends_with('-')
        && label.chars().all(|c| !c.is_ascii() || c.is_ascii_alphanumeric() || c == '-')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn key(typed: &str) -> String {
        EmailAddress::parse(typed).unwrap().key().to_owned()
    }

    #[test]
    fn addresses_are_taken_as_written() {
        for address in [
            "demo@example.com",
            "Demo.Person+gym@mail.example.co.uk",
            "a@localhost",
            "o'neill@example.com",
            "a_b-c.d!#$%&*/=?^`{|}~@example.com",
            "用户@例子.公司",
            "zoë@bücher.example",
            "उदाहरण@परीक्षा.भारत",
            "a@xn--bcher-kva.example",
            "1@1.example",
        ] {
            assert_eq!(EmailAddress::parse(&format!(" {address}\n")).unwrap().as_str(), address);
        }
    }

    #[test]
    fn what_has_not_the_form_of_an_address_is_refused() {
        for typed in [
            "example.com",
            "@example.com",
            "a@",
            "a@b",
            "a@@example.com",
            "a@b@example.com",
            "\"a@b\"@example.com",
            "a b@example.com",
            "a@exam ple.com",
            "a@.example.com",
            "a@example..com",
            "a@example.com.",
            "a@-example.com",
            "a@example-.com",
            "a@exa_mple.com",
            "a@127.0.0.1",
            "a@[127.0.0.1]",
            "Demo <demo@example.com>",
            "<demo@example.com>",
            "a@example.com,b@example.com",
            "a,b@example.com",
            "a;b@example.com",
            "a\0@example.com",
            "a@example.com\0",
            "a\r\nBcc:b@example.com",
            "a\u{202e}b@example.com",
            "a\u{200b}b@example.com",
            "a\u{a0}b@example.com",
            // These become `@`, `<` and a blank when normalised.
            "a\u{ff20}b@example.com",
            "a\u{ff20}example.com",
            "\u{ff1c}a@example.com",
            "a\u{a8}@example.com",
        ] {
            assert_eq!(EmailAddress::parse(typed), Err(FieldError::InvalidAddress), "{typed:?}");
        }
        assert_eq!(EmailAddress::parse(" \t"), Err(FieldError::Required));
    }

    #[test]
    fn lengths_are_those_of_the_mail_standards() {
        let local = "a".repeat(64);
        assert!(EmailAddress::parse(&format!("{local}@example.com")).is_ok());
        assert_eq!(EmailAddress::parse(&format!("a{local}@example.com")), Err(FieldError::InvalidAddress));
        assert!(EmailAddress::parse(&format!("a@{}.com", "b".repeat(63))).is_ok());
        assert_eq!(
            EmailAddress::parse(&format!("a@{}.com", "b".repeat(64))),
            Err(FieldError::InvalidAddress)
        );

        let domain = format!("{0}.{0}.{0}", "b".repeat(62));
        let longest = format!("{local}@{domain}");
        assert_eq!(longest.chars().count(), 253);
        assert!(EmailAddress::parse(&longest.replace("@", "@c")).is_ok());
        assert_eq!(EmailAddress::parse(&longest.replace("@", "@cc")), Err(FieldError::TooLong(254)));
        // One character that normalising makes eighteen of.
        assert_eq!(
            EmailAddress::parse(&format!("{}@example.com", "\u{fdfa}".repeat(30))),
            Err(FieldError::InvalidAddress)
        );
    }

    #[test]
    fn spellings_of_one_address_are_one() {
        for (one, other) in [
            ("Demo@Example.COM", "demo@example.com"),
            ("zo\u{eb}@example.com", "zoe\u{308}@example.com"),
            ("ZO\u{cb}@example.com", "zoe\u{308}@example.com"),
            ("\u{ff44}\u{ff45}mo@example.com", "demo@example.com"),
            ("demo@example\u{ff0e}com", "demo@example.com"),
            ("\u{212a}im@example.com", "kim@example.com"),
            ("\u{fb01}t@example.com", "fit@example.com"),
            ("ΟΔΥΣΣΕΥΣ@example.com", "οδυσσευς@example.com"),
            ("STRASSE@example.com", "straße@example.com"),
            ("\u{1e9e}@example.com", "ß@example.com"),
        ] {
            assert_eq!(key(one), key(other), "{one} {other}");
            assert_eq!(EmailAddress::parse(one), EmailAddress::parse(other));
        }
        assert_ne!(key("a@example.com"), key("b@example.com"));
        // A mark that is a letter of its own is another address.
        assert_ne!(key("zoe@example.com"), key("zoë@example.com"));
    }

    #[test]
    fn addresses_stay_out_of_logs() {
        let address = EmailAddress::parse("demo@example.com").unwrap();
        assert!(!format!("{address:?}").contains("demo"));
        assert_eq!(address.local_part(), "demo");
    }

    #[test]
    fn an_iota_subscript_is_refused_because_its_capital_moves_marks() {
        for local in ["\u{345}\u{897}", "\u{1fb3}", "\u{1fb3}\u{301}", "a\u{345}"] {
            let typed = format!("{local}@example.com");
            assert_eq!(EmailAddress::parse(&typed), Err(FieldError::InvalidAddress), "{typed:?}");
        }
    }

    proptest! {
        #[test]
        fn case_and_unicode_form_make_no_difference(local in "[\\p{Alphabetic}.+-]{1,8}") {
            let typed = format!("{local}@example.com");
            let Ok(address) = EmailAddress::parse(&typed) else { return Ok(()) };
            let spellings = [
                typed.to_uppercase(), typed.to_lowercase(), typed.nfc().collect(), typed.nfd().collect(),
                typed.nfkc().collect(), typed.nfkd().collect::<String>().to_uppercase(), address.key().to_owned(),
            ];
            for spelling in spellings {
                prop_assert_eq!(fold(&spelling), address.key());
            }
        }

        #[test]
        fn what_is_accepted_is_one_line_with_one_at(typed: String, tail in "@example\\.(com|org)") {
            for typed in [typed.clone(), typed + &tail] {
                if let Ok(address) = EmailAddress::parse(&typed) {
                    for text in [address.as_str(), address.key()] {
                        prop_assert_eq!(text.matches('@').count(), 1);
                        prop_assert!(!text.contains(|c: char| c.is_control() || c.is_whitespace()));
                        prop_assert!(!text.contains(['<', '>', ',']));
                    }
                }
            }
        }
    }
}
