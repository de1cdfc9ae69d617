//! The limits of connections, over HTTP.

use std::time::Duration;

use accounts::password::Load;
use connections::Limits;
use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
use tokio::net::TcpStream;

use crate::support::helpers::{PASSWORD, Setup, TestApp};
use crate::support::watched::Watch;

pub(super) async fn sent(app: &TestApp, text: &str) -> TcpStream {
    let mut stream = TcpStream::connect(app.url.trim_start_matches("http://")).await.unwrap();
    stream.write_all(text.as_bytes()).await.unwrap();
    stream
}

pub(super) async fn rest(mut stream: TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(Duration::from_secs(20), stream.read_to_end(&mut bytes)).await.unwrap().unwrap();
    String::from_utf8_lossy(&bytes).into_owned()
}

#[tokio::test]
async fn clients_that_trickle_keep_nobody_out() {
    let app = Setup::default().limits(Limits { connections: 8, ..Limits::default() }).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let mut slow = Vec::new();
    for i in 0..30 {
        slow.push(sent(&app, &format!("GET /{i} HTTP/1.1\r\nHost: x\r\nCookie: a")).await);
        assert_eq!(app.browser().get("/healthz").await.status, 200);
    }
    assert!(ann.is_signed_in().await);
}

#[tokio::test]
async fn sixty_four_kilobytes_of_foreign_cookies_do_no_harm() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for i in 0..16 {
        ann.set_cookie(&format!("a_foreign_{i}"), &"x".repeat(4000));
    }
    assert_eq!(ann.get("/account").await.status, 200);
}

#[tokio::test]
async fn a_form_that_never_ends_is_refused() {
    let limits = Limits { body: Duration::from_millis(200), ..Limits::default() };
    let app = Setup::default().limits(limits).spawn().await;
    let head = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: 100\r\n\r\nemail=a",
        app.origin
    );
    let answer = rest(sent(&app, &head).await).await;
    assert!(answer.starts_with("HTTP/1.1 400"), "{answer}");
}

#[tokio::test]
async fn a_full_server_answers_like_one_that_is_too_busy() {
    let watch = Watch::new();
    let limits = Limits { connections: 1, ..Limits::default() };
    let app = Setup::default().watched(&watch).limits(limits).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let gate = watch.pause_at("load");
    let refused = async {
        gate.reached().await;
        let mut answers = Vec::new();
        for accept in ["", "Accept: application/json\r\n", "Accept: text/HTML, */*\r\n"] {
            answers.push(rest(sent(&app, &format!("GET / HTTP/1.1\r\nHost: x\r\n{accept}\r\n")).await).await);
        }
        gate.open();
        answers
    };
    let (served, answers) = tokio::join!(ann.get("/account"), refused);
    assert_eq!(served.status, 200);
    // As of `AppError::Busy`, which a handler answers with when too many are waiting.
    for (answer, is_page) in answers.iter().zip([false, false, true]) {
        let (head, body) = answer.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 503"), "{head}");
        assert!(head.contains("retry-after: 5"), "{head}");
        assert_eq!(head.contains("content-type: text/plain"), is_page, "{head}");
        if !is_page {
            let json: serde_json::Value = serde_json::from_str(body).unwrap();
            assert_eq!(json, serde_json::json!({ "error": "busy", "fields": {} }));
        }
    }
}

/// One answer on a connection that stays open, as that of a proxy does.
async fn answer(stream: &mut TcpStream) -> String {
    let mut text = String::new();
    loop {
        let mut buffer = [0; 4096];
        let read = tokio::time::timeout(Duration::from_secs(20), stream.read(&mut buffer)).await;
        let read = read.unwrap().unwrap();
        assert_ne!(read, 0, "closed after {text}");
        text += &String::from_utf8_lossy(&buffer[..read]);
        let Some((head, body)) = text.split_once("\r\n\r\n") else { continue };
        let mut lines = head.lines().filter_map(|line| line.strip_prefix("content-length: "));
        if lines.next().is_some_and(|length| length.parse() == Ok(body.len())) {
            return text;
        }
    }
}

