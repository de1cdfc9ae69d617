//! What the browser brings back from a provider in the query of the callback.

use std::fmt;

use domain::form::FormFields;

use super::OAuthError;

/// No provider needs longer values, so a longer one does not come from a provider.
const LONGEST: usize = 4_096;

/// The parameters of an authorization response (RFC 6749 §4.1.2, RFC 9207 §2). Everything else in the query,
/// including tokens of other flows, is ignored.
#[derive(Clone, PartialEq, Eq)]
pub struct Callback {
    state: String,
    issuer: Option<String>,
    answer: Answer,
}

#[derive(Clone, PartialEq, Eq)]
enum Answer {
    Code(String),
    Refused(OAuthError),
}

impl Callback {
    /// Reads a query. An error reported by the provider is not an error here, because its state has to be
    /// consumed as well; [`super::flow::finish`] reports it.
    ///
    /// # Errors
    /// [`OAuthError::Failed`] if the query is not UTF-8, a parameter is repeated, or there is no state.
    pub fn parse(query: &str) -> Result<Self, OAuthError> {
        let fields = FormFields::from_urlencoded(query.as_bytes());
        let fields = fields.ok_or(OAuthError::Failed("callback: not understood"))?;
        let one = |name| {
            let mut values = fields.all(name);
            let value = values.next().map(str::to_owned);
            if value.as_ref().is_some_and(|value| value.len() > LONGEST) {
                return Err(OAuthError::Failed("callback: a parameter is too long"));
            }
            if values.next().is_some() {
                return Err(OAuthError::Failed("callback: a parameter stands twice"));
            }
            Ok(value)
        };
        let (state, issuer, code, error) = (one("state")?, one("iss")?, one("code")?, one("error")?);
        let state =
            state.filter(|state| !state.is_empty()).ok_or(OAuthError::Failed("callback: no state"))?;
        let answer = match (code, error) {
            (None, Some(error)) => Answer::Refused(refusal(&error)),
            (Some(_), Some(_)) => Answer::Refused(OAuthError::Failed("callback: both code and error")),
            (Some(code), None) if !code.is_empty() => Answer::Code(code),
            (_, None) => Answer::Refused(OAuthError::Failed("callback: neither code nor error")),
        };
        Ok(Self { state, issuer, answer })
    }

    /// The state to look up the attempt with.
    #[must_use]
    pub fn state(&self) -> &str {
        &self.state
    }

    /// Whether there is a code to redeem. If not, the login has failed already.
    #[must_use]
    pub fn has_code(&self) -> bool {
        matches!(self.answer, Answer::Code(_))
    }

    pub(super) fn issuer(&self) -> Option<&str> {
        self.issuer.as_deref()
    }

    pub(super) fn into_code(self) -> Result<String, OAuthError> {
        match self.answer {
            Answer::Code(code) => Ok(code),
            Answer::Refused(error) => Err(error),
        }
    }
}

/// Error codes of RFC 6749 §4.1.2.1 and OpenID Connect Core §3.1.2.6, and those that Apple and LinkedIn have for
/// a person who declines. Anything else the provider says (`error_description`) is neither shown nor logged.
fn refusal(error: &str) -> OAuthError {
    match error {
        "access_denied" | "user_cancelled_authorize" | "user_cancelled_login" => OAuthError::Denied,
        "temporarily_unavailable" | "server_error" => {
            OAuthError::Unavailable("the provider says that it cannot answer now")
        }
        "invalid_scope" => OAuthError::Failed("the provider refused the scopes"),
        "unauthorized_client" => OAuthError::Failed("the provider does not let this client in"),
        _ => OAuthError::Failed("the provider refused the request"),
    }
}

impl fmt::Debug for Callback {
    /// Code and state are secret until they are used.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let answer: &dyn fmt::Debug = match &self.answer {
            Answer::Code(_) => &"code",
            Answer::Refused(error) => error,
        };
        f.debug_struct("Callback").field("answer", answer).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::select;

    use super::*;

    #[test]
    fn a_code_comes_back_with_its_state_and_issuer() {
        let callback =
            Callback::parse("code=a%2Fb&state=xyz&iss=https%3A%2F%2Fas.example&session_state=1").unwrap();
        assert_eq!((callback.state(), callback.issuer()), ("xyz", Some("https://as.example")));
        assert!(callback.has_code());
        assert!(!format!("{callback:?}").contains("xyz"));
        assert_eq!(callback.into_code(), Ok("a/b".to_owned()));
    }

    #[test]
    fn parameters_that_stand_twice_are_refused() {
        for query in ["code=a&code=b&state=s", "code=a&state=s&state=s", "code=a&state=s&iss=i&iss=i"] {
            assert!(matches!(Callback::parse(query), Err(OAuthError::Failed(_))), "{query}");
        }
    }

    #[test]
    fn a_query_that_is_not_utf_8_is_not_repaired() {
        for query in ["code=a&state=%FF", "error=access_denied&error_description=%E4&state=s"] {
            let error = Callback::parse(query).unwrap_err();
            assert_eq!(error, OAuthError::Failed("callback: not understood"), "{query}");
        }
    }

    #[test]
    fn without_a_state_there_is_nothing_to_go_on() {
        for query in ["", "code=a", "code=a&state=", "error=access_denied", "#state=s&code=a"] {
            assert!(Callback::parse(query).is_err(), "{query}");
        }
    }

    #[test]
    fn refusals_are_told_apart() {
        let outcome = |query: &str| {
            let callback = Callback::parse(query).unwrap();
            assert!(!callback.has_code(), "{query}");
            callback.into_code().unwrap_err()
        };
        for error in ["access_denied", "user_cancelled_authorize", "user_cancelled_login"] {
            assert_eq!(outcome(&format!("error={error}&state=s")), OAuthError::Denied);
        }
        assert!(matches!(outcome("error=temporarily_unavailable&state=s"), OAuthError::Unavailable(_)));
        for query in [
            "state=s",
            "code=&state=s",
            "error=invalid_request&error_description=%3Cb%3E&state=s",
            "error=access_denied&code=a&state=s",
            "access_token=t&token_type=bearer&state=s",
        ] {
            let error = outcome(query);
            assert!(matches!(error, OAuthError::Failed(_)), "{query}");
            assert!(!error.to_string().contains('<'), "{query}");
        }
    }

    proptest! {
        #[test]
        fn what_is_read_stood_in_the_query_once(
            fields in vec((select(vec!["state", "iss", "code", "error", "x"]), ".{0,8}"), 0..8),
            text in ".{0,100}",
        ) {
            let _ = Callback::parse(&text);
            let query = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            let values = |name| fields.iter().filter(move |(field, _)| *field == name).map(|(_, value)| value.as_str());
            let Ok(callback) = Callback::parse(&query) else { return Ok(()) };
            prop_assert!(values("state").eq([callback.state()]) && !callback.state().is_empty());
            prop_assert!(values("iss").eq(callback.issuer()));
            if callback.has_code() {
                let code = callback.into_code().unwrap();
                prop_assert!(values("code").eq([code.as_str()]) && values("error").next().is_none());
            }
        }
    }
}
