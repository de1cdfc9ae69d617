//! What the log tells, and what it never holds.

use std::fs::{self, File};
use std::path::Path;

use scraper::{Html, Selector};
use serde_json::Value;
use time::OffsetDateTime;
use time::format_description::well_known::Rfc3339;
use url::{Position, Url};

use crate::command_line::mistakes::make_file;
use crate::command_line::running::Running;
use crate::command_line::{SECRET, server};
use crate::support::provider;

const FORM: &str = "Content-Type: application/x-www-form-urlencoded\r\n";

/// The cookies that an answer sets, as a browser sends them.
fn cookies(answer: &str) -> Vec<String> {
    let set = answer.lines().filter_map(|line| line.strip_prefix("set-cookie: "));
    set.filter_map(|cookie| cookie.split(';').next()).map(str::to_owned).collect()
}

fn token(page: &str) -> String {
    let input = Selector::parse("input[name=csrf_token]").unwrap();
    let page = Html::parse_document(page.split_once("\r\n\r\n").unwrap().1);
    page.select(&input).next().and_then(|input| input.attr("value")).unwrap().to_owned()
}

/// A login at a provider that succeeds. Returns all that must stay secret.
fn logged_in_at(running: &Running, name: &str) -> Vec<String> {
    let started = running.request(&format!("GET /auth/{name}"), "Accept: text/html\r\n", "");
    let location = started.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    let asked = Url::parse(location).unwrap();
    let email = format!("canary-{name}@example.com");
    let back = Url::parse(provider::allow_as(name, location, "Canary", &email).location()).unwrap();
    let (cookie, callback) = (cookies(&started).join("; "), &back[Position::BeforePath..]);
    let headers = format!("Accept: text/html\r\nCookie: {cookie}\r\n");
    let returned = running.request(&format!("GET {callback}"), &headers, "");
    assert!(returned.contains("\r\nlocation: /\r\n"), "{returned}");

    let of = |url: &Url, field: &str| {
        url.query_pairs().filter(|(found, _)| found == field).map(|(_, value)| value.into_owned()).collect()
    };
    let code: Vec<String> = of(&back, "code");
    let mut secrets = provider::secrets_of(&code[0]);
    assert_eq!(secrets.len(), 5);
    let given: [Vec<String>; 2] = [of(&asked, "state"), of(&asked, "nonce")];
    secrets.extend(given.into_iter().flatten());
    secrets.extend(values(&started).chain(values(&returned)));
    secrets
}

/// The values of the cookies that an answer sets, but for those that it removes.
fn values(answer: &str) -> impl Iterator<Item = String> {
    let values = cookies(answer).into_iter().filter_map(|cookie| Some(cookie.split_once('=')?.1.to_owned()));
    values.filter(|value| !value.is_empty())
}

