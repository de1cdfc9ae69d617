//! The person described by a provider.

use std::fmt;

use super::OAuthError;

/// A provider's statement about a person. Only `(provider, subject)` identifies; the address is a hint that
/// opens no account.
#[derive(Clone, PartialEq, Eq)]
pub struct ExternalPerson {
    /// The provider's path name.
    pub provider: String,
    /// The provider's own stable identifier of the person: 1 to 255 characters.
    pub subject: String,
    /// Unparsed, as sent by the provider.
    pub email: Option<String>,
    /// The provider states that the address belongs to the person.
    pub email_verified: bool,
    /// Display name; not parsed.
    pub name: Option<String>,
    /// When the person last authenticated at the provider, in seconds since 1970; only OpenID providers
    /// report it, and not all of them.
    pub auth_time: Option<i64>,
}

impl fmt::Debug for ExternalPerson {
    /// Names and addresses do not belong in logs.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ExternalPerson").field("provider", &self.provider).finish_non_exhaustive()
    }
}

/// OpenID Connect Core §2: at most 255 characters.
const LONGEST_SUBJECT: usize = 255;

/// A subject that can be stored and compared.
pub(super) fn subject(subject: &str) -> Result<String, OAuthError> {
    if subject.is_empty() || subject.len() > LONGEST_SUBJECT || subject.chars().any(char::is_control) {
        return Err(OAuthError::Failed("the provider gave no usable subject"));
    }
    Ok(subject.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_not_printed() {
        let person = ExternalPerson {
            provider: "acme".to_owned(),
            subject: "subject-1".to_owned(),
            email: Some("ann@example.com".to_owned()),
            email_verified: true,
            name: Some("Ann".to_owned()),
            auth_time: None,
        };
        let printed = format!("{person:?}");
        assert!(!printed.contains("ann@") && !printed.contains("subject-1"), "{printed}");
    }
}
