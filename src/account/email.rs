//! E-mail addresses.

use std::fmt;
use std::hash::{Hash, Hasher};

use unicode_normalization::UnicodeNormalization as _;

use crate::form::FieldError;
use crate::text::{is_invisible, is_one_line};

/// An e-mail address. Addresses that differ only in case, in Unicode form, or in writing an international
/// domain in Unicode or as `xn--…` are equal.
///
/// It only identifies an account. No mail is sent, so only the form of an address is checked (as in browsers
/// for `<input type=email>`, but with internationalised ones allowed), not whether the mailbox exists.
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
    /// Under which it may be stored: `key`, and what earlier versions made of its spellings.
    keys: Vec<String>,
}

impl EmailAddress {
    /// In characters (RFC 5321 §4.5.3.1.3, without the angle brackets).
    const MAX: u32 = 254;

    /// Parses typed text; surrounding spaces are dropped.
    ///
    /// # Errors
    /// [`FieldError::Required`], [`FieldError::TooLong`] or [`FieldError::InvalidAddress`].
    pub fn parse(typed: &str) -> Result<Self, FieldError> {
        let address = typed.trim();
        if address.is_empty() {
            return Err(FieldError::Required);
        }
        // Checked before any expensive work on the text.
        if address.chars().count() > Self::MAX as usize {
            return Err(FieldError::TooLong(Self::MAX));
        }
        // The rules apply to the key, because normalising reveals characters hidden in others, such as the
        // `@` in a full-width one. Characters that are forbidden themselves do not change when normalised.
        let folded = fold(address);
        let Some((_, typed_domain)) = address.split_once('@') else { return Err(FieldError::InvalidAddress) };
        if folded.matches('@').count() != 1
            || !is_one_line(address)
            || address.contains(is_invisible)
            || address.nfkd().any(|c| c == IOTA_SUBSCRIPT)
        {
            return Err(FieldError::InvalidAddress);
        }
        let spellings = Spellings::of(&folded, typed_domain);
        // A domain that IDNA refuses has one spelling only. It is accepted as before, because accounts may
        // have it.
        let key = [spellings.ascii.as_ref(), Some(&folded)].into_iter().flatten().find(|key| is_address(key));
        let Some(key) = key.cloned() else { return Err(FieldError::InvalidAddress) };
        let mut keys = vec![folded];
        for other in [Some(key.clone()), spellings.unicode].into_iter().flatten() {
            if !keys.contains(&other) {
                keys.push(other);
            }
        }
        Ok(Self { address: address.to_owned(), key, keys })
    }

    /// As the person wrote it.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.address
    }

    /// The unique form: the local part in NFKC and case folded, the domain as it is asked for in the DNS.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// The keys under which this address may be stored, one to three, and first that of this very spelling:
    /// earlier versions did not know that `bücher.example` and `xn--bcher-kva.example` are one domain. Look-ups
    /// ask for all of them. What is found may still be another address (`straße.example` was folded to
    /// `strasse.example`, another domain): compare the addresses.
    #[must_use]
    pub fn keys(&self) -> &[String] {
        &self.keys
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

/// Its capital is a separate letter, so the order of the marks around it changes: the one character for which
/// changing case and changing Unicode form do not commute (Unicode Standard §3.13, D145). No living language
/// needs it in an address.
const IOTA_SUBSCRIPT: char = '\u{345}';

/// One form for all spellings. Lower case alone is not enough: `ς` and `σ` share a capital, and the capital
/// of `ß` is `SS`. Going through upper case unifies them.
fn fold(address: &str) -> String {
    let normal: String = address.nfkc().collect();
    normal.to_lowercase().to_uppercase().chars().flat_map(char::to_lowercase).nfkc().collect()
}

/// The address with the two spellings of its domain.
struct Spellings {
    /// With A-labels, as in the DNS: the one form for all. `None` if IDNA refuses the domain.
    ascii: Option<String>,
    /// With U-labels, as earlier versions stored it.
    unicode: Option<String>,
}

impl Spellings {
    /// UTS 46 has a mapping of its own for case and width, so it gets the domain as typed. Unlike the folding
    /// of the local part it keeps `ß` and `ς`: domains that differ in them may belong to different people.
    fn of(folded: &str, typed_domain: &str) -> Self {
        let with = |domain: &str| folded.split_once('@').map(|(local, _)| format!("{local}@{domain}"));
        let ascii = idna::domain_to_ascii(typed_domain).ok();
        let unicode = ascii.as_deref().and_then(|ascii| {
            let (unicode, valid) = idna::domain_to_unicode(ascii);
            valid.ok().map(|()| unicode)
        });
        Self {
            ascii: ascii.and_then(|domain| with(&domain)),
            unicode: unicode.and_then(|domain| with(&fold(&domain))),
        }
    }
}

fn is_address(address: &str) -> bool {
    let Some((local, domain)) = address.split_once('@') else { return false };
    address.chars().count() <= EmailAddress::MAX as usize
        && is_one_line(address)
        && !address.contains(is_invisible)
        && is_local_part(local)
        && is_domain(domain)
}

/// Length limit from RFC 5321 §4.5.3.1.1. No quoted strings, and no characters with a meaning in a header.
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
        // An IP address is not a domain.
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
mod tests;
