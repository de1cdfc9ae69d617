//! Everything that can be wrong with an ID token.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use hmac::{Hmac, KeyInit as _, Mac as _};
use oauth::attempt::OAuthAttempt;
use oauth::{ExternalPerson, OAuthError};
use serde_json::{Value, json};
use sha2::{Digest as _, Sha256, Sha512};

use crate::oauth::fake::{ACCESS_TOKEN, CLIENT_ID, CLIENT_SECRET, Fake, assert_failed};
use crate::oauth::key::{Key, unsigned};

/// Logs in with the token that `make` builds from the valid claims: once with a key for EdDSA and once with one for
/// RS256, to the same outcome.
async fn log_in(make: impl Fn(&Key, Value, &OAuthAttempt) -> String) -> Result<ExternalPerson, OAuthError> {
    let outcome = log_in_with(&Key::new("one"), &make).await;
    let with_rsa = log_in_with(&Key::rsa("one"), &make).await;
    match (&outcome, &with_rsa) {
        (Ok(person), Ok(with_rsa)) => assert_eq!(with_rsa, person),
        // The values may name the provider's address.
        (Err(OAuthError::Mismatch { what, .. }), Err(OAuthError::Mismatch { what: with_rsa, .. })) => {
            assert_eq!(with_rsa, what);
        }
        (outcome, with_rsa) => assert_eq!(with_rsa, outcome),
    }
    outcome
}

async fn log_in_with(
    key: &Key,
    make: impl Fn(&Key, Value, &OAuthAttempt) -> String,
) -> Result<ExternalPerson, OAuthError> {
    let fake = Fake::spawn().await;
    fake.publish(&[key]);
    let provider = fake.openid();
    let (_, attempt) = fake.start(&provider).await;
    fake.answer_with_id_token(&make(key, fake.claims(&attempt), &attempt));
    fake.come_back(&provider, attempt, "").await
}

/// Logs in with one claim changed (`null` removes it).
async fn with_claim(name: &str, value: Value) -> Result<ExternalPerson, OAuthError> {
    log_in(|key, mut claims, _| {
        claims[name] = value.clone();
        claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
        key.sign(&claims)
    })
    .await
}

/// Logs in with a time claim that is `offset` seconds after the token's `iat`.
async fn with_time(name: &str, offset: i64) -> Result<ExternalPerson, OAuthError> {
    log_in(|key, mut claims, _| {
        claims[name] = json!(claims["iat"].as_i64().unwrap() + offset);
        key.sign(&claims)
    })
    .await
}

#[tokio::test]
async fn another_issuer_is_refused() {
    for issuer in [json!("https://evil.example"), json!(null)] {
        assert!(with_claim("iss", issuer).await.is_err());
    }
    assert_failed(with_claim("iss", json!("https://evil.example")).await, "issuer");
}

#[tokio::test]
async fn another_audience_is_refused() {
    assert_failed(with_claim("aud", json!("client-2")).await, "audience");
    // The error names both values, so that an operator sees what is configured wrongly.
    assert_failed(with_claim("aud", json!("client-2")).await, CLIENT_ID);
    assert_failed(with_claim("aud", json!("client-2")).await, "client-2");
    assert_failed(with_claim("aud", json!([CLIENT_ID, "client-2"])).await, "audience");
    assert!(with_claim("aud", json!([CLIENT_ID, 7])).await.is_err());
    assert!(with_claim("aud", json!([])).await.is_err());
    assert!(with_claim("aud", json!(null)).await.is_err());
    with_claim("aud", json!([CLIENT_ID])).await.unwrap();
}

#[tokio::test]
async fn another_authorized_party_is_refused() {
    assert_failed(with_claim("azp", json!("client-2")).await, "another client");
    with_claim("azp", json!(CLIENT_ID)).await.unwrap();
}

/// Zitadel, for one, also lists the project in the audience. `azp` names the client that the token was
/// issued to.
#[tokio::test]
async fn others_in_the_audience_are_accepted_if_the_token_was_issued_to_us() {
    let issued_to = async |azp: Value| {
        log_in(|key, mut claims, _| {
            claims["aud"] = json!(["project-77", CLIENT_ID]);
            claims["azp"] = azp.clone();
            claims.as_object_mut().unwrap().retain(|_, value| !value.is_null());
            key.sign(&claims)
        })
        .await
    };
    issued_to(json!(CLIENT_ID)).await.unwrap();
    for azp in [json!("project-77"), json!(""), json!([CLIENT_ID]), json!(null)] {
        assert!(issued_to(azp.clone()).await.is_err(), "{azp}");
    }
    assert_failed(issued_to(json!(null)).await, "project-77");
}

#[tokio::test]
async fn another_nonce_is_refused() {
    assert_failed(with_claim("nonce", json!("another")).await, "nonce");
    assert_failed(with_claim("nonce", json!(null)).await, "nonce");
}

#[tokio::test]
async fn a_subject_is_needed() {
    assert!(with_claim("sub", json!(null)).await.is_err());
    assert_failed(with_claim("sub", json!("")).await, "subject");
}

