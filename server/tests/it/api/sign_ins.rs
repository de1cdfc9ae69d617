//! New sign-ins on `/account`: marked until the owner says that they have seen them.

use http::{HeaderMap, Method};
use scraper::{Html, Selector};

use crate::support::helpers::{Answer, Browser, PASSWORD, Setup, TestApp};

const ANN: &str = "ann@example.com";

/// The addresses of the sign-ins that are marked.
fn marked(page: &Answer) -> Vec<String> {
    let html = Html::parse_document(&page.body);
    let (row, mark) = (Selector::parse("tbody tr").unwrap(), Selector::parse(".badge").unwrap());
    let last = Selector::parse("td:last-child").unwrap();
    let rows = html.select(&row).filter(|row| row.select(&mark).next().is_some());
    rows.map(|row| row.select(&last).next().unwrap().text().collect()).collect()
}

async fn seen(browser: &Browser, until: &str) -> Answer {
    browser.post("/api/account/seen", &[("until", until)]).await
}

/// Ann at her own address, and somebody who signs in as her at another one, each a second later.
async fn ann_and_another(app: &TestApp) -> (Browser, Browser) {
    let ann = app.registered(ANN).await;
    app.wait(1);
    let other = app.browser().at("198.51.100.7");
    other.log_in(ANN, PASSWORD).await.assert_redirect("/");
    app.wait(1);
    (ann, other)
}

async fn behind_a_proxy() -> TestApp {
    Setup::default().var("TRUST_PROXY", "1").spawn().await
}

#[tokio::test]
async fn they_are_marked_until_the_owner_has_seen_them() {
    let app = behind_a_proxy().await;
    let (ann, other) = ann_and_another(&app).await;
    let page = ann.get("/account").await;
    assert_eq!(marked(&page), ["198.51.100.7"], "{}", page.body);
    assert!(page.body.contains("1 new sign-in"));
    // To look is not to say so, however often and by whatever.
    ann.get("/account").await;
    ann.send(Method::HEAD, "/account", HeaderMap::new(), None).await;
    let prefetch = HeaderMap::from_iter([("sec-purpose".parse().unwrap(), "prefetch".parse().unwrap())]);
    ann.send(Method::GET, "/account", prefetch, None).await;
    let until = ann.get("/account").await.input("until").expect("still marked");

    // One that comes between page and click has not been seen.
    let third = app.browser().at("203.0.113.9");
    third.log_in(ANN, PASSWORD).await.assert_redirect("/");
    app.wait(1);
    seen(&ann, &until).await.assert_redirect("/account?done=seen");
    let page = ann.get("/account?done=seen").await;
    assert!(page.role("status").contains("Marked as seen."));
    assert_eq!(marked(&page), ["203.0.113.9"]);
    let until = page.input("until").unwrap();
    seen(&ann, &until).await.assert_redirect("/account?done=seen");
    let page = ann.get("/account").await;
    assert_eq!(marked(&page), [""; 0]);
    assert_eq!(page.input("until"), None);
    assert!(!page.body.contains("new sign-in"));
    // It holds for the account, in whatever session.
    assert_eq!(marked(&other.get("/account").await), [""; 0]);
}

#[tokio::test]
async fn that_of_the_session_itself_is_not_new_to_it() {
    let app = behind_a_proxy().await;
    let (ann, other) = ann_and_another(&app).await;
    assert_eq!(marked(&ann.get("/account").await), ["198.51.100.7"]);
    let first = marked(&other.get("/account").await);
    assert_eq!(first.len(), 1);
    assert_ne!(first, ["198.51.100.7"], "the one who looks knows their own");
}

#[tokio::test]
async fn who_has_seen_the_others_has_seen_their_own_too() {
    let app = behind_a_proxy().await;
    ann_and_another(&app).await;
    // Hers and the other's; none, because her own was on the page; and that of a session in which she said nothing.
    for new in [2, 0, 1] {
        let ann = app.logged_in(ANN).await;
        app.wait(1);
        let page = ann.get("/account").await;
        assert_eq!(marked(&page).len(), new);
        if let Some(until) = page.input("until") {
            seen(&ann, &until).await.assert_redirect("/account?done=seen");
        }
    }
}

#[tokio::test]
async fn what_is_no_moment_is_refused_and_the_future_is_not_seen_yet() {
    let app = behind_a_proxy().await;
    let (ann, _) = ann_and_another(&app).await;
    for bad in ["", "now", "1e3", "99999999999999999999"] {
        assert_eq!(seen(&ann, bad).await.status, 400, "{bad}");
        assert_eq!(seen(&ann.json(), bad).await.status, 400, "{bad}");
    }
    assert_eq!(marked(&ann.get("/account").await).len(), 1);
    // What is outside of the calendar is long past.
    for past in [i64::MIN, 0, i64::MAX] {
        seen(&ann, &past.to_string()).await.assert_redirect("/account?done=seen");
        assert_eq!(marked(&ann.get("/account").await).len(), 1, "{past}");
    }
    // The end of the year 9999.
    seen(&ann, "253402300799999").await.assert_redirect("/account?done=seen");
    assert_eq!(marked(&ann.get("/account").await).len(), 0);
    app.wait(1);
    let third = app.browser().at("203.0.113.9");
    third.log_in(ANN, PASSWORD).await.assert_redirect("/");
    assert_eq!(marked(&ann.get("/account").await), ["203.0.113.9"]);
}
