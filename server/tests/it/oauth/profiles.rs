//! Answers in the form in which well-known providers document theirs. A stub with such a form is not the
//! provider: what was tried here, and with which settings, is listed in `server/oauth/README.md`.

use http::StatusCode;
use oauth::ExternalPerson;
use oauth::config::{ClientAuth, ProviderConfig, ProviderKind, UserinfoFields};
use serde_json::{Value, json};

use crate::oauth::fake::{ACCESS_TOKEN, Fake, Reply};
use crate::oauth::key::Key;

const JSON: &str = "application/json";
const TENANT: &str = "9188040d-6c67-4c5b-b112-36a304b66dad";

/// The keys of the userinfo answer, for plain OAuth 2.0.
type Fields = [&'static str; 4];

struct Profile {
    name: &'static str,
    /// The path of the configured issuer; plain OAuth 2.0 has keys of the userinfo answer instead.
    kind: Result<&'static str, Fields>,
    client_auth: ClientAuth,
    /// Changes of the valid metadata, keys, claims and token answer; `null` removes.
    metadata: Value,
    key: Value,
    claims: Value,
    token: Value,
    /// Of token and userinfo answers.
    content_type: &'static str,
    userinfo: Value,
    /// Subject, address, whether it is verified, name.
    person: (&'static str, Option<&'static str>, bool, Option<&'static str>),
}

impl Profile {
    fn openid(name: &'static str, path: &'static str) -> Self {
        Self {
            name,
            kind: Ok(path),
            client_auth: ClientAuth::Basic,
            metadata: json!({}),
            key: json!({}),
            claims: json!({}),
            token: json!({}),
            content_type: JSON,
            userinfo: json!({}),
            person: ("subject-1", Some("ann@example.com"), true, Some("Ann")),
        }
    }

    fn plain(name: &'static str, fields: Fields) -> Self {
        Self { kind: Err(fields), ..Self::openid(name, "") }
    }

    async fn log_in(&self) -> ExternalPerson {
        let fake = Fake::spawn().await;
        let key = Key::rsa("one");
        fake.publish(&[&key]);
        merge(&mut fake.script().keys["keys"][0], &self.key);
        let provider = match self.kind {
            Ok(path) => {
                let issuer = fake.url(path);
                fake.script().metadata["issuer"] = json!(issuer);
                fake.provider(ProviderKind::OpenId { issuer })
            }
            Err([subject, email, email_verified, name]) => {
                let [subject, email, email_verified, name] =
                    [subject, email, email_verified, name].map(str::to_owned);
                fake.plain_with(UserinfoFields { subject, email, email_verified, name }, None)
            }
        };
        let provider =
            fake.with(ProviderConfig { client_auth: self.client_auth, ..provider.config().clone() });
        merge(&mut fake.script().metadata, &filled_in(&fake, &self.metadata));
        let (_, attempt) = fake.start(&provider).await;

        let mut claims = fake.claims(&attempt);
        claims["iss"] = json!(fake.url(self.kind.unwrap_or_default()));
        merge(&mut claims, &filled_in(&fake, &self.claims));
        let mut token = json!({"access_token": ACCESS_TOKEN, "token_type": "Bearer", "expires_in": 3599});
        if self.kind.is_ok() {
            token["id_token"] = json!(key.sign(&claims));
        }
        merge(&mut token, &self.token);
        fake.script().token = Reply::Text(StatusCode::OK, self.content_type, token.to_string());
        fake.script().userinfo = Reply::Text(StatusCode::OK, self.content_type, self.userinfo.to_string());
        let outcome = fake.come_back(&provider, attempt, "").await;
        outcome.unwrap_or_else(|error| panic!("{}: {error}", self.name))
    }
}

/// The stub's address in the place of `BASE`, and times in the place of offsets from now.
fn filled_in(fake: &Fake, changes: &Value) -> Value {
    let mut changes = changes.clone();
    for (name, value) in changes.as_object_mut().unwrap() {
        if let Some(text) = value.as_str() {
            *value = json!(text.replace("BASE", &fake.url("")));
        } else if ["iat", "nbf", "auth_time"].contains(&name.as_str()) {
            *value = json!(fake.now().unix_timestamp() + value.as_i64().unwrap());
        }
    }
    changes
}

fn merge(object: &mut Value, changes: &Value) {
    let object = object.as_object_mut().unwrap();
    for (name, value) in changes.as_object().unwrap() {
        object.insert(name.clone(), value.clone());
    }
    object.retain(|_, value| !value.is_null());
}

fn profiles() -> Vec<Profile> {
    let mut all = openid_profiles();
    all.extend(microsoft_profiles());
    all.extend(plain_profiles());
    all
}

fn openid_profiles() -> Vec<Profile> {
    vec![
        Profile {
            claims: json!({
                "azp": "client-1", "hd": "example.com", "picture": "https://example.com/p", "given_name": "Ann",
                "locale": "en",
            }),
            token: json!({"scope": "openid https://www.googleapis.com/auth/userinfo.email"}),
            metadata: json!({"code_challenge_methods_supported": ["plain", "S256"]}),
            key: json!({"alg": "RS256"}),
            ..Profile::openid("Google", "")
        },
        Profile {
            client_auth: ClientAuth::Post,
            // No userinfo endpoint, no name in the token, truths as text.
            metadata: json!({
                "userinfo_endpoint": null, "response_modes_supported": ["query", "fragment", "form_post"],
                "token_endpoint_auth_methods_supported": ["client_secret_post"],
            }),
            claims: json!({
                "email": "x7@privaterelay.appleid.com", "email_verified": "true", "is_private_email": "true",
                "nonce_supported": true, "auth_time": 0, "real_user_status": 2, "name": null,
            }),
            person: ("subject-1", Some("x7@privaterelay.appleid.com"), true, None),
            ..Profile::openid("Apple", "")
        },
        Profile {
            // The workspace's ids under names that are URLs; `ok` beside the standard's members.
            token: json!({"ok": true, "state": "s"}),
            claims: json!({
                "https://slack.com/team_id": "T1", "https://slack.com/user_id": "U1", "locale": "en-US",
                "date_email_verified": 1_622_128_723,
            }),
            ..Profile::openid("Slack", "")
        },
        Profile {
            token: json!({"created_at": 1_607_635_748, "scope": "openid profile email"}),
            claims: json!({
                "sub_legacy": "a1", "nickname": "ann", "profile": "https://gitlab.example/ann", "auth_time": 0,
                "groups_direct": ["a/b"], "https://gitlab.org/claims/groups/owner": ["a"],
            }),
            ..Profile::openid("GitLab", "")
        },
        Profile {
            metadata: json!({
                "code_challenge_methods_supported": ["plain", "S256"],
                "authorization_response_iss_parameter_supported": false, "claims_parameter_supported": true,
            }),
            token: json!({
                "refresh_expires_in": 1_800, "not-before-policy": 0, "session_state": "s", "scope": "openid",
            }),
            claims: json!({
                "aud": ["client-1", "account"], "azp": "client-1", "typ": "ID", "acr": "1", "sid": "s", "address": {},
                "auth_time": 0, "preferred_username": "ann", "realm_access": {"roles": []},
            }),
            ..Profile::openid("Keycloak", "/realms/acme")
        },
        Profile {
            claims: json!({
                "aud": ["client-1", "project-77"], "azp": "client-1", "client_id": "client-1", "amr": ["pwd"],
                "auth_time": 0, "updated_at": 1_700_000_000,
                "urn:zitadel:iam:org:project:roles": {"admin": {"1": "a"}},
            }),
            token: json!({"expires_in": 43_199}),
            ..Profile::openid("Zitadel", "")
        },
        Profile {
            // The issuer ends with a slash, times are text.
            claims: json!({
                "updated_at": "2026-01-01T00:00:00.000Z", "nickname": "ann", "sid": "s",
                "https://acme.example/roles": ["admin"],
            }),
            token: json!({"scope": "openid profile email", "expires_in": 86_400}),
            ..Profile::openid("Auth0", "/")
        },
        Profile {
            // The organisation's own authorization server leaves address and name to userinfo.
            claims: json!({
                "email": null, "name": null, "ver": 1, "jti": "ID.1", "amr": ["pwd"], "idp": "00o1", "auth_time": 0,
            }),
            userinfo: json!({
                "sub": "subject-1", "name": "Ann", "locale": "en_US", "email": "ann@example.com", "email_verified": true,
                "updated_at": 1_700_000_000, "zoneinfo": "America/Los_Angeles",
            }),
            ..Profile::openid("Okta", "/oauth2/default")
        },
    ]
}

fn microsoft_profiles() -> Vec<Profile> {
    // Dated back by five minutes; nothing says whether an address is verified.
    let claims = json!({
        "iat": -300, "nbf": -300, "email_verified": null, "aio": "a", "rh": "r", "uti": "u", "ver": "2.0", "tid": TENANT,
        "oid": "o", "preferred_username": "ann@example.com",
    });
    let token = json!({"scope": "openid profile email", "ext_expires_in": 3599});
    let with_issuer = |issuer: String| {
        let mut claims = claims.clone();
        claims["iss"] = json!(issuer);
        claims
    };
    vec![
        Profile {
            claims: claims.clone(),
            token: token.clone(),
            key: json!({"x5t": "one", "x5c": ["MIIC"], "issuer": "BASE/tenant/v2.0"}),
            metadata: json!({"tenant_region_scope": "EU", "cloud_instance_name": "microsoftonline.com"}),
            person: ("subject-1", Some("ann@example.com"), false, Some("Ann")),
            ..Profile::openid("Microsoft, one tenant", "/tenant/v2.0")
        },
        Profile {
            metadata: json!({"issuer": "BASE/{tenantid}/v2.0"}),
            claims: with_issuer(format!("BASE/{TENANT}/v2.0")),
            token,
            person: (
                "9188040d-6c67-4c5b-b112-36a304b66dad/subject-1",
                Some("ann@example.com"),
                false,
                Some("Ann"),
            ),
            ..Profile::openid("Microsoft, many tenants", "/common/v2.0")
        },
    ]
}

fn plain_profiles() -> Vec<Profile> {
    vec![
        Profile {
            client_auth: ClientAuth::Post,
            token: json!({"token_type": "bearer", "expires_in": 5_183_944}),
            content_type: "text/javascript; charset=UTF-8",
            userinfo: json!({"id": "10220000000000000", "name": "Ann", "email": "ann@example.com"}),
            person: ("10220000000000000", Some("ann@example.com"), false, Some("Ann")),
            ..Profile::plain("Facebook", ["id", "email", "email_verified", "name"])
        },
        Profile {
            client_auth: ClientAuth::Post,
            token: json!({"token_type": null, "expires_in": 5_183_999, "scope": "email,openid,profile"}),
            userinfo: json!({
                "sub": "782bbtaQ", "name": "Ann", "given_name": "Ann", "picture": "https://example.com/p",
                "locale": {"country": "US", "language": "en"}, "email": "ann@example.com", "email_verified": "true",
            }),
            person: ("782bbtaQ", Some("ann@example.com"), true, Some("Ann")),
            ..Profile::plain("LinkedIn", ["sub", "email", "email_verified", "name"])
        },
        Profile {
            client_auth: ClientAuth::Post,
            token: json!({
                "token_type": "bearer", "scope": ["openid", "user:read:email"], "expires_in": 14_124,
                "refresh_token": "r", "nonce": "n",
            }),
            userinfo: json!({
                "aud": "client-1", "exp": 1_700_000_000, "iat": 1_700_000_000, "iss": "https://id.twitch.tv/oauth2",
                "sub": "713936733", "email": "ann@example.com", "email_verified": true, "preferred_username": "ann",
                "updated_at": "2026-01-01T00:00:00Z",
            }),
            person: ("713936733", Some("ann@example.com"), true, Some("ann")),
            ..Profile::plain("Twitch", ["sub", "email", "email_verified", "preferred_username"])
        },
        Profile {
            token: json!({"expires_in": 604_800, "refresh_token": "r", "scope": "identify email"}),
            userinfo: json!({
                "id": "80351110224678912", "username": "ann", "discriminator": "0", "global_name": null, "verified": true,
                "email": "ann@example.com", "mfa_enabled": true, "locale": "en-US", "flags": 64, "avatar": null,
            }),
            person: ("80351110224678912", Some("ann@example.com"), true, Some("ann")),
            ..Profile::plain("Discord", ["id", "email", "verified", "username"])
        },
    ]
}

#[tokio::test]
async fn a_person_logs_in_at_a_stub_in_the_form_of_each_provider() {
    for profile in profiles() {
        let person = profile.log_in().await;
        let found =
            (person.subject.as_str(), person.email.as_deref(), person.email_verified, person.name.as_deref());
        assert_eq!(found, profile.person, "{}", profile.name);
    }
}

/// A tenant's token names its own issuer, and nobody else's.
#[tokio::test]
async fn with_many_tenants_a_token_is_of_the_tenant_it_names() {
    let fake = Fake::spawn().await;
    let key = Key::rsa("one");
    fake.publish(&[&key]);
    fake.script().keys["keys"][0]["issuer"] = json!(fake.url("/{tenantid}/v2.0"));
    fake.script().metadata["issuer"] = json!(fake.url("/{tenantid}/v2.0"));
    let provider = fake.provider(ProviderKind::OpenId { issuer: fake.url("/common/v2.0") });
    let own = format!("/{TENANT}/v2.0");
    for (iss, tid, right) in [
        (own.as_str(), json!(TENANT), true),
        (own.as_str(), json!("another"), false),
        (own.as_str(), json!(null), false),
        ("/{tenantid}/v2.0", json!("{tenantid}"), false),
        ("/common/v2.0", json!(TENANT), false),
        ("/a/b/v2.0", json!("a/b"), false),
    ] {
        let (_, attempt) = fake.start(&provider).await;
        let mut claims = fake.claims(&attempt);
        claims["iss"] = json!(fake.url(iss));
        claims["tid"] = tid.clone();
        fake.answer_with_id_token(&key.sign(&claims));
        let outcome = fake.come_back(&provider, attempt, "").await;
        assert_eq!(outcome.is_ok(), right, "{iss} {tid}: {outcome:?}");
    }
    // A key of one tenant signs for no other.
    fake.script().keys["keys"][0]["issuer"] = json!(fake.url("/other/v2.0"));
    let provider = fake.with(provider.config().clone());
    let (_, attempt) = fake.start(&provider).await;
    let mut claims = fake.claims(&attempt);
    claims["iss"] = json!(fake.url(&own));
    claims["tid"] = json!(TENANT);
    fake.answer_with_id_token(&key.sign(&claims));
    assert!(fake.come_back(&provider, attempt, "").await.is_err());
}