#[tokio::test]
async fn times_may_be_off_within_bounds() {
    for (claim, offset, accepted) in [
        ("exp", 1, true),
        ("exp", -59, true),
        ("exp", -61, false),
        ("exp", -600, false),
        // Microsoft backdates tokens by five minutes.
        ("iat", -300, true),
        ("iat", -600, true),
        ("iat", -601, false),
        ("iat", 300, true),
        ("iat", 301, false),
        ("nbf", -600, true),
        ("nbf", 300, true),
        ("nbf", 301, false),
    ] {
        let outcome = with_time(claim, offset).await;
        assert_eq!(outcome.is_ok(), accepted, "{claim} {offset}: {outcome:?}");
    }
    assert!(with_claim("exp", json!(null)).await.is_err());
    assert!(with_claim("iat", json!(null)).await.is_err());
    assert!(with_claim("exp", json!(1e300)).await.is_err());
    assert!(with_claim("exp", json!("tomorrow")).await.is_err());
}

#[tokio::test]
async fn a_token_without_a_signature_is_refused() {
    for (alg, signature) in [(Some("none"), ""), (Some("None"), ""), (None, ""), (None, "AAAA")] {
        let outcome = log_in(|key, claims, _| {
            let header = json!({"alg": alg.unwrap_or(key.algorithm()), "kid": "one"});
            format!("{}.{signature}", unsigned(&header, &claims))
        })
        .await;
        assert_failed(outcome, "ID token");
    }
}

#[tokio::test]
async fn a_token_signed_with_a_shared_secret_is_refused() {
    for public_key_as_secret in [false, true] {
        let outcome = log_in(|key, claims, _| {
            let secret = if public_key_as_secret { key.public_bytes() } else { CLIENT_SECRET.into() };
            let message = unsigned(&json!({"alg": "HS256", "kid": "one"}), &claims);
            let mut mac = Hmac::<Sha256>::new_from_slice(&secret).unwrap();
            mac.update(message.as_bytes());
            format!("{message}.{}", URL_SAFE_NO_PAD.encode(mac.finalize().into_bytes()))
        })
        .await;
        assert_failed(outcome, "algorithm");
    }
}

#[tokio::test]
async fn a_token_signed_with_another_key_is_refused_whatever_its_header_says() {
    assert_failed(log_in(|key, claims, _| key.other().sign(&claims)).await, "signature");
    for more in [
        json!({"jku": "https://evil.example/keys"}),
        json!({"jwk": {"kty": "OKP", "crv": "Ed25519", "x": "AAAA"}}),
        json!({"x5u": "https://evil.example/cert"}),
    ] {
        let signed =
            |key: &Key, claims: Value, _: &OAuthAttempt| key.other().sign_with(&key.header(&more), &claims);
        assert_failed(log_in(signed).await, "ID token");
    }
    let nameless = |key: &Key, claims: Value, _: &OAuthAttempt| {
        key.other().sign_with(&json!({"alg": key.algorithm()}), &claims)
    };
    assert_failed(log_in(nameless).await, "ID token");
}

/// Of two kinds of keys each checks its own signatures alone.
#[tokio::test]
async fn a_token_of_another_algorithm_than_the_keys_is_refused() {
    for algorithm in ["EdDSA", "RS256", "PS256", "RS512", "ES256"] {
        for key in [Key::new("one"), Key::rsa("one")].into_iter().filter(|key| key.algorithm() != algorithm) {
            let outcome = log_in_with(&key, |key, claims, _| {
                key.sign_with(&json!({"alg": algorithm, "kid": "one"}), &claims)
            });
            assert_failed(outcome.await, "ID token");
        }
    }
}

#[tokio::test]
async fn a_token_changed_after_signing_is_refused() {
    let outcome = log_in(|key, mut claims, _| {
        let token = key.sign(&claims);
        let signature = token.rsplit_once('.').unwrap().1;
        claims["sub"] = json!("subject-2");
        format!("{}.{signature}", unsigned(&key.header(&json!({})), &claims))
    })
    .await;
    assert_failed(outcome, "signature");
}

#[tokio::test]
async fn an_access_token_is_no_id_token() {
    let as_type = async |typ: &str| {
        log_in(|key, claims, _| key.sign_with(&key.header(&json!({"typ": typ})), &claims)).await
    };
    as_type("JWT").await.unwrap();
    assert_failed(as_type("at+jwt").await, "ID token");
    let critical = |key: &Key| key.header(&json!({"crit": ["exp"]}));
    assert_failed(log_in(|key, claims, _| key.sign_with(&critical(key), &claims)).await, "ID token");
}

#[tokio::test]
async fn a_token_belongs_to_its_access_token() {
    // The first half of the hash that belongs to the algorithm (OpenID Connect Core §3.1.3.6).
    let half = |key: &Key, token: &str| match key.algorithm() {
        "EdDSA" => Sha512::digest(token)[..32].to_vec(),
        _ => Sha256::digest(token)[..16].to_vec(),
    };
    let with_hash = async |hash: &dyn Fn(&Key) -> Vec<u8>| {
        log_in(|key, mut claims, _| {
            claims["at_hash"] = json!(URL_SAFE_NO_PAD.encode(hash(key)));
            key.sign(&claims)
        })
        .await
    };
    with_hash(&|key| half(key, ACCESS_TOKEN)).await.unwrap();
    let another = with_hash(&|key| half(key, "another")).await;
    let shorter = with_hash(&|key| half(key, ACCESS_TOKEN)[..8].to_vec()).await;
    let whole = with_hash(&|_| Sha256::digest(ACCESS_TOKEN).to_vec()).await;
    for answer in [another, shorter, whole] {
        assert_failed(answer, "another access token");
    }
}

