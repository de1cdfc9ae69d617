//! Accepts an ID token only if everything about it is right (OpenID Connect Core §3.1.3.7).

use std::str::FromStr as _;
use std::sync::Arc;
use std::time::SystemTime;

use oauth2::AccessToken;
use openidconnect::core::{
    CoreGenderClaim, CoreIdTokenVerifier, CoreJsonWebKeySet, CoreJweContentEncryptionAlgorithm,
    CoreJwsSigningAlgorithm as Alg,
};
use openidconnect::{
    AccessTokenHash, AdditionalClaims, ClaimsVerificationError, ClientId, IdToken, IdTokenClaims, IssuerUrl,
    Nonce, SignatureVerificationError,
};
use serde::{Deserialize, Serialize};
use time::{Duration, OffsetDateTime};

use super::attempt::{Intent, OAuthAttempt};
use super::person::subject;
use super::registry::{OpenId, Provider};
use super::{ExternalPerson, OAuthError};
use domain::millis::from_millis;

/// How far a provider's clock may differ from ours.
const SKEW: Duration = Duration::seconds(60);

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

/// Claims the library does not know.
#[derive(Debug, Clone, Serialize, Deserialize)]
struct MoreClaims {
    nbf: Option<f64>,
}

impl AdditionalClaims for MoreClaims {}

type Token = IdToken<MoreClaims, CoreGenderClaim, CoreJweContentEncryptionAlgorithm, Alg>;
type Claims = IdTokenClaims<MoreClaims, CoreGenderClaim>;

/// The person named by the token. If it is signed with an unknown key, the keys are fetched once more,
/// because providers rotate them.
pub(super) async fn verify(
    provider: &Provider,
    openid: &OpenId,
    attempt: &OAuthAttempt,
    raw: &str,
    access_token: &AccessToken,
    now: OffsetDateTime,
) -> Result<ExternalPerson, OAuthError> {
    let token = Token::from_str(raw).map_err(|_| OAuthError::Failed("ID token: not understood"))?;
    let check = Check { provider, openid, attempt, access_token, now };
    match check.claims(&token, &openid.keys) {
        Err(ClaimsVerificationError::SignatureVerification(SignatureVerificationError::NoMatchingKey)) => {
            let keys = provider.newer_keys(&openid.keys, now).await?;
            let keys = keys.ok_or(OAuthError::Failed("ID token: signed with an unknown key"))?;
            check.claims(&token, &keys).map_err(|error| reason(&error)).map(|claims| (claims, keys))
        }
        first => first.map_err(|error| reason(&error)).map(|claims| (claims, Arc::clone(&openid.keys))),
    }
    .and_then(|(claims, keys)| check.rest(&token, claims, &keys))
}

struct Check<'a> {
    provider: &'a Provider,
    openid: &'a OpenId,
    attempt: &'a OAuthAttempt,
    access_token: &'a AccessToken,
    now: OffsetDateTime,
}

