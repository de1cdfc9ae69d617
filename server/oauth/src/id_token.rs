//! Accepts an ID token only if everything about it is right (OpenID Connect Core §3.1.3.7).

use std::str::FromStr as _;
use std::time::SystemTime;

use oauth2::AccessToken;
use openidconnect::core::{CoreIdToken, CoreIdTokenClaims, CoreJwsSigningAlgorithm as Alg};
use openidconnect::{
    AccessTokenHash, ClaimsVerificationError, ClientId, IdTokenVerifier, IssuerUrl, JsonWebKeySet, Nonce,
    SignatureVerificationError,
};
use serde_json::Value;
use time::{Duration, OffsetDateTime};

use super::answer::{member, shown, text, truth};
use super::attempt::{Intent, OAuthAttempt};
use super::issuer::spelled_out;
use super::keys::Keys;
use super::person::subject;
use super::registry::{OpenId, Provider};
use super::signed_token::{SignedBy, SignedToken};
use super::{ExternalPerson, OAuthError};
use domain::millis::from_millis;

/// How far a provider's clock may differ from ours where a minute must do.
const SKEW: Duration = Duration::seconds(60);

/// A token may have been issued this long ago: Microsoft dates its tokens back by five minutes, and clocks
/// differ. That it belongs to this login the nonce says.
const ISSUED_BEFORE: Duration = Duration::minutes(10);

/// A token may come from this far in the future, if the provider's clock is fast.
const ISSUED_AFTER: Duration = Duration::minutes(5);

/// Only signatures with a public key. With a shared secret (`HS256`) anyone who has the secret, or a
/// provider's public key mistaken for one, could create tokens; `none` is no signature.
const ALGORITHMS: [Alg; 9] = [
    Alg::RsaSsaPkcs1V15Sha256,
    Alg::RsaSsaPkcs1V15Sha384,
    Alg::RsaSsaPkcs1V15Sha512,
    Alg::RsaSsaPssSha256,
    Alg::RsaSsaPssSha384,
    Alg::RsaSsaPssSha512,
    Alg::EcdsaP256Sha256,
    Alg::EcdsaP384Sha384,
    Alg::EdDsa,
];

/// The same, for the log.
const ALGORITHM_NAMES: &str = "RS256, RS384, RS512, PS256, PS384, PS512, ES256, ES384, EdDSA";

/// The person of a verified token.
pub(super) struct Verified {
    pub(super) person: ExternalPerson,
    /// `sub` as it stands in the token.
    pub(super) sub: String,
}

/// The person named by the token. If it is signed with an unknown key, the keys are fetched once more,
/// because providers rotate them.
pub(super) async fn verify(
    provider: &Provider,
    openid: &OpenId,
    attempt: &OAuthAttempt,
    raw: &str,
    access_token: &AccessToken,
    now: OffsetDateTime,
) -> Result<Verified, OAuthError> {
    let token = SignedToken::parse(raw)?;
    let issuer = expected_issuer(openid, &token)?;
    let check = Check { provider, openid, attempt, token: &token, issuer, access_token, now };
    let (claims, key) = match check.claims(&openid.keys) {
        Err(rejected) if rejected.keys_too_old => match provider.newer_keys(&openid.keys, now).await? {
            Some(keys) => check.claims(&keys).map_err(|rejected| check.reason(&rejected.error, &keys))?,
            None => return Err(check.reason(&rejected.error, &openid.keys)),
        },
        first => first.map_err(|rejected| check.reason(&rejected.error, &openid.keys))?,
    };
    check.rest(&claims, &key)
}

/// Which issuer the token must name; checked here because the library's message says neither value safely.
fn expected_issuer(openid: &OpenId, token: &SignedToken) -> Result<String, OAuthError> {
    let found = text(token.unverified(), "iss").map(spelled_out);
    let expected = openid.issuer.of_token(text(token.unverified(), "tid"));
    match (expected, found) {
        (Some(expected), Some(found)) if expected == found => Ok(expected),
        (expected, found) => {
            let expected = expected.unwrap_or_else(|| openid.issuer.as_str().to_owned());
            let found = found.unwrap_or("(nothing)");
            Err(OAuthError::mismatch("ID token: of another issuer", expected, found))
        }
    }
}

struct Check<'a> {
    provider: &'a Provider,
    openid: &'a OpenId,
    attempt: &'a OAuthAttempt,
    token: &'a SignedToken,
    issuer: String,
    access_token: &'a AccessToken,
    now: OffsetDateTime,
}

struct Rejected {
    error: ClaimsVerificationError,
    /// It may be right with newer keys.
    keys_too_old: bool,
}

