//! Who issues a provider's tokens.

use super::OAuthError;

/// Microsoft's metadata for the accounts of many tenants contains a pattern instead of an issuer:
/// <https://learn.microsoft.com/en-us/entra/identity-platform/access-tokens#multitenant-applications>
const TENANT: &str = "{tenantid}";

/// What stands for the pattern in the address of such metadata.
const MANY_TENANTS: [&str; 3] = ["common", "organizations", "consumers"];

/// Google may leave out the scheme in its tokens (OpenID Connect Core §15.6.2).
const GOOGLE: &str = "https://accounts.google.com";

/// The issuer as the metadata spells it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Issuer(String);

impl Issuer {
    /// Discovery §4.3: exactly the one that was asked, including a slash at its end.
    pub(super) fn of_metadata(found: &str, asked: &str) -> Result<Self, OAuthError> {
        let many = |tenants: &&str| found.contains(TENANT) && found.replacen(TENANT, tenants, 1) == asked;
        if found == asked || MANY_TENANTS.iter().any(many) {
            return Ok(Self(found.to_owned()));
        }
        Err(OAuthError::mismatch("discovery: another issuer", asked, found))
    }

    pub(super) fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether tokens are issued by tenants, each of which names its people by itself.
    pub(super) fn has_tenants(&self) -> bool {
        self.0.contains(TENANT)
    }

    /// What a token about this tenant (`tid`) must name as its issuer. `None` if a tenant is needed and the
    /// token names none.
    pub(super) fn of_token(&self, tenant: Option<&str>) -> Option<String> {
        if !self.has_tenants() {
            return Some(self.0.clone());
        }
        tenant.filter(|tenant| plausible(tenant)).map(|tenant| self.0.replacen(TENANT, tenant, 1))
    }

    /// Whether a callback may name this issuer. Which tenant it is only the token says.
    pub(super) fn is_in_callback(&self, iss: &str) -> bool {
        match self.0.split_once(TENANT) {
            None => iss == self.0,
            Some((start, end)) => {
                iss.strip_prefix(start).and_then(|rest| rest.strip_suffix(end)).is_some_and(plausible)
            }
        }
    }

    /// Whether a key that names its own issuer, as Microsoft's do, may sign for this one.
    pub(super) fn may_use_key_of(
        &self,
        key_issuer: Option<&str>,
        issuer: &str,
        tenant: Option<&str>,
    ) -> bool {
        match key_issuer {
            Some(pattern) if self.has_tenants() => {
                Self(pattern.to_owned()).of_token(tenant).as_deref() == Some(issuer)
            }
            Some(_) | None => true,
        }
    }
}

/// The issuer of a token, spelled as in the metadata.
pub(super) fn spelled_out(iss: &str) -> &str {
    if GOOGLE.strip_prefix("https://") == Some(iss) { GOOGLE } else { iss }
}

/// A tenant is named by a GUID.
fn plausible(tenant: &str) -> bool {
    (1..=64).contains(&tenant.len()) && tenant.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    const PATTERN: &str = "https://login.example/{tenantid}/v2.0";
    const TID: &str = "8eaef023-2b34-4da1-9baa-8bc8c9d6a490";

    #[test]
    fn the_issuer_is_the_one_that_was_asked() {
        let asked = "https://as.example/a";
        assert_eq!(Issuer::of_metadata(asked, asked).unwrap().as_str(), asked);
        for other in ["https://as.example/a/", "https://as.example", "https://evil.example/a", PATTERN, ""] {
            let error = Issuer::of_metadata(other, asked).unwrap_err().to_string();
            assert!(error.contains(asked) && error.contains(other), "{error}");
        }
    }

    #[test]
    fn a_pattern_is_filled_in_with_the_tenant_of_the_token() {
        let many = Issuer::of_metadata(PATTERN, "https://login.example/common/v2.0").unwrap();
        let own = format!("https://login.example/{TID}/v2.0");
        assert_eq!(many.of_token(Some(TID)), Some(own.clone()));
        for wrong in [None, Some(""), Some("a/b"), Some("a?b")] {
            assert_eq!(many.of_token(wrong), None);
        }
        assert!(many.is_in_callback(&own));
        assert!(!many.is_in_callback("https://login.example/a/b/v2.0"));
        assert!(!many.is_in_callback("https://evil.example/"));
        assert!(Issuer::of_metadata(PATTERN, "https://login.example/other/v2.0").is_err());
    }

    #[test]
    fn a_key_of_one_tenant_signs_for_no_other() {
        let many = Issuer::of_metadata(PATTERN, "https://login.example/common/v2.0").unwrap();
        let own = many.of_token(Some(TID)).unwrap();
        assert!(many.may_use_key_of(Some(PATTERN), &own, Some(TID)));
        assert!(many.may_use_key_of(Some(&own), &own, Some(TID)));
        assert!(many.may_use_key_of(None, &own, Some(TID)));
        assert!(!many.may_use_key_of(Some("https://login.example/other/v2.0"), &own, Some(TID)));
    }

    #[test]
    fn google_may_leave_out_the_scheme() {
        assert_eq!(spelled_out("accounts.google.com"), "https://accounts.google.com");
        assert_eq!(spelled_out("as.example"), "as.example");
    }
}
