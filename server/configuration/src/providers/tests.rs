//! Table tests for the `OAUTH_<NAME>_…` variables.

use std::collections::BTreeMap;

use super::*;
use crate::environment::AppEnv;

const SECRET: &str = "CANARY-secret";

fn read(vars: &[(&str, &str)]) -> (Vec<ProviderConfig>, Vec<BadVariable>) {
    let vars: BTreeMap<_, _> =
        vars.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect();
    let mut errors = vec![];
    let providers = providers_from_env(&vars, &mut errors);
    assert!(!format!("{providers:?} {errors:?}").contains(SECRET));
    (providers, errors)
}

fn one(vars: &[(&str, &str)]) -> ProviderConfig {
    let (mut providers, errors) = read(vars);
    assert_eq!(errors, []);
    assert_eq!(providers.len(), 1);
    providers.remove(0)
}

#[test]
fn without_variables_there_are_no_providers() {
    assert_eq!(read(&[]), (vec![], vec![]));
    assert_eq!(read(&[("OAUTH_ACME", "true"), ("OAUTH", "x"), ("PATH", "/bin")]), (vec![], vec![]));
    assert_eq!(
        read(&[("OAUTH_GOOGLE_CLIENT_ID", ""), ("OAUTH_GOOGLE_CLIENT_SECRET", " ")]),
        (vec![], vec![])
    );
}

#[test]
fn google_needs_an_id_and_a_secret() {
    let google = one(&[("OAUTH_GOOGLE_CLIENT_ID", "id"), ("OAUTH_GOOGLE_CLIENT_SECRET", SECRET)]);
    assert_eq!((google.name.as_str(), google.label.as_str()), ("google", "Google"));
    assert_eq!(google.scopes, ["openid", "email", "profile"]);
    assert_eq!(google.client_secret, SECRET);
    assert_eq!(google.kind, ProviderKind::OpenId { issuer: "https://accounts.google.com".to_owned() });
}

#[test]
fn github_asks_for_what_it_needs() {
    let github = one(&[("OAUTH_GITHUB_CLIENT_ID", "id"), ("OAUTH_GITHUB_CLIENT_SECRET", SECRET)]);
    assert_eq!((github.name.as_str(), github.label.as_str()), ("github", "GitHub"));
    assert_eq!(github.scopes, ["read:user", "user:email"]);
    let ProviderKind::GitHub { endpoints } = github.kind else { panic!("not GitHub's kind") };
    assert_eq!(endpoints.userinfo_url.as_str(), "https://api.github.com/user");
}

#[test]
fn urls_override_the_presets() {
    let github = one(&[
        ("OAUTH_GITHUB_CLIENT_ID", "id"),
        ("OAUTH_GITHUB_CLIENT_SECRET", SECRET),
        ("OAUTH_GITHUB_TOKEN_URL", "http://127.0.0.1:9/token"),
    ]);
    let ProviderKind::GitHub { endpoints } = github.kind else { panic!("not GitHub's kind") };
    assert_eq!(endpoints.token_url.as_str(), "http://127.0.0.1:9/token");
    assert_eq!(endpoints.auth_url.as_str(), "https://github.com/login/oauth/authorize");

    let google = one(&[
        ("OAUTH_GOOGLE_CLIENT_ID", "id"),
        ("OAUTH_GOOGLE_CLIENT_SECRET", SECRET),
        ("OAUTH_GOOGLE_USERINFO_URL", "http://localhost:9/me"),
    ]);
    let ProviderKind::Plain { endpoints, fields, issuer } = google.kind else { panic!("not plain") };
    assert_eq!(endpoints.userinfo_url.as_str(), "http://localhost:9/me");
    assert_eq!(endpoints.token_url.as_str(), "https://oauth2.googleapis.com/token");
    assert_eq!((fields, issuer), (UserinfoFields::default(), None));
}

#[test]
fn any_openid_provider_by_its_issuer() {
    let acme = one(&[
        ("OAUTH_MY_COMPANY_ISSUER", "https://id.acme.example/tenant/"),
        ("OAUTH_MY_COMPANY_CLIENT_ID", "id"),
        ("OAUTH_MY_COMPANY_CLIENT_SECRET", SECRET),
        ("OAUTH_MY_COMPANY_LABEL", "My Company"),
        ("OAUTH_MY_COMPANY_SCOPES", "email groups"),
        ("OAUTH_MY_COMPANY_CLIENT_AUTH", "post"),
    ]);
    assert_eq!((acme.name.as_str(), acme.label.as_str()), ("my-company", "My Company"));
    assert_eq!(acme.scopes, ["openid", "email", "groups"]);
    assert_eq!(acme.client_auth, ClientAuth::Post);
    assert_eq!(acme.kind, ProviderKind::OpenId { issuer: "https://id.acme.example/tenant/".to_owned() });
}

