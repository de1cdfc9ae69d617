use crate::support::helpers::{Setup, TestApp};

const PAGES: &[&str] = &[
    "/",
    "/login",
    "/register",
    "/preferences",
    "/workout", // slim: trainer
    "/session",
    "/session-info",
    "/no/such/page",
    "/healthz",
];

#[tokio::test]
async fn every_answer_carries_the_security_headers() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for browser in [&app.browser(), &ann] {
        for path in
            PAGES.iter().chain(&["/account", /* slim: trainer */ "/history" /* slim: end */])
        {
            let answer = browser.get(path).await;
            assert_eq!(answer.header("x-content-type-options"), "nosniff", "{path}");
            assert_eq!(answer.header("referrer-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cross-origin-opener-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cross-origin-resource-policy"), "same-origin", "{path}");
            assert_eq!(answer.header("cache-control"), "no-store", "{path}");
            let mut vary = answer.headers.get_all("vary").iter().map(|value| value.to_str().unwrap());
            assert!(vary.any(|names| names.to_ascii_lowercase().contains("cookie")), "{path}");
            assert_eq!(answer.header("strict-transport-security"), "", "not over http");
            assert_eq!(answer.header("reporting-endpoints"), "csp=\"/csp-reports\"", "{path}");
            let permissions = answer.header("permissions-policy");
            assert!(permissions.contains("camera=()") && permissions.contains("geolocation=()"), "{path}");
            let policy = answer.header("content-security-policy");
            for part in [
                "default-src 'none'",
                "frame-ancestors 'none'",
                "base-uri 'none'",
                "form-action 'self'",
                "font-src 'self'",
                "report-uri /csp-reports",
                "report-to csp",
            ] {
                assert!(policy.contains(part), "{path}: {policy}");
            }
            assert!(!policy.contains("unsafe-inline") && !policy.contains("'unsafe-eval'"), "{policy}");
        }
    }
}

#[tokio::test]
async fn the_nonce_is_new_for_every_answer_and_stands_nowhere_else() {
    let app = TestApp::spawn().await;
    let mut seen = std::collections::BTreeSet::new();
    for path in [
        "/preferences",
        "/login",
        "/",
        "/preferences",
        "/workout", // slim: trainer
    ] {
        let page = app.browser().get(path).await;
        let policy = page.header("content-security-policy");
        let nonce = policy.split("'nonce-").nth(1).unwrap().split('\'').next().unwrap().to_owned();
        assert!(nonce.len() >= 22, "128 bits");
        let shown = page.body.matches(&nonce).count();
        let attributes = page.body.matches(&format!("nonce=\"{nonce}\"")).count();
        assert_eq!(shown, attributes, "{path}: the nonce is only in nonce attributes");
        for script in page.body.split("<script").skip(1) {
            let tag = script.split('>').next().unwrap();
            assert!(
                tag.contains("src=") || tag.contains(&format!("nonce=\"{nonce}\"")),
                "{path}: <script{tag}>"
            );
        }
        assert!(!page.body.contains(" style="), "{path}");
        assert!(seen.insert(nonce));
    }
    let island = app.browser().get("/preferences").await;
    assert!(island.body.contains("nonce=\""), "an island page has an inline script");
}

#[tokio::test]
async fn https_brings_hsts_and_the_secure_prefix() {
    let app =
        Setup::default().var("PUBLIC_URL", "https://site.example").var("APP_ENV", "production").spawn().await;
    let answer = app.browser().get("/").await;
    let hsts = answer.header("strict-transport-security");
    assert!(hsts.contains("max-age=31536000") && hsts.contains("includeSubDomains"));
}

#[tokio::test]
async fn subdomains_can_be_left_out_of_hsts() {
    let app = Setup::default()
        .var("PUBLIC_URL", "https://site.example")
        .var("APP_ENV", "production")
        .var("HSTS_SUBDOMAINS", "false")
        .spawn()
        .await;
    assert_eq!(app.browser().get("/").await.header("strict-transport-security"), "max-age=31536000");
}

#[tokio::test]
async fn in_development_there_is_one_loopback_name() {
    let app = TestApp::spawn().await;
    let mut headers = http::HeaderMap::new();
    let port = app.url.rsplit(':').next().unwrap();
    headers.insert("host", format!("localhost:{port}").parse().unwrap());
    let answer = app.browser().send(http::Method::GET, "/session?a=b", headers.clone(), None).await;
    assert_eq!(answer.status, 307);
    assert_eq!(answer.location(), format!("{}/session?a=b", app.url));
    let health = app.browser().send(http::Method::GET, "/healthz", headers, None).await;
    assert_eq!(health.status, 200, "only pages are redirected");
    let mut headers = http::HeaderMap::new();
    headers.insert("host", "site.example".parse().unwrap());
    assert_eq!(app.browser().send(http::Method::GET, "/", headers, None).await.status, 200);
}

#[tokio::test]
async fn answers_are_compressed_for_those_who_ask() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let mut headers = http::HeaderMap::new();
    headers.insert("accept-encoding", "br".parse().unwrap());
    let answer = ann.send(http::Method::GET, "/session", headers, None).await;
    assert_eq!(answer.header("content-encoding"), "br");
}

/// The length of a compressed page with an address and text from the query would tell whether they are alike.
#[tokio::test]
async fn what_may_hold_text_from_a_query_is_not_compressed() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let length = async |guess: &str| {
        let mut headers = http::HeaderMap::new();
        headers.insert("accept-encoding", "br, gzip".parse().unwrap());
        let path = format!("/account/confirm?return_to=/{guess}");
        let answer = ann.send(http::Method::GET, &path, headers, None).await;
        assert_eq!((answer.status.as_u16(), answer.header("content-encoding")), (200, ""));
        assert!(answer.body.contains(guess), "the page holds what the query brought");
        answer.body.len()
    };
    assert_eq!(length("ann-example-com").await, length("bob-example-org").await);
}

#[tokio::test]
async fn there_are_no_third_parties() {
    let app = TestApp::spawn().await;
    for path in PAGES {
        let body = app.browser().get(path).await.body;
        for found in
            body.split("http").skip(1).filter(|rest| rest.starts_with("://") || rest.starts_with("s://"))
        {
            assert!(found.contains("www.w3.org"), "{path}: http{}", &found[..found.len().min(60)]);
        }
    }
}