/// A visit with something of every kind. Returns all that must stay secret.
fn visit(running: &Running, database: &Path) -> Vec<String> {
    let mut secrets = vec![SECRET.to_owned(), "canary".to_owned()];
    running.post("/api/auth/login", "email=demo%40example.com&password=a+canary+that+is+wrong");
    let registered = running.post(
        "/api/auth/register",
        "display_name=Canary&email=canary%40example.com&password=a+canary+that+sings",
    );
    assert!(registered.starts_with("HTTP/1.1 200"), "{registered}");
    let logged_in = running.post("/api/auth/login", "email=demo%40example.com&password=workout-demo");
    let own = cookies(&logged_in).join("; ");
    let cookie = format!("Cookie: {own}\r\nSec-Fetch-Site: same-origin\r\n");
    let token = token(&running.request("GET /preferences", &format!("{cookie}Accept: text/html\r\n"), ""));
    let form = format!("{cookie}{FORM}");
    running.request(
        "POST /api/account/password",
        &form,
        &format!("csrf_token={token}&current_password=canary"),
    );
    running.request("POST /api/preferences", &form, "csrf_token=canary");
    running.request("POST /api/preferences", &format!("{cookie}Content-Type: text/plain\r\n"), "canary");
    running.request("GET /account?canary=1", "Accept: text/html\r\n", "");

    let started = running.request("GET /auth/elsewhere", "Accept: text/html\r\n", "");
    let attempt = cookies(&started).join("; ");
    let location = started.lines().find_map(|line| line.strip_prefix("location: ")).unwrap();
    let state = location.split(['?', '&']).find_map(|pair| pair.strip_prefix("state=")).unwrap().to_owned();
    let callback = format!("GET /auth/elsewhere/callback?code=canary&state={state}");
    let returned = running.request(&callback, &format!("Accept: text/html\r\nCookie: {attempt}\r\n"), "");
    assert!(returned.contains("/login?error=oauth_failed"), "{returned}");
    running.request("GET /auth/elsewhere/callback?code=canary&state=canary", "Accept: text/html\r\n", "");

    let logged_out = running.request("POST /api/auth/logout", &form, &format!("csrf_token={token}"));
    assert!(logged_out.starts_with("HTTP/1.1 200"), "{logged_out}");
    for cookie in cookies(&registered).iter().chain(&cookies(&logged_in)).chain(&cookies(&started)) {
        let value = cookie.split_once('=').unwrap().1;
        secrets.push(value.to_owned());
        // The id alone is secret too.
        secrets.extend(value.split('.').filter(|part| part.len() > 20).map(str::to_owned));
    }
    secrets.extend([token, state]);
    let of_plain = logged_in_at(running, "elsewhere");
    let of_open = logged_in_at(running, "open");
    assert_eq!(of_open.len(), of_plain.len() + 1, "a nonce");
    secrets.extend(of_plain.into_iter().chain(of_open));
    // Somebody has been at the store.
    make_file(database, "UPDATE user_sessions SET data = zeroblob(length(data)) WHERE data IS NOT NULL");
    let headers = format!("Accept: text/html\r\nCookie: {}\r\n", cookies(&registered).join("; "));
    running.request("GET /", &headers, "");
    secrets
}

#[test]
fn it_tells_what_happened_when_where_and_to_whom_and_no_secret() {
    let directory = tempfile::tempdir().unwrap();
    let log = directory.path().join("log");
    let database = directory.path().join("test.db");
    let url = format!("sqlite://{}", database.display());
    let variables = [
        ("RUST_LOG", "trace"),
        ("LOG_FORMAT", "json"),
        ("SESSION_SECRETS", SECRET),
        ("DATABASE_URL", url.as_str()),
    ];
    let running = Running::start_by(directory.path(), &variables, || {
        let mut command = server(directory.path());
        command.envs(provider::variables()).envs(provider::with_id_tokens());
        let file = File::create(&log).unwrap();
        command.stderr(file.try_clone().unwrap()).stdout(file);
        command
    });
    let secrets = visit(&running, &database);
    running.signal("TERM");
    assert!(running.ended().success());

    let text = fs::read_to_string(&log).unwrap();
    assert!(secrets.iter().all(|secret| secret.len() > 5) && secrets.len() > 6, "{secrets:?}");
    for line in text.lines() {
        let lower = line.to_ascii_lowercase();
        let held = secrets.iter().find(|secret| lower.contains(&secret.to_ascii_lowercase()));
        assert_eq!(held, None, "{line}");
    }
    let lines: Vec<Value> = text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect();
    for event in [
        "authn_login_fail",
        "authn_login_success",
        "authn_password_change_fail",
        "authz_fail",
        "crypt_decrypt_fail",
        "input_validation_fail",
        "malicious_csrf",
        "sequence_fail",
        "session_logout",
        "user_created",
    ] {
        let told = lines.iter().find(|line| line["event"] == event && line["span"]["id"].is_string());
        let told = told.unwrap_or_else(|| panic!("{event}: {text}"));
        let at = OffsetDateTime::parse(told["timestamp"].as_str().unwrap(), &Rfc3339).unwrap();
        assert!(at.offset().is_utc(), "{told}");
        assert_eq!(told["span"]["address"], "127.0.0.1", "{told}");
        assert!(told["span"]["path"].is_string() && told["level"].is_string(), "{told}");
        let of_somebody =
            ["authn_login_success", "authn_password_change_fail", "session_logout", "user_created"];
        assert!(!of_somebody.contains(&event) || told["user.id"].is_string(), "{told}");
    }
}
