//! An OpenID provider's metadata (OpenID Connect Discovery 1.0 §3), the parts that are used.

use serde_json::Value;
use url::Url;

use super::OAuthError;
use super::answer::{Object, shown, text, texts, truth};
use super::config::{acceptable, on_loopback};
use super::issuer::Issuer;

#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Metadata {
    pub(super) issuer: Issuer,
    pub(super) authorization_endpoint: Url,
    pub(super) token_endpoint: Url,
    pub(super) userinfo_endpoint: Option<Url>,
    pub(super) jwks_uri: Url,
    /// RFC 9207 §3
    pub(super) authorization_response_iss_parameter_supported: bool,
    /// How clients may authenticate at the token endpoint, if it says so.
    pub(super) client_auth_methods: Option<Vec<String>>,
}

impl Metadata {
    /// Reads a document that was asked for at this issuer.
    pub(super) fn parse(document: &Object, asked: &str) -> Result<Self, OAuthError> {
        let issuer = text(document, "issuer").unwrap_or_default();
        let issuer = Issuer::of_metadata(issuer, asked)?;
        let local = Url::parse(asked).is_ok_and(|asked| on_loopback(&asked));
        let address = |name| endpoint(document, name, local);
        let metadata = Self {
            issuer,
            authorization_endpoint: address("authorization_endpoint")?,
            token_endpoint: address("token_endpoint")?,
            // Optional; some write an empty text.
            userinfo_endpoint: match text(document, "userinfo_endpoint") {
                Some(_) => Some(address("userinfo_endpoint")?),
                None => None,
            },
            jwks_uri: address("jwks_uri")?,
            authorization_response_iss_parameter_supported: truth(
                document.get("authorization_response_iss_parameter_supported"),
            ),
            client_auth_methods: texts(document, "token_endpoint_auth_methods_supported"),
        };
        // A provider that lists methods without S256 would ignore our challenge (RFC 9700 §2.1.1).
        match texts(document, "code_challenge_methods_supported") {
            Some(methods) if !methods.iter().any(|method| method == "S256") => {
                Err(OAuthError::mismatch("discovery: PKCE is not supported", "S256", methods.join(", ")))
            }
            Some(_) | None => Ok(metadata),
        }
    }
}

fn endpoint(document: &Object, name: &'static str, local: bool) -> Result<Url, OAuthError> {
    let value = document.get(name);
    let found = || format!("{} as {name}", shown(value));
    let url = value.and_then(Value::as_str).and_then(|url| Url::parse(url).ok());
    let Some(url) = url else {
        return Err(OAuthError::mismatch("discovery: not understood", "a URL", found()));
    };
    if acceptable(&url) && (local || !on_loopback(&url)) {
        return Ok(url);
    }
    Err(OAuthError::mismatch("discovery: an address that is not safe", "https://…", found()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use proptest::sample::select;
    use serde_json::json;

    use super::*;

    const ISSUER: &str = "https://as.example";

    fn parse(change: impl Fn(&mut Value)) -> Result<Metadata, OAuthError> {
        let mut document = json!({
            "issuer": ISSUER,
            "authorization_endpoint": "https://as.example/authorize",
            "token_endpoint": "https://as.example/token",
            "jwks_uri": "https://as.example/keys",
        });
        change(&mut document);
        Metadata::parse(document.as_object().unwrap(), ISSUER)
    }

    #[test]
    fn what_is_optional_may_be_missing_empty_or_of_any_type() {
        let least = parse(|_| {}).unwrap();
        assert_eq!((&least.userinfo_endpoint, &least.client_auth_methods), (&None, &None));
        for (name, value) in [
            ("userinfo_endpoint", json!("")),
            ("userinfo_endpoint", json!(null)),
            ("userinfo_endpoint", json!({})),
            ("authorization_response_iss_parameter_supported", json!("false")),
            ("authorization_response_iss_parameter_supported", json!([])),
            ("code_challenge_methods_supported", json!(null)),
            ("code_challenge_methods_supported", json!("S256")),
            ("token_endpoint_auth_methods_supported", json!("client_secret_post")),
            ("scopes_supported", json!(7)),
            ("claims_supported", json!({"a": []})),
        ] {
            assert_eq!(parse(|document| document[name] = value.clone()), Ok(least.clone()), "{name} {value}");
        }
    }

    #[test]
    fn what_is_used_is_read_strictly_and_told_with_its_value() {
        for (name, value, said) in [
            ("issuer", json!(7), "another issuer"),
            ("token_endpoint", json!(null), "null as token_endpoint"),
            ("token_endpoint", json!("/token"), "/token as token_endpoint"),
            ("jwks_uri", json!("http://as.example/keys"), "http://as.example/keys as jwks_uri"),
            ("authorization_endpoint", json!("https://127.0.0.1/"), "not safe"),
            ("userinfo_endpoint", json!("ftp://as.example/"), "not safe"),
            ("code_challenge_methods_supported", json!(["plain", "S512"]), "`S256`, found `plain, S512`"),
        ] {
            let error = parse(|document| document[name] = value.clone()).unwrap_err().to_string();
            assert!(error.contains(said), "{error}");
        }
    }

    proptest! {
        /// Codes, secrets and tokens go to these addresses.
        #[test]
        fn whatever_it_says_every_address_is_safe(
            name in select(vec!["issuer", "authorization_endpoint", "token_endpoint", "userinfo_endpoint", "jwks_uri"]),
            scheme in select(vec!["https", "http", "ftp", "javascript", "data", ""]),
            rest in select(vec![
                "://as.example/x", "://localhost/", "://127.0.0.1/", "://[::1]/", "://a:b@as.example/", "://", ":",
            ]),
            noise in ".{0,6}",
        ) {
            let address = format!("{scheme}{rest}");
            for value in [address.clone(), format!("{address}{noise}"), format!("{noise}{address}"), noise] {
                let Ok(read) = parse(|document| document[name] = json!(value)) else { continue };
                prop_assert_eq!(read.issuer.as_str(), ISSUER);
                let addresses = [&read.authorization_endpoint, &read.token_endpoint, &read.jwks_uri];
                for url in addresses.into_iter().chain(&read.userinfo_endpoint) {
                    prop_assert!(url.scheme() == "https" && !on_loopback(url) && url.username().is_empty(), "{}", url);
                }
            }
        }
    }
}
