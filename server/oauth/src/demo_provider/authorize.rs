//! Authorization requests (RFC 6749 §4.1.1, RFC 7636 §4.3). The query that shows the page and the hidden
//! fields that come back with the decision get the same checks, because a form can be modified on its way.

use domain::form::FormFields;
use url::Url;

use super::{CLIENT_ID, DemoProvider, SCOPES};

/// Length of a SHA-256 in base64url.
const CHALLENGE: usize = 43;
/// The longest value we are willing to return.
const LONGEST: usize = 1_024;

const PARAMETERS: [&str; 7] = [
    "response_type",
    "client_id",
    "redirect_uri",
    "scope",
    "state",
    "code_challenge",
    "code_challenge_method",
];

/// A valid request.
pub(super) struct AuthorizeRequest {
    pub(super) state: Option<String>,
    pub(super) code_challenge: String,
    pub(super) scopes: Vec<String>,
    /// The request itself, to be sent back with the decision.
    pub(super) hidden: Vec<(String, String)>,
}

/// An invalid request.
pub(super) enum BadRequest {
    /// Not from our client: redirecting would make us an open redirector (RFC 6749 §4.1.2.1).
    Refused(&'static str),
    /// The client is informed by a redirect.
    Redirect(Url),
}

impl DemoProvider {
    pub(super) fn check(&self, fields: &FormFields) -> Result<AuthorizeRequest, BadRequest> {
        let refused = BadRequest::Refused;
        let one = |name| fields.one(name).map_err(|_| "invalid_request");
        if one("client_id").map_err(refused)? != CLIENT_ID {
            return Err(refused("unknown client"));
        }
        // Exactly the registered text (RFC 9700 §2.1), not an equivalent URL.
        if one("redirect_uri").map_err(refused)? != self.redirect_uri.as_str() {
            return Err(refused("unknown redirect URI"));
        }
        let state = one("state").map_err(refused)?;
        if state.len() > LONGEST {
            return Err(refused("the state is too long"));
        }
        let state = (!state.is_empty()).then(|| state.to_owned());
        self.check_rest(&one, fields, state.clone())
            .map_err(|error| BadRequest::Redirect(self.back(state.as_deref(), &[("error", error)])))
    }

    fn check_rest<'a>(
        &self,
        one: &dyn Fn(&'static str) -> Result<&'a str, &'static str>,
        fields: &FormFields,
        state: Option<String>,
    ) -> Result<AuthorizeRequest, &'static str> {
        if one("response_type")? != "code" {
            return Err("unsupported_response_type");
        }
        let challenge = one("code_challenge")?;
        let base64url = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        if one("code_challenge_method")? != "S256"
            || challenge.len() != CHALLENGE
            || !challenge.bytes().all(base64url)
        {
            return Err("invalid_request");
        }
        let scopes: Vec<String> = one("scope")?.split_ascii_whitespace().map(str::to_owned).collect();
        if !scopes.iter().all(|scope| SCOPES.contains(&scope.as_str())) {
            return Err("invalid_scope");
        }
        let hidden = PARAMETERS
            .into_iter()
            .map(|name| (name.to_owned(), fields.value(name).to_owned()))
            .filter(|(_, value)| !value.is_empty())
            .collect();
        Ok(AuthorizeRequest { state, code_challenge: challenge.to_owned(), scopes, hidden })
    }

    /// The redirect back to the client, with state and issuer (RFC 9207).
    pub(super) fn back(&self, state: Option<&str>, parameters: &[(&str, &str)]) -> Url {
        let mut url = self.redirect_uri.clone();
        url.query_pairs_mut()
            .extend_pairs(parameters)
            .extend_pairs(state.map(|state| ("state", state)))
            .append_pair("iss", &self.issuer);
        url
    }
}