#[tokio::test]
async fn what_is_no_token_is_refused() {
    for text in ["", "a", "a.b", "a.b.c", "a.b.c.d.e", "....", "\u{fc}.\u{fc}.\u{fc}"] {
        assert_failed(log_in(|_, _, _| text.to_owned()).await, "ID token");
    }
    let long = "x".repeat(500_000);
    assert_failed(log_in(|_, _, _| long.clone()).await, "ID token");
}

/// `null` and a value of each type.
fn anything() -> [Value; 6] {
    [json!(null), json!("text"), json!(7.5), json!(true), json!(["a"]), json!({"a": 1})]
}

#[tokio::test]
async fn claims_that_are_not_used_may_have_any_type() {
    for value in anything() {
        let outcome = log_in(|key, mut claims, _| {
            for name in [
                "acr",
                "address",
                "amr",
                "auth_time",
                "birthdate",
                "c_hash",
                "family_name",
                "gender",
                "given_name",
                "groups",
                "locale",
                "middle_name",
                "nickname",
                "phone_number",
                "phone_number_verified",
                "picture",
                "preferred_username",
                "profile",
                "tid",
                "updated_at",
                "website",
                "zoneinfo",
                "name#de",
                "locale#de",
            ] {
                claims[name] = value.clone();
            }
            key.sign(&claims)
        })
        .await;
        assert_eq!(outcome.unwrap().subject, "subject-1", "{value}");
    }
}

#[tokio::test]
async fn claims_that_are_used_are_read_strictly() {
    for name in ["iss", "sub", "aud", "exp", "iat", "nonce"] {
        for value in [json!(true), json!({"a": 1}), json!([7])] {
            assert_failed(with_claim(name, value).await, "ID token");
        }
    }
    for name in ["azp", "at_hash", "nbf"] {
        assert_failed(with_claim(name, json!({"a": 1})).await, name);
    }
    // An unreadable address or name is left out: the person is recognised without it.
    for name in ["email", "name"] {
        let person = with_claim(name, json!(7)).await.unwrap();
        assert_eq!(person.email.is_some(), name == "name");
        assert_eq!(person.name.is_some(), name == "email");
    }
}

#[tokio::test]
async fn whether_an_address_is_verified_is_read_from_whatever_says_so() {
    for (value, verified) in [
        (json!("True"), true),
        (json!("true"), true),
        (json!(1), true),
        (json!("1"), true),
        (json!("False"), false),
        (json!(0), false),
        (json!("yes"), false),
        (json!([true]), false),
        (json!({"email": true}), false),
        (json!(null), false),
    ] {
        let person = with_claim("email_verified", value.clone()).await.unwrap();
        assert_eq!(person.email_verified, verified, "{value}");
    }
}

/// If the key has no id, or the token does not name one, the signature decides.
#[tokio::test]
async fn keys_need_no_id() {
    for (key_has_id, token_has_id) in [(true, false), (false, true), (false, false)] {
        let fake = Fake::spawn().await;
        let (key, other) = (Key::new("one"), Key::new("two"));
        fake.publish(&[&other, &key]);
        if !key_has_id {
            for key in fake.script().keys["keys"].as_array_mut().unwrap() {
                key.as_object_mut().unwrap().remove("kid");
            }
        }
        let provider = fake.openid();
        let header =
            if token_has_id { json!({"alg": "EdDSA", "kid": "one"}) } else { json!({"alg": "EdDSA"}) };
        for (signer, right) in [(&key, true), (&Key::new("one"), false)] {
            let (_, attempt) = fake.start(&provider).await;
            fake.answer_with_id_token(&signer.sign_with(&header, &fake.claims(&attempt)));
            let outcome = fake.come_back(&provider, attempt, "").await;
            assert_eq!(outcome.is_ok(), right, "{key_has_id} {token_has_id}: {outcome:?}");
        }
    }
}

#[tokio::test]
async fn what_is_shown_of_a_token_is_bounded_and_escaped() {
    let error = with_claim("aud", json!(format!("x\n\u{1b}[2J{}", "y".repeat(10_000)))).await.unwrap_err();
    let shown = error.to_string();
    assert!(shown.len() < 600 && !shown.contains(['\n', '\u{1b}']), "{shown}");
    // The message reveals nothing about a person, and no secret.
    let error = with_claim("iss", json!("https://evil.example")).await.unwrap_err().to_string();
    assert!(error.contains("https://evil.example") && error.contains("http://127.0.0.1"), "{error}");
    assert!(
        !error.contains("ann@") && !error.contains("subject-1") && !error.contains(ACCESS_TOKEN),
        "{error}"
    );
}
