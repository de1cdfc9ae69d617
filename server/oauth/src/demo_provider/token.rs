//! The back channel: redeems codes (RFC 6749 §4.1.3, §5) and returns the person behind a token (RFC 6750).

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE_NO_PAD};
use domain::form::FormFields;
use http::{HeaderMap, header};
use serde::Serialize;
use sha2::{Digest as _, Sha256};
use subtle::ConstantTimeEq as _;
use time::OffsetDateTime;

use super::grant::{Grant, GrantError, TOKEN_LIFETIME};
use super::{CLIENT_ID, DemoProvider};

const FORM: &str = "application/x-www-form-urlencoded";

/// A successful token response (RFC 6749 §5.1).
#[derive(Debug, Serialize)]
pub struct Tokens {
    pub access_token: String,
    pub token_type: &'static str,
    /// In seconds.
    pub expires_in: i64,
}

/// Errors of RFC 6749 §5.2, and an outage.
#[derive(Debug)]
pub enum TokenError {
    /// `invalid_client`: 401.
    Client,
    /// Any other code: 400.
    Request(&'static str),
    Unavailable(GrantError),
}

impl From<GrantError> for TokenError {
    fn from(error: GrantError) -> Self {
        Self::Unavailable(error)
    }
}

/// The person behind a token. The address is not verified: anyone can type any address here.
#[derive(Debug, Serialize)]
pub struct Userinfo {
    pub sub: String,
    pub name: String,
    pub email: String,
    pub email_verified: bool,
}

/// Why no person is returned.
#[derive(Debug)]
pub enum UserinfoError {
    /// `invalid_token` (RFC 6750 §3.1): 401.
    Token,
    Unavailable(GrantError),
}

impl From<GrantError> for UserinfoError {
    fn from(error: GrantError) -> Self {
        Self::Unavailable(error)
    }
}

impl DemoProvider {
    /// `GET /demo-provider/userinfo`
    ///
    /// # Errors
    /// [`UserinfoError`]
    pub async fn userinfo(
        &self,
        headers: &HeaderMap,
        now: OffsetDateTime,
    ) -> Result<Userinfo, UserinfoError> {
        let token = authorization(headers, "Bearer").ok_or(UserinfoError::Token)?;
        match self.read(token, now).await? {
            Some(Grant::Token { person }) => Ok(Userinfo {
                sub: person.subject,
                name: person.name,
                email: person.email,
                email_verified: false,
            }),
            _ => Err(UserinfoError::Token),
        }
    }

    /// `POST /demo-provider/token`
    ///
    /// # Errors
    /// [`TokenError`]
    pub async fn redeem(
        &self,
        headers: &HeaderMap,
        body: &[u8],
        now: OffsetDateTime,
    ) -> Result<Tokens, TokenError> {
        if !self.is_our_client(headers) {
            return Err(TokenError::Client);
        }
        let form = headers.get(header::CONTENT_TYPE).and_then(|value| value.to_str().ok());
        if form
            .and_then(|form| form.split(';').next())
            .is_none_or(|form| !form.trim().eq_ignore_ascii_case(FORM))
        {
            return Err(TokenError::Request("invalid_request"));
        }
        let fields = FormFields::from_urlencoded(body).ok_or(TokenError::Request("invalid_request"))?;
        let one = |name| match fields.one(name) {
            Ok(value) if !value.is_empty() => Ok(value),
            _ => Err(TokenError::Request("invalid_request")),
        };
        if one("grant_type")? != "authorization_code" {
            return Err(TokenError::Request("unsupported_grant_type"));
        }
        let (code, verifier, redirect_uri) = (one("code")?, one("code_verifier")?, one("redirect_uri")?);
        // Taken before it is checked: a thief who has the code but not the verifier gets one guess.
        match self.take(code, now).await? {
            Some(Grant::Code { redirect_uri: asked, code_challenge, person })
                if asked == redirect_uri && proves(verifier, &code_challenge) =>
            {
                Ok(Tokens {
                    access_token: self.issue(&Grant::Token { person }, now).await?,
                    token_type: "Bearer",
                    expires_in: TOKEN_LIFETIME.whole_seconds(),
                })
            }
            _ => Err(TokenError::Request("invalid_grant")),
        }
    }

    fn is_our_client(&self, headers: &HeaderMap) -> bool {
        let Some(credentials) = authorization(headers, "Basic")
            .and_then(|encoded| STANDARD.decode(encoded).ok())
            .and_then(|bytes| String::from_utf8(bytes).ok())
        else {
            return false;
        };
        // Id and secret are form-encoded before they are joined (RFC 6749 §2.3.1).
        let Some((id, secret)) =
            credentials.split_once(':').map(|(id, secret)| (decoded(id), decoded(secret)))
        else {
            return false;
        };
        let equal = id.as_bytes().ct_eq(CLIENT_ID.as_bytes())
            & secret.as_bytes().ct_eq(self.client_secret.as_bytes());
        equal.into()
    }
}

/// RFC 7636 §4.6; the length of a verifier is specified in §4.1.
fn proves(verifier: &str, challenge: &str) -> bool {
    let hash = URL_SAFE_NO_PAD.encode(Sha256::digest(verifier));
    (43..=128).contains(&verifier.len()) && hash.as_bytes().ct_eq(challenge.as_bytes()).into()
}

fn authorization<'h>(headers: &'h HeaderMap, scheme: &str) -> Option<&'h str> {
    let (given, credentials) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    given.eq_ignore_ascii_case(scheme).then(|| credentials.trim())
}

fn decoded(text: &str) -> String {
    let fields = FormFields::from_urlencoded(format!("v={text}").as_bytes()).unwrap_or_default();
    fields.value("v").to_owned()
}
