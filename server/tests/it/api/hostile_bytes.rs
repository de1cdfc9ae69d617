//! Any bytes in any place where the server reads some, through everything that stands before its parsers: no answer is
//! an error of the server's own. The parsers have property tests by themselves.

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::Index;
use proptest::strategy::ValueTree as _;
use proptest::test_runner::TestRunner;

use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp, forms};

/// How often each place gets something.
const CASES: usize = 40;

// slim: trainer
/// What every form has a use for some part of.
const FORM: &[u8] = b"email=ann%40example.com&password=a+long+walk&display_name=Ann&handle=x&provider=elsewhere&return_to=%2F\
    &units=kg&goal=strength&level=beginner&days_per_week=3&session_minutes=45&rest_seconds=90&theme=dark&equipment=band\
    &slot=b1s1&operation=0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60&weight=20%2C5&repetitions=8&workout=1&time_zone=Asia%2FTokyo";

const CALL_PATH: &str = "/rpc/log";
const CALL: &[u8] = br#"{"owner":null,"workout":"0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60","operations":[{"id":"00000000-0000-0000-0000-000000000001","entry":"b1s1\t1772388000000\tgoblet_squat\tkg 20\t12\t\t"}]}"#;
// slim: instead
// /// What every form has a use for some part of.
// const FORM: &[u8] = b"email=ann%40example.com&password=a+long+walk&display_name=Ann&handle=x&provider=elsewhere&return_to=%2F\
//     &theme=dark&current_password=x&new_password=y&confirm=z&click=1";
//
// const CALL_PATH: &str = "/rpc/save_theme";
// const CALL: &[u8] = br#"{"owner":null,"theme":"dark"}"#;
// slim: end

const REPORT: &[u8] = br#"{"csp-report":{"violated-directive":"img-src","blocked-uri":"https://a.example/?b","document-uri":"https://c.example"}}"#;

/// Headers that something reads, with what they usually say.
const HEADERS: [(&str, &[u8]); 10] = [
    ("accept", b"text/html,application/json;q=0.9,*/*;q=0.8"),
    ("accept-encoding", b"gzip, deflate, br;q=0.5"),
    ("content-type", b"application/x-www-form-urlencoded; charset=utf-8"),
    ("cookie", b"promo=1; sessionId=v1.AAAAAAAAAAAAAAAAAAAABw.1772355600000.s.scfYUrDQNb4kyK; oauthAttempt-x=AAAA; device=B"),
    ("if-modified-since", b"Sun, 01 Mar 2026 09:00:00 GMT"),
    ("origin", b"https://site.example"),
    ("range", b"bytes=0-499, -500"),
    ("sec-fetch-site", b"same-origin"),
    ("user-agent", b"Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"),
    ("x-forwarded-for", b"192.0.2.1, [2001:db8::1]:443, ::ffff:192.0.2.7"),
];

/// Something that is nearly understood: some bytes of it are others, missing or more.
fn near(valid: &[u8]) -> impl Strategy<Value = Vec<u8>> {
    let (valid, edit) = (valid.to_vec(), (any::<Index>(), 0..4_usize, vec(any::<u8>(), 0..4)));
    vec(edit, 0..4).prop_map(move |edits| {
        let mut bytes = valid.clone();
        for (at, removed, added) in edits {
            let at = at.index(bytes.len() + 1);
            let end = (at + removed).min(bytes.len());
            bytes.splice(at..end, added);
        }
        bytes
    })
}

struct Hostile {
    app: TestApp,
    runner: TestRunner,
}

impl Hostile {
    async fn new() -> Self {
        let app = Setup::default().var("TRUST_PROXY", "2").spawn().await;
        Self { app, runner: TestRunner::default() }
    }

    fn bytes(&mut self, valid: &[u8]) -> Vec<u8> {
        near(valid).new_tree(&mut self.runner).unwrap().current()
    }

    fn headers(&self, content_type: &'static str) -> HeaderMap {
        HeaderMap::from_iter([
            (http::header::CONTENT_TYPE, HeaderValue::from_static(content_type)),
            (http::header::ORIGIN, self.app.origin.parse().unwrap()),
        ])
    }
}

fn assert_answered(answer: &Answer, place: &str, sent: &[u8]) {
    assert!(
        !answer.status.is_server_error(),
        "{place} {}: {} {}",
        answer.status,
        sent.escape_ascii(),
        answer.body
    );
}

async fn post(hostile: &Hostile, browser: &Browser, path: &str, kind: &'static str, body: Vec<u8>) {
    let mut headers = hostile.headers(kind);
    if let Some(token) = browser.csrf_token().await {
        headers.insert("x-csrf-token", token.parse().unwrap());
    }
    let answer = browser.copy().send(Method::POST, path, headers, Some(body.clone())).await;
    assert_answered(&answer, path, &body);
}

#[tokio::test]
async fn no_body_of_a_form_is_an_error_of_the_server() {
    let mut hostile = Hostile::new().await;
    let ann = hostile.app.registered("ann@example.com").await;
    let token = ann.csrf_token().await.unwrap();
    for form in
        forms().into_iter().filter(|form| !["logout", "end-others"].iter().any(|end| form.path.contains(end)))
    {
        for _ in 0..CASES / 8 {
            let body = hostile.bytes(FORM);
            let with_token = [&body[..], format!("&csrf_token={token}").as_bytes()].concat();
            let stranger = hostile.app.browser();
            post(&hostile, &stranger, form.path, "application/x-www-form-urlencoded", body).await;
            post(&hostile, &ann, form.path, "application/x-www-form-urlencoded", with_token).await;
        }
    }
    hostile.app.browser().log_in("ann@example.com", PASSWORD).await;
}

#[tokio::test]
async fn no_call_report_or_callback_is_an_error_of_the_server() {
    let mut hostile = Hostile::new().await;
    let ann = hostile.app.registered("ann@example.com").await;
    for _ in 0..CASES {
        let call = hostile.bytes(CALL);
        post(&hostile, &ann, CALL_PATH, "application/json", call).await;
        let report = hostile.bytes(REPORT);
        post(&hostile, &ann, "/csp-reports", "application/csp-report", report).await;
        hostile.app.wait(6);
        let query: String = hostile
            .bytes(b"code=a&state=b&iss=c")
            .iter()
            .map(|byte| match byte {
                b'&' | b'=' | b'a'..=b'z' => char::from(*byte).to_string(),
                other => format!("%{other:02x}"),
            })
            .collect();
        let answer = hostile.app.browser().get(&format!("/auth/elsewhere/callback?{query}")).await;
        assert_answered(&answer, "callback", query.as_bytes());
    }
}

#[tokio::test]
async fn no_header_is_an_error_of_the_server() {
    let mut hostile = Hostile::new().await;
    for (name, valid) in HEADERS {
        for _ in 0..CASES {
            let bytes = hostile.bytes(valid);
            // Some bytes no client can send.
            let Ok(value) = HeaderValue::from_bytes(&bytes) else { continue };
            for (method, path) in
                [(Method::GET, "/account"), (Method::GET, "/robots.txt"), (Method::POST, "/api/auth/login")]
            {
                let mut headers = hostile.headers("application/x-www-form-urlencoded");
                headers.insert(HeaderName::from_static(name), value.clone());
                let body = (method == Method::POST).then(|| b"email=x&password=y".to_vec());
                let answer = hostile.app.browser().send(method, path, headers, body).await;
                assert_answered(&answer, name, &bytes);
            }
        }
    }
}
