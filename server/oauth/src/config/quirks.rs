//! Where a well-known provider needs something else than the standards say, and nothing in its metadata tells.
//! Known by the host of its token endpoint, so that an operator has nothing to configure.

use url::Url;

pub(crate) struct Quirks {
    /// Whether it is sent a PKCE challenge and verifier (RFC 7636). A server must ignore parameters it does
    /// not know (RFC 6749 §3.2); LinkedIn answers `invalid_client` to a verifier.
    pub(crate) pkce: bool,
    /// Apple shares name and address only if it may answer by POST.
    scopes_need_post: bool,
}

impl Quirks {
    pub(crate) fn of(token_url: &Url) -> Self {
        let host = token_url.host_str().unwrap_or_default();
        Self { pkce: host != "www.linkedin.com", scopes_need_post: host == "appleid.apple.com" }
    }

    /// Whether the callback must be asked for as a POST.
    pub(crate) fn answers_by_post(&self, scopes: &[String]) -> bool {
        self.scopes_need_post && scopes.iter().any(|scope| scope == "name" || scope == "email")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn quirks(token_url: &str) -> Quirks {
        Quirks::of(&Url::parse(token_url).unwrap())
    }

    #[test]
    fn only_the_providers_that_need_it_are_treated_in_another_way() {
        let scopes = |scopes: &[&str]| scopes.iter().map(|scope| (*scope).to_owned()).collect::<Vec<_>>();
        let usual = quirks("https://as.example/token");
        assert!(usual.pkce && !usual.answers_by_post(&scopes(&["openid", "email"])));
        assert!(!quirks("https://www.linkedin.com/oauth/v2/accessToken").pkce);
        let apple = quirks("https://appleid.apple.com/auth/token");
        assert!(apple.pkce && apple.answers_by_post(&scopes(&["openid", "name"])));
        assert!(!apple.answers_by_post(&scopes(&["openid"])));
        assert!(quirks("https://www.linkedin.com.evil.example/token").pkce);
    }
}
