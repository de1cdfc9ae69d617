//! Requests that are not a person's click: prefetches, `HEAD`, crawlers. They leave nothing behind.

use futures::future::join_all;
use http::{HeaderMap, HeaderValue, Method, StatusCode};

use crate::api::oauth::local;
use crate::support::helpers::{Answer, Browser, Setup, TestApp, forms};
use crate::support::provider::allow;
use crate::support::watched::Watch;

const PREFETCH: (&str, &str) = ("sec-purpose", "prefetch");

/// How machines announce themselves.
const MACHINES: &[(&str, &str)] = &[
    PREFETCH,
    ("sec-purpose", "prefetch;prerender"),
    ("purpose", "prefetch"),
    ("x-moz", "prefetch"),
    ("sec-fetch-dest", "image"),
    ("user-agent", "Mozilla/5.0 (compatible; Googlebot/2.1; +http://www.google.com/bot.html)"),
];

async fn with(
    browser: &Browser,
    method: Method,
    path: &str,
    (name, value): (&'static str, &'static str),
) -> Answer {
    let mut headers = HeaderMap::new();
    headers.insert(name, HeaderValue::from_static(value));
    browser.send(method, path, headers, None).await
}

#[tokio::test]
async fn they_start_no_login_and_get_no_cookie() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    for header in MACHINES {
        for path in ["/auth/elsewhere", "/auth/elsewhere/callback?code=a&state=b"] {
            let answer = with(&app.browser(), Method::GET, path, *header).await;
            assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE, "{header:?} {path}");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(answer.set_cookies().is_empty());
        }
    }
    assert!(watch.take().is_empty());
    assert_eq!(app.stats().await.live, 0);
}

#[tokio::test]
async fn they_use_up_neither_an_intent_nor_a_state() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.post("/api/identities/link", &[("provider", "elsewhere")])
        .await
        .assert_redirect("/account/link/elsewhere");
    for header in MACHINES {
        with(&ann, Method::GET, "/auth/elsewhere", *header).await;
    }
    assert_eq!(with(&ann, Method::HEAD, "/auth/elsewhere", ("x-none", "")).await.status, 405);
    let start = ann.get("/auth/elsewhere").await;
    assert!(start.location().contains("state="), "the intent is still there: {}", start.location());
    let back = allow(&ann, local(&app, start.location()), "Ann", "ann@elsewhere.example");
    let callback = local(&app, back.location());
    for header in MACHINES {
        with(&ann, Method::GET, callback, *header).await;
    }
    assert_eq!(with(&ann, Method::HEAD, callback, ("x-none", "")).await.status, 405);
    ann.get(callback).await.assert_redirect("/account?done=linked");
}

/// Whatever answers a GET, but the way to a provider and back, which refuses them.
fn addresses() -> Vec<String> {
    let pages = web::routes::table().pages();
    let pages = pages.iter().copied().filter(|path| !path.starts_with("/auth/"));
    let all = pages.chain(forms().into_iter().map(|form| form.path));
    let id = "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60";
    all.map(|path| path.replace("{id}", id).replace("{provider}", "elsewhere")).collect()
}

#[tokio::test]
async fn they_are_no_activity() {
    let (watch, database) = (Watch::new(), Watch::new());
    let app = Setup::default().watched(&watch).watched_database(&database).spawn().await;
    let ann = app.registered("ann@example.com").await;
    let addresses = addresses();
    assert!(addresses.len() > 10 && addresses.iter().any(|path| path == "/account"));
    assert!(addresses.iter().any(|path| path == "/history/export.csv")); // slim: trainer
    app.wait(61);
    watch.take();
    database.take();
    for path in &addresses {
        for (method, header) in [(Method::HEAD, ("x-none", "")), (Method::GET, PREFETCH)] {
            // Has no end. Pages ask it by `HEAD`.
            if path == ::model::EVENTS && method == Method::GET {
                continue;
            }
            let answer = with(&ann, method.clone(), path, header).await;
            assert!(answer.set_cookies().is_empty(), "{method} {path}");
            let operations = watch.take();
            assert!(
                operations.keys().all(|name| ["load", "list"].contains(name)),
                "{method} {path}: {operations:?}"
            );
            let operations = database.take();
            let writes = [
                "add_", "create_", "delete_", "forgive", "link_", "put_", "save_", "set_", "take_", "unlink_",
            ];
            assert!(
                operations.keys().all(|name| !writes.iter().any(|write| name.starts_with(write))),
                "{method} {path}: {operations:?}"
            );
        }
    }
    ann.get("/").await;
    assert_eq!(watch.take().get("touch"), Some(&1));
}