#[test]
fn any_plain_provider_by_its_urls() {
    let acme = one(&[
        ("OAUTH_ACME_AUTH_URL", "https://acme.example/authorize"),
        ("OAUTH_ACME_TOKEN_URL", "https://acme.example/token"),
        ("OAUTH_ACME_USERINFO_URL", "https://acme.example/me"),
        ("OAUTH_ACME_CLIENT_ID", "id"),
        ("OAUTH_ACME_CLIENT_SECRET", SECRET),
        ("OAUTH_ACME_SUBJECT_FIELD", "id"),
        ("OAUTH_ACME_EMAIL_FIELD", "mail"),
        ("OAUTH_ACME_EMAIL_VERIFIED_FIELD", "mail_ok"),
        ("OAUTH_ACME_NAME_FIELD", "nick"),
    ]);
    assert_eq!((acme.label.as_str(), acme.client_auth), ("acme", ClientAuth::Basic));
    assert_eq!(acme.scopes, ["openid", "email", "profile"]);
    let ProviderKind::Plain { fields, .. } = acme.kind else { panic!("not plain") };
    let found = [fields.subject, fields.email, fields.email_verified, fields.name];
    assert_eq!(found, ["id", "mail", "mail_ok", "nick"]);
}

/// A valid set of variables for an OpenID provider, with changes applied (an empty value unsets).
fn acme(changes: &[(&'static str, &'static str)]) -> Vec<BadVariable> {
    let mut vars = BTreeMap::from([
        ("OAUTH_ACME_ISSUER", "https://id.acme.example"),
        ("OAUTH_ACME_CLIENT_ID", "id"),
        ("OAUTH_ACME_CLIENT_SECRET", SECRET),
    ]);
    vars.extend(changes.iter().copied());
    let (providers, errors) = read(&vars.into_iter().collect::<Vec<_>>());
    assert_eq!(providers, [], "{changes:?}");
    errors
}

#[test]
fn every_mistake_names_its_variable_and_what_is_accepted() {
    for (changes, name, value, accepted) in [
        (&[("OAUTH_ACME_CLIENT_ID", "")][..], "OAUTH_ACME_CLIENT_ID", "(not set)", "OAUTH_ACME_ISSUER"),
        (&[("OAUTH_ACME_CLIENT_SECRET", "")], "OAUTH_ACME_CLIENT_SECRET", "(not set)", "a value"),
        (&[("OAUTH_ACME_ISSUER", "")], "OAUTH_ACME_ISSUER", "(not set)", "OAUTH_ACME_AUTH_URL"),
        (&[("OAUTH_ACME_ISSUER", "http://a.example")], "OAUTH_ACME_ISSUER", "http://a.example", "loopback"),
        (&[("OAUTH_ACME_ISSUER", "acme")], "OAUTH_ACME_ISSUER", "acme", "https://"),
        (
            &[("OAUTH_ACME_ISSUER", "https://a.example?b")],
            "OAUTH_ACME_ISSUER",
            "https://a.example?b",
            "query",
        ),
        (&[("OAUTH_ACME_ISSUER", "https://CANARY-secret@a")], "OAUTH_ACME_ISSUER", "(redacted)", "https://"),
        (&[("OAUTH_ACME_CLIENT_AUTH", "jwt")], "OAUTH_ACME_CLIENT_AUTH", "jwt", "basic or post"),
        (&[("OAUTH_ACME_SCOPES", "a \"b\"")], "OAUTH_ACME_SCOPES", "a \"b\"", "ASCII"),
        (&[("OAUTH_ACME_NAME_FIELD", "nick")], "OAUTH_ACME_NAME_FIELD", "nick", "plain OAuth 2.0"),
        (
            &[("OAUTH_ACME_TOKEN_URL", "https://a.example")],
            "OAUTH_ACME_TOKEN_URL",
            "https://a.example",
            "ISSUER",
        ),
    ] {
        let errors = acme(changes);
        assert_eq!(errors.len(), 1, "{errors:?}");
        assert_eq!((errors[0].name.as_str(), errors[0].value.as_str()), (name, value));
        assert!(errors[0].accepted.contains(accepted), "{errors:?}");
    }
}