impl Rejected {
    fn at_once(error: ClaimsVerificationError) -> Self {
        Self { error, keys_too_old: false }
    }
}

impl Check<'_> {
    fn client_id(&self) -> &str {
        &self.provider.config().client_id
    }

    fn verifier(&self, key: SignedBy) -> Result<IdTokenVerifier<'static, SignedBy>, ClaimsVerificationError> {
        let issuer = IssuerUrl::new(self.issuer.clone())
            .map_err(|_| ClaimsVerificationError::InvalidIssuer(String::new()))?;
        let client_id = ClientId::new(self.client_id().to_owned());
        let (earliest, latest) = self.issued_between();
        let expiry_clock = SystemTime::from(self.now - SKEW);
        // Step 3: with others in the audience the token must say that it was issued to us.
        let issued_to_us = text(self.token.unverified(), "azp") == Some(self.client_id());
        // In the library's terms, a "public client" is one whose secret does not verify tokens.
        Ok(IdTokenVerifier::new_public_client(client_id, issuer, JsonWebKeySet::new(vec![key]))
            .set_allowed_algs(ALGORITHMS)
            .set_other_audience_verifier_fn(move |_| issued_to_us)
            .set_time_fn(move || expiry_clock.into())
            .set_issue_time_verifier_fn(move |issued| {
                let issued = issued.timestamp();
                if (earliest.unix_timestamp()..=latest.unix_timestamp()).contains(&issued) {
                    Ok(())
                } else {
                    Err("issued at another time".to_owned())
                }
            }))
    }

    fn issued_between(&self) -> (OffsetDateTime, OffsetDateTime) {
        (self.now - ISSUED_BEFORE, self.now + ISSUED_AFTER)
    }

    /// Signature, algorithm, type, issuer, audience, expiry, time of issue and nonce are checked by the
    /// library, with one key after the other if the token does not name one.
    fn claims(&self, keys: &Keys) -> Result<(CoreIdTokenClaims, SignedBy), Rejected> {
        let token = CoreIdToken::from_str(self.token.reduced())
            .map_err(|_| Rejected::at_once(ClaimsVerificationError::Other(String::new())))?;
        // An attempt at an OpenID provider always has one.
        let nonce = self.attempt.nonce.clone();
        let nonce = nonce
            .ok_or_else(|| Rejected::at_once(ClaimsVerificationError::InvalidNonce(String::new())))
            .map(Nonce::new)?;
        let tenant = text(self.token.unverified(), "tid");
        let issuer = &self.openid.issuer;
        let candidates = keys.for_token(self.token.key_id().as_ref(), |key| {
            issuer.may_use_key_of(key.issuer.as_deref(), &self.issuer, tenant)
        });
        let mut last = SignatureVerificationError::NoMatchingKey;
        for key in candidates.keys {
            let key = self.token.signed_by(&key.key);
            let verifier = self.verifier(key.clone()).map_err(Rejected::at_once)?;
            match token.claims(&verifier, &nonce) {
                Ok(claims) => return Ok((claims.clone(), key)),
                // A key of another type: not the one.
                Err(ClaimsVerificationError::SignatureVerification(
                    SignatureVerificationError::NoMatchingKey,
                )) => {}
                Err(ClaimsVerificationError::SignatureVerification(error)) => last = error,
                Err(error) => return Err(Rejected::at_once(error)),
            }
        }
        let keys_too_old = match &last {
            SignatureVerificationError::NoMatchingKey => true,
            SignatureVerificationError::CryptoError(_) => !candidates.named,
            _ => false,
        };
        Err(Rejected { error: ClaimsVerificationError::SignatureVerification(last), keys_too_old })
    }

    /// The checks that the library leaves to us, and what it does not read.
    fn rest(&self, claims: &CoreIdTokenClaims, key: &SignedBy) -> Result<Verified, OAuthError> {
        // The signature holds, so these are the provider's.
        let all = self.token.unverified();
        // Steps 4 and 5: a token issued to another party is not for us, even if we are in its audience.
        if claims.authorized_party().is_some_and(|azp| azp.as_str() != self.client_id()) {
            let azp = shown(all.get("azp"));
            return Err(OAuthError::mismatch("ID token: made for another client", self.client_id(), azp));
        }
        let (_, latest) = self.issued_between();
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit into 52 bits")]
        let too_early = |not_before: f64| not_before > latest.unix_timestamp() as f64;
        if all.get("nbf").and_then(Value::as_f64).is_some_and(too_early) {
            let (latest, found) = (latest.unix_timestamp(), shown(all.get("nbf")));
            return Err(OAuthError::mismatch(
                "ID token: not valid yet",
                format!("nbf up to {latest}"),
                found,
            ));
        }
        self.check_access_token(claims, key)?;
        let auth_time = member(all, "auth_time").and_then(seconds);
        if self.attempt.intent == Intent::FreshLogIn {
            self.check_fresh(auth_time)?;
        }
        let sub = subject(claims.subject().as_str())?;
        let email = text(all, "email").map(str::to_owned);
        let person = ExternalPerson {
            provider: self.provider.name().to_owned(),
            // Two tenants may give the same name to two people.
            subject: match text(all, "tid").filter(|_| self.openid.issuer.has_tenants()) {
                Some(tenant) => subject(&format!("{tenant}/{sub}"))?,
                None => sub.clone(),
            },
            email_verified: email.is_some() && truth(all.get("email_verified")),
            email,
            name: text(all, "name").map(str::to_owned),
            auth_time,
        };
        Ok(Verified { person, sub })
    }

    /// §3.1.3.8: the access token received is the one the ID token was issued with.
    fn check_access_token(&self, claims: &CoreIdTokenClaims, key: &SignedBy) -> Result<(), OAuthError> {
        let Some(expected) = claims.access_token_hash() else { return Ok(()) };
        let alg: Option<Alg> = serde_json::from_value(self.token.header("alg").into()).ok();
        let hash = alg.and_then(|alg| AccessTokenHash::from_token(self.access_token, &alg, key).ok());
        if hash.as_ref() == Some(expected) {
            return Ok(());
        }
        Err(OAuthError::Failed("ID token: belongs to another access token"))
    }

    /// Providers that do not report the time (some large ones) are trusted to have asked again.
    fn check_fresh(&self, auth_time: Option<i64>) -> Result<(), OAuthError> {
        let asked_at = (from_millis(self.attempt.created_at_ms) - SKEW).unix_timestamp();
        let told = member(self.token.unverified(), "auth_time");
        if told.is_none() || auth_time.is_some_and(|at| at >= asked_at) {
            return Ok(());
        }
        let expected = format!("auth_time from {asked_at}");
        Err(OAuthError::mismatch("ID token: the person did not log in anew", expected, shown(told)))
    }

    fn reason(&self, error: &ClaimsVerificationError, keys: &Keys) -> OAuthError {
        use ClaimsVerificationError as Error;
        let claim = |name: &str| shown(self.token.unverified().get(name));
        let header = |name: &str| self.token.header(name);
        match error {
            Error::Expired(_) => {
                let (from, to) = self.issued_between();
                let (from, to) = (from.unix_timestamp(), to.unix_timestamp());
                let after = (self.now - SKEW).unix_timestamp();
                let expected = format!("exp after {after}, iat from {from} to {to}");
                let found = format!("exp {}, iat {}", claim("exp"), claim("iat"));
                OAuthError::mismatch("ID token: expired, or issued at another time", expected, found)
            }
            Error::InvalidAudience(_) => {
                let expected = format!("{}, and in azp if there are others", self.client_id());
                let found = format!("{}, azp {}", claim("aud"), claim("azp"));
                OAuthError::mismatch("ID token: for another audience", expected, found)
            }
            Error::InvalidIssuer(_) => {
                OAuthError::mismatch("ID token: of another issuer", &self.issuer, claim("iss"))
            }
            Error::InvalidNonce(_) => OAuthError::Failed("ID token: of another attempt (nonce)"),
            Error::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
                OAuthError::mismatch("ID token: algorithm not allowed", ALGORITHM_NAMES, header("alg"))
            }
            Error::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
                let found = format!("kid {}, alg {}", header("kid"), header("alg"));
                OAuthError::mismatch("ID token: signed with an unknown key", keys.ids(), found)
            }
            Error::SignatureVerification(_) => OAuthError::Failed("ID token: signature not valid"),
            Error::Unsupported(_) => {
                let found = format!("typ {}, cty {}, crit {}", header("typ"), header("cty"), header("crit"));
                OAuthError::mismatch("ID token: not acceptable", "typ JWT, no cty, no crit", found)
            }
            // The library's other texts may quote the token.
            _ => OAuthError::Failed("ID token: not acceptable"),
        }
    }
}

/// Whole seconds since 1970, which a few providers write as text.
fn seconds(value: &Value) -> Option<i64> {
    let whole = |text: &str| text.split('.').next().and_then(|whole| whole.parse().ok());
    match value {
        Value::Number(number) => whole(&number.to_string()),
        Value::String(text) => whole(text),
        Value::Null | Value::Bool(_) | Value::Array(_) | Value::Object(_) => None,
    }
}