#[tokio::test]
async fn it_is_the_visitor_who_is_limited_and_not_the_connection_of_a_proxy() {
    let app = Setup::default().var("TRUST_PROXY", "1").var("LOGIN_LIMIT", "1/1m").spawn().await;
    let mut proxy = sent(&app, "").await;
    for (visitor, status) in [
        ("192.0.2.1", "422"),
        ("192.0.2.1", "429"),
        ("192.0.2.2", "422"),
        ("192.0.2.1", "429"),
        ("2001:db8::1", "422"),
    ] {
        let body = "email=ann%40example.com&password=wrong";
        let request = format!(
            "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nAccept: application/json\r\n\
             X-Forwarded-For: {visitor}\r\nContent-Type: application/x-www-form-urlencoded\r\n\
             Content-Length: {}\r\n\r\n{body}",
            app.origin,
            body.len()
        );
        proxy.write_all(request.as_bytes()).await.unwrap();
        let answer = answer(&mut proxy).await;
        assert!(answer.starts_with(&format!("HTTP/1.1 {status}")), "{visitor}: {answer}");
    }
}

/// If a proxy and this server disagreed about the end of a request, what one visitor sends could become the beginning of
/// another's request (RFC 9112 §11.2).
#[tokio::test]
async fn where_a_request_ends_is_beyond_doubt() {
    let app = TestApp::spawn().await;
    let head = "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nSec-Fetch-Site: same-origin\r\n\
                Content-Type: application/x-www-form-urlencoded\r\n";
    let next = "GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n";
    // By its length, the body would reach to the end of the next request.
    let length = 5 + next.len();
    let both = format!("{head}Transfer-Encoding: chunked\r\nContent-Length: {length}\r\n\r\n0\r\n\r\n{next}");
    let answers = rest(sent(&app, &both).await).await;
    // The chunks count, the form was empty, and what follows is not trusted to be a request.
    assert!(
        answers.starts_with("HTTP/1.1 422") && answers.contains("\r\nconnection: close\r\n"),
        "{answers}"
    );
    assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "{answers}");
    for framing in [
        "Content-Length: 3\r\nContent-Length: 4",
        "Content-Length: +3",
        "Content-Length: 0x3",
        "Transfer-Encoding: gzip",
        "Transfer-Encoding: chunked, gzip",
        "Transfer-Encoding : chunked",
        "X: a\r\n b\r\nContent-Length: 3",
    ] {
        let answers = rest(sent(&app, &format!("{head}{framing}\r\n\r\na=b{next}")).await).await;
        assert!(answers.starts_with("HTTP/1.1 400"), "{framing}: {answers}");
        assert_eq!(answers.matches("HTTP/1.1 ").count(), 1, "nothing after it is read: {framing}: {answers}");
    }
}

/// Each login that is cut off has a connection and, from some byte on, a place in the line for hashing.
#[tokio::test]
async fn clients_that_go_away_at_any_byte_hold_nothing() {
    let limits = Limits { connections: 16, ..Limits::default() };
    let setup =
        Setup::default().limits(limits).var("LOGIN_LIMIT", "1000/1m").var("LOGIN_LIMIT_ADDRESS", "1000/1m");
    let app = setup.spawn().await;
    app.registered("ann@example.com").await;
    let body = format!("email=ann%40example.com&password={}", PASSWORD.replace(' ', "+"));
    let request = format!(
        "POST /api/auth/login HTTP/1.1\r\nHost: x\r\nOrigin: {}\r\nAccept: text/html\r\nContent-Type: \
         application/x-www-form-urlencoded\r\nContent-Length: {}\r\n\r\n{body}",
        app.origin,
        body.len()
    );
    for cut in 0..=request.len() {
        drop(sent(&app, &request[..cut]).await);
    }
    // At any moment of the hashing, and of the wait for it.
    for after in 0..40 {
        let stream = sent(&app, &request).await;
        tokio::time::sleep(Duration::from_millis(after)).await;
        drop(stream);
    }
    // In the middle of the answer.
    for read in 1..40 {
        let mut stream = sent(&app, &request).await;
        stream.read_exact(&mut vec![0; read * 10]).await.unwrap();
    }
    let begun = tokio::time::Instant::now();
    while app.app.accounts.password_load() != (Load { log_in: 0, register: 0, running: 0 }) {
        assert!(begun.elapsed() < Duration::from_secs(20), "{:?}", app.app.accounts.password_load());
        tokio::time::sleep(Duration::from_millis(10)).await;
    }
    // Leaked connections would be used up by now.
    for _ in 0..2 {
        let logins =
            (0..8).map(|_| async { app.browser().log_in("ann@example.com", PASSWORD).await.status.as_u16() });
        assert_eq!(futures::future::join_all(logins).await, [303; 8]);
    }
}