#[test]
fn plain_providers_need_all_three_urls() {
    let (providers, errors) = read(&[
        ("OAUTH_ACME_AUTH_URL", "https://acme.example/authorize"),
        ("OAUTH_ACME_USERINFO_URL", "http://acme.example/me"),
        ("OAUTH_ACME_CLIENT_ID", "id"),
    ]);
    assert_eq!(providers, []);
    let mut names: Vec<_> = errors.iter().map(|error| error.name.as_str()).collect();
    names.sort_unstable();
    assert_eq!(names, ["OAUTH_ACME_CLIENT_SECRET", "OAUTH_ACME_TOKEN_URL", "OAUTH_ACME_USERINFO_URL"]);
}

#[test]
fn variables_that_end_in_no_setting_belong_to_somebody_else() {
    for name in [
        "OAUTH_GOOGLE_SECRET",
        "OAUTH_ACME_FOO",
        "OAUTH_PROXY_SERVICE_HOST",
        "OAUTH_PROXY_PORT_4180_TCP_ADDR",
        "OAUTH_CLIENT_ID",
        "OAUTH__CLIENT_ID",
        "OAUTH_A__B_CLIENT_ID",
        "OAUTH_acme_CLIENT_ID",
        "OAUTH_",
    ] {
        assert_eq!(read(&[(name, SECRET)]), (vec![], vec![]), "{name}");
        assert!(!is_setting(name), "{name}");
    }
}

#[test]
fn reserved_names_are_refused_without_their_values() {
    for name in RESERVED.iter().map(|reserved| format!("OAUTH_{reserved}_CLIENT_ID")) {
        let name = name.as_str();
        let (providers, errors) = read(&[(name, SECRET)]);
        assert_eq!(providers, [], "{name}");
        assert_eq!(errors.len(), 1, "{name}: {errors:?}");
        assert_eq!((errors[0].name.as_str(), errors[0].value.as_str()), (name, "(redacted)"));
    }
}

#[test]
fn a_mistake_in_one_provider_does_not_hide_those_in_another() {
    let (providers, errors) = read(&[
        ("OAUTH_GITHUB_CLIENT_ID", "id"),
        ("OAUTH_GOOGLE_CLIENT_SECRET", SECRET),
        ("OAUTH_OKAY_ISSUER", "http://[::1]:9"),
        ("OAUTH_OKAY_CLIENT_ID", "id"),
        ("OAUTH_OKAY_CLIENT_SECRET", SECRET),
    ]);
    assert_eq!(providers.iter().map(|provider| provider.name.as_str()).collect::<Vec<_>>(), ["okay"]);
    let names: Vec<_> = errors.iter().map(|error| error.name.as_str()).collect();
    assert_eq!(names, ["OAUTH_GITHUB_CLIENT_SECRET", "OAUTH_GOOGLE_CLIENT_ID"]);
}

#[test]
fn the_documented_defaults_are_those_in_effect() {
    let default = |row: Row| row.default.text_in(AppEnv::Development).unwrap_or_default();
    let fields = UserinfoFields::default();
    let in_effect = [&fields.subject, &fields.email, &fields.email_verified, &fields.name];
    assert_eq!(FIELDS.map(default), in_effect.map(String::as_str));
    let company = one(&[
        ("OAUTH_COMPANY_ISSUER", "https://id.company.example"),
        ("OAUTH_COMPANY_CLIENT_ID", "id"),
        ("OAUTH_COMPANY_CLIENT_SECRET", SECRET),
    ]);
    assert_eq!(company.scopes.join(" "), default(rows::SCOPES));
    assert_eq!((company.client_auth, default(rows::CLIENT_AUTH)), (ClientAuth::Basic, "basic"));
}

/// Every block of lines in the documentation configures one provider.
#[test]
fn the_documented_lines_are_accepted() {
    let document = include_str!("../../../oauth/README.md");
    let blocks: Vec<_> =
        document.split("```sh\n").skip(1).filter_map(|rest| rest.split("```").next()).collect();
    assert_eq!(blocks.len(), document.matches("\n### ").count());
    for block in blocks {
        // As they are read from a file.
        let lines: Vec<_> = dotenvy::from_read_iter(block.as_bytes()).map(Result::unwrap).collect();
        assert_eq!(lines.len(), block.lines().count(), "{block}");
        let lines: Vec<_> = lines.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
        let provider = one(&lines);
        // The scopes are what the provider asks for, and none is left out by its spelling.
        assert!(provider.scopes.len() >= 2, "{provider:?}");
    }
}