impl Check<'_> {
    fn verifier(
        &self,
        keys: &CoreJsonWebKeySet,
    ) -> Result<CoreIdTokenVerifier<'static>, ClaimsVerificationError> {
        let issuer = IssuerUrl::new(self.openid.issuer.clone())
            .map_err(|_| ClaimsVerificationError::InvalidIssuer(String::new()))?;
        let client_id = ClientId::new(self.provider.config().client_id.clone());
        let earliest = from_millis(self.attempt.created_at_ms) - SKEW;
        let latest = self.now + SKEW;
        let expiry_clock = SystemTime::from(self.now - SKEW);
        // In the library's terms, a "public client" is one whose secret does not verify tokens.
        Ok(CoreIdTokenVerifier::new_public_client(client_id, issuer, keys.clone())
            .set_allowed_algs(ALGORITHMS)
            .set_time_fn(move || expiry_clock.into())
            .set_issue_time_verifier_fn(move |issued| {
                let issued = issued.timestamp();
                // A token issued before this login began belongs to another one.
                if (earliest.unix_timestamp()..=latest.unix_timestamp()).contains(&issued) {
                    Ok(())
                } else {
                    Err("issued at another time".to_owned())
                }
            }))
    }

    /// Signature, algorithm, type, issuer, audience, expiry, time of issue and nonce are checked by the
    /// library.
    fn claims<'t>(
        &self,
        token: &'t Token,
        keys: &CoreJsonWebKeySet,
    ) -> Result<&'t Claims, ClaimsVerificationError> {
        // An attempt at an OpenID provider always has one.
        let nonce = self.attempt.nonce.clone();
        let nonce = nonce.ok_or_else(|| ClaimsVerificationError::InvalidNonce(String::new()))?;
        token.claims(&self.verifier(keys)?, &Nonce::new(nonce))
    }

    /// The checks that the library leaves to us.
    fn rest(
        &self,
        token: &Token,
        claims: &Claims,
        keys: &CoreJsonWebKeySet,
    ) -> Result<ExternalPerson, OAuthError> {
        let fail = |reason| Err(OAuthError::Failed(reason));
        // Steps 4 and 5: a token issued to another party is not for us, even if we are in its audience.
        if claims.authorized_party().is_some_and(|azp| azp.as_str() != self.provider.config().client_id) {
            return fail("ID token: made for another client");
        }
        #[expect(clippy::cast_precision_loss, reason = "seconds since 1970 fit into 52 bits")]
        let latest = (self.now + SKEW).unix_timestamp() as f64;
        if claims.additional_claims().nbf.is_some_and(|not_before| not_before > latest) {
            return fail("ID token: not valid yet");
        }
        // §3.1.3.8: the access token received is the one the ID token was issued with.
        if let Some(expected) = claims.access_token_hash() {
            let verifier = self.verifier(keys).map_err(|error| reason(&error))?;
            let hash = token.signing_alg().and_then(|alg| Ok((alg, token.signing_key(&verifier)?)));
            let hash = hash
                .ok()
                .and_then(|(alg, key)| AccessTokenHash::from_token(self.access_token, alg, key).ok());
            if hash.as_ref() != Some(expected) {
                return fail("ID token: belongs to another access token");
            }
        }
        let auth_time = claims.auth_time().map(|at| at.timestamp());
        let asked_at = from_millis(self.attempt.created_at_ms) - SKEW;
        // Providers that do not report the time (some large ones) are trusted to have asked again.
        if self.attempt.intent == Intent::FreshLogIn
            && auth_time.is_some_and(|at| at < asked_at.unix_timestamp())
        {
            return fail("ID token: the person did not log in anew");
        }
        Ok(ExternalPerson {
            provider: self.provider.name().to_owned(),
            subject: subject(claims.subject().as_str())?,
            email: claims.email().map(|email| email.to_string()),
            email_verified: claims.email_verified() == Some(true),
            name: claims.name().and_then(|name| name.get(None)).map(|name| name.to_string()),
            auth_time,
        })
    }
}

/// The library's texts may quote the token; ours do not.
fn reason(error: &ClaimsVerificationError) -> OAuthError {
    use ClaimsVerificationError as Error;
    OAuthError::Failed(match error {
        Error::Expired(_) => "ID token: expired, or issued at another time",
        Error::InvalidAudience(_) => "ID token: for another audience",
        Error::InvalidIssuer(_) => "ID token: of another issuer",
        Error::InvalidNonce(_) => "ID token: of another attempt (nonce)",
        Error::SignatureVerification(SignatureVerificationError::DisallowedAlg(_)) => {
            "ID token: algorithm not allowed"
        }
        Error::SignatureVerification(SignatureVerificationError::NoMatchingKey) => {
            "ID token: signed with an unknown key"
        }
        Error::SignatureVerification(_) => "ID token: signature not valid",
        _ => "ID token: not acceptable",
    })
}