/// As after starts at the same moment in eight tabs.
#[tokio::test]
async fn they_remove_no_cookie() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    join_all((0..8).map(|_| olga.get("/auth/elsewhere"))).await;
    for (method, header) in [(Method::HEAD, ("x-none", "")), (Method::GET, PREFETCH)] {
        let answer = with(&olga, method.clone(), "/login", header).await;
        assert!(answer.set_cookies().is_empty(), "{method}");
    }
    assert_eq!(olga.attempt_cookies().len(), 8);
    assert!(!olga.get("/login").await.set_cookies().is_empty(), "a person's click");
}

#[tokio::test]
async fn they_sign_nobody_out_and_take_no_reason_away() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(31 * 60);
    watch.take();
    for (method, header) in [(Method::HEAD, ("x-none", "")), (Method::GET, PREFETCH)] {
        let answer = with(&ann, method, "/account", header).await;
        answer.assert_redirect("/login?return_to=/account&expired=true");
        assert!(answer.set_cookies().is_empty());
        assert_eq!(watch.take().into_iter().collect::<Vec<_>>(), [("load", 1)]);
    }
    ann.get("/account").await.assert_redirect("/login?return_to=/account&expired=true");
    with(&ann, Method::HEAD, "/login", ("x-none", "")).await;
    let ahead = with(&ann, Method::GET, "/login", PREFETCH).await;
    assert!(!ahead.role("status").is_empty(), "the browser may show this page");
    assert!(!ann.get("/login").await.role("status").is_empty());
    assert!(ann.get("/login").await.role("status").is_empty(), "a person has seen it");
}

#[tokio::test]
async fn an_attempt_neither_prolongs_nor_shortens_a_session() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    app.wait(300);
    // Begun in the meantime.
    let saved = olga.save_preferences(&[("theme", "dark")]).await;
    assert_eq!(saved.session_cookie().unwrap().max_age(), Some(time::Duration::hours(24)));
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    app.wait(301);
    olga.get(local(&app, back.location())).await.assert_redirect("/login?error=oauth_expired");
    app.wait(3600);
    assert_eq!(olga.info().await["preferences"]["theme"], "dark");
    let again = olga.get("/auth/elsewhere").await;
    assert!(again.attempt_cookie().is_none(), "now the session keeps it");
    app.wait(3600);
    assert_eq!(olga.info().await["preferences"]["theme"], "dark");
}

#[test]
fn robots_are_kept_from_all_that_is_no_page() {
    let robots = include_str!("../../../../public/robots.txt");
    let disallowed: Vec<_> = robots.lines().filter_map(|line| line.strip_prefix("Disallow: ")).collect();
    let others = ["/auth/elsewhere", "/auth/elsewhere/callback", "/session-info", "/sessions"];
    for path in forms().iter().map(|form| form.path).chain(others) {
        assert!(disallowed.iter().any(|prefix| path.starts_with(prefix)), "{path}");
    }
    for path in
        ["/", "/login", "/register", "/preferences", /* slim: trainer */ "/workout" /* slim: end */]
    {
        assert!(!disallowed.iter().any(|prefix| path.starts_with(prefix)), "{path}");
    }
}
