//! Reads what a token endpoint answers (RFC 6749 §5), which differs from provider to provider: other types
//! (`scope` as a list, `expires_in` as text), other content types, no `token_type`, errors with status 200,
//! forms instead of JSON. Only what is used is read, and handed to the library in the standard's form.

use std::future::Future;
use std::pin::Pin;

use domain::form::FormFields;
use http::header;
use oauth2::{AsyncHttpClient, HttpRequest, HttpResponse};
use serde_json::{Value, json};

use super::OAuthError;
use super::answer::{Object, member, object, outline, shown, text};
use super::config::ClientAuth;
use super::registry::{Provider, Route};

/// Sends a token request.
pub(super) struct TokenEndpoint<'a> {
    pub(super) provider: &'a Provider,
    pub(super) route: &'a Route,
}

impl<'c> AsyncHttpClient<'c> for TokenEndpoint<'_> {
    type Error = OAuthError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, OAuthError>> + Send + 'c>>;

    fn call(&'c self, request: HttpRequest) -> Self::Future {
        Box::pin(async move {
            let answer = self.provider.http().send(request).await?;
            let body = serde_json::to_vec(&self.tokens(&answer)?);
            Ok(HttpResponse::new(body.map_err(|_| OAuthError::Failed("token endpoint: no token"))?))
        })
    }
}

impl TokenEndpoint<'_> {
    /// The answer in the standard's form.
    fn tokens(&self, answer: &HttpResponse) -> Result<Value, OAuthError> {
        let unusable =
            |what| Err(OAuthError::mismatch(what, "a JSON object with access_token", outline(answer)));
        let Some(fields) = object(answer.body()).or_else(|| form(answer)) else {
            return unusable("token endpoint: not understood");
        };
        let access_token = text(&fields, "access_token");
        // GitHub and Slack report errors with status 200; others send an empty `error` with their tokens.
        let means_nothing = |error: &&Value| {
            access_token.is_some() && error.as_str().is_some_and(|code| code.trim().is_empty())
        };
        if let Some(error) = member(&fields, "error").filter(|error| !means_nothing(error)) {
            return Err(self.refusal(error));
        }
        if !answer.status().is_success() {
            return unusable("token endpoint: refused");
        }
        let Some(access_token) = access_token else {
            return unusable("token endpoint: no access token");
        };
        // RFC 6750; some providers leave it out, and none means anything else by that.
        let token_type = member(&fields, "token_type");
        let bearer = |kind: &Value| kind.as_str().is_some_and(|kind| kind.eq_ignore_ascii_case("bearer"));
        if !token_type.is_none_or(bearer) {
            let found = shown(token_type);
            return Err(OAuthError::mismatch("token endpoint: not a bearer token", "bearer", found));
        }
        Ok(json!({
            "access_token": access_token,
            "token_type": "bearer",
            "id_token": text(&fields, "id_token"),
        }))
    }

    /// Error codes of RFC 6749 §5.2. Nothing else the provider writes is repeated.
    fn refusal(&self, error: &Value) -> OAuthError {
        match error.as_str() {
            Some("invalid_client") => self.invalid_client(),
            Some("invalid_grant") => OAuthError::Failed("token endpoint: invalid_grant"),
            Some("unauthorized_client") => OAuthError::Failed("token endpoint: unauthorized_client"),
            Some(code) => OAuthError::mismatch("token endpoint: refused", "tokens", code),
            // Facebook's errors are objects.
            None => {
                let kind = error.get("type").and_then(Value::as_str).unwrap_or("an error without a code");
                OAuthError::mismatch("token endpoint: refused", "tokens", kind)
            }
        }
    }

    /// Either the secret is wrong or the way in which it was sent.
    fn invalid_client(&self) -> OAuthError {
        let ours = match self.provider.config().client_auth {
            ClientAuth::Basic => "client_secret_basic",
            ClientAuth::Post => "client_secret_post",
        };
        match &self.route.client_auth_methods {
            Some(methods) if !methods.iter().any(|method| method == ours) => {
                OAuthError::mismatch("token endpoint: invalid_client", methods.join(", "), ours)
            }
            Some(_) | None => {
                OAuthError::Failed("token endpoint: invalid_client, check id, secret and CLIENT_AUTH")
            }
        }
    }
}

/// Older endpoints answer with a form.
fn form(answer: &HttpResponse) -> Option<Object> {
    let content_type = answer.headers().get(header::CONTENT_TYPE)?.to_str().ok()?;
    let essence = content_type.split(';').next()?.trim();
    if !["application/x-www-form-urlencoded", "text/plain"]
        .iter()
        .any(|form| essence.eq_ignore_ascii_case(form))
    {
        return None;
    }
    let fields = FormFields::from_urlencoded(answer.body())?;
    let one = |name: &'static str| {
        let mut values = fields.all(name);
        let value = values.next()?.to_owned();
        values.next().is_none().then(|| (name.to_owned(), Value::from(value)))
    };
    let found: Object =
        ["access_token", "token_type", "id_token", "error"].into_iter().filter_map(one).collect();
    (found.contains_key("access_token") || found.contains_key("error")).then_some(found)
}

#[cfg(any(test, feature = "fuzzing"))]
pub(crate) mod checks;

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;
    use proptest::sample::{Index, select};

    use super::checks::{TYPES, check};

    const JSON: &[u8] = br#"{"access_token":"access-1","token_type":"bearer","id_token":"a.b.c","error":""}"#;
    const FORM: &[u8] = b"access_token=access-1&token_type=bearer&error=&scope=user%3Aemail";

    proptest! {
        /// Anything that may come, mostly near something that is understood.
        #[test]
        fn what_is_taken_for_tokens_has_one(
            valid in select(vec![JSON, FORM, b""]),
            edits in vec((any::<Index>(), 0..4_usize, vec(any::<u8>(), 0..4)), 0..4),
            status in 200..599_u16,
            content_type in select(TYPES.to_vec()),
        ) {
            let mut body = valid.to_vec();
            for (at, removed, added) in edits {
                let at = at.index(body.len() + 1);
                let end = (at + removed).min(body.len());
                body.splice(at..end, added);
            }
            check(status, content_type, body);
        }
    }
}
