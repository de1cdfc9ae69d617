use serde_json::Value;
use session_rows::{Created, Lookup, NewRow, RowKey};
use time::{Duration, OffsetDateTime};

use crate::api::oauth::local;
use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::provider::allow;
use crate::support::watched::Watch;

async fn handles(browser: &Browser) -> Vec<(String, bool)> {
    let list = browser.json().get("/sessions").await.json();
    let one = |session: &Value| (session["handle"].as_str().unwrap().to_owned(), session["current"] == true);
    list.as_array().unwrap().iter().map(one).collect()
}

#[tokio::test]
async fn every_device_is_listed_and_the_own_one_marked() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    app.wait(10);
    let phone = app.logged_in("ann@example.com").await;
    app.registered("bob@example.com").await;
    let list = handles(&laptop).await;
    assert_eq!(list.len(), 2);
    assert_eq!(list.iter().filter(|(_, current)| *current).count(), 1);
    let first = phone.json().get("/sessions").await.json()[0].clone();
    assert_eq!(first["current"], true, "newest activity first");
    for field in ["login_time", "last_activity", "ip_address", "provider"] {
        assert!(first[field].is_string(), "{field}");
    }
    let page = laptop.get("/session").await;
    assert_eq!(page.body.matches("This device").count(), 1);
    assert_eq!(page.body.matches("End this session").count(), 1, "others only");
    assert!(page.body.contains("Log out other sessions") && page.body.contains("Log out everywhere"));
}

#[tokio::test]
async fn one_session_can_be_ended() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    let list = handles(&laptop).await;
    let other = &list.iter().find(|(_, current)| !current).unwrap().0;
    laptop.post("/api/sessions/end", &[("handle", other)]).await.assert_redirect("/session?done=ended");
    phone.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
    assert!(laptop.is_signed_in().await);
}

#[tokio::test]
async fn ending_the_own_session_is_a_log_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let own = handles(&ann).await.remove(0).0;
    ann.post("/api/sessions/end", &[("handle", &own)]).await.assert_redirect("/login");
    assert_eq!(ann.session_cookie(), None);
}

#[tokio::test]
async fn an_unknown_or_foreign_handle_ends_nothing() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let foreign = handles(&bob).await.remove(0).0;
    for handle in [foreign.as_str(), "nothing", ""] {
        let answer = ann.json().post("/api/sessions/end", &[("handle", handle)]).await;
        assert_eq!(answer.status, 404, "{handle}");
        let answer = ann.post("/api/sessions/end", &[("handle", handle)]).await;
        answer.assert_redirect("/session?error=session_not_found");
    }
    assert!(!ann.get("/session?error=session_not_found").await.role("alert").is_empty());
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn all_others_can_be_ended() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    let tablet = app.logged_in("ann@example.com").await;
    laptop.post("/api/sessions/end-others", &[]).await.assert_redirect("/session?done=others_ended");
    assert!(laptop.is_signed_in().await);
    assert!(!phone.is_signed_in().await && !tablet.is_signed_in().await);
}

#[tokio::test]
async fn the_list_is_for_the_signed_in_and_limited() {
    let app = TestApp::spawn().await;
    let answer = app.browser().get("/sessions").await;
    assert_eq!(answer.status, 401);
    assert_eq!(answer.json()["error"], "unauthenticated");
    let ann = app.registered("ann@example.com").await;
    for _ in 0..3 {
        app.logged_in("ann@example.com").await;
    }
    let answer = ann.json().get("/sessions?limit=2").await;
    assert_eq!(answer.json().as_array().unwrap().len(), 2);
    assert_eq!(answer.header("x-total-count"), "4");
    for bad in ["0", "101", "-1", "x", "1&limit=2"] {
        assert_eq!(ann.json().get(&format!("/sessions?limit={bad}")).await.status, 400, "{bad}");
    }
}

#[tokio::test]
async fn the_page_lists_fifty_and_says_how_many_more() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(1);
    for _ in 0..54 {
        app.logged_in("ann@example.com").await;
    }
    let page = ann.get("/session").await;
    assert_eq!(page.body.matches("This device").count(), 1, "however old it is");
    assert_eq!(page.body.matches("End this session").count(), 49);
    assert!(page.body.contains("5 more"), "{}", page.body);
}

/// One more session of the account, last used at that time.
async fn add_session(app: &TestApp, owner: &str, number: u8, last_activity: OffsetDateTime) {
    let row = NewRow {
        key: RowKey([number; 32]),
        handle: format!("handle-{number}"),
        owner: Some(owner.to_owned()),
        data: Vec::new(),
        created_at: last_activity,
        last_activity,
        expires_at: last_activity + Duration::days(1),
        live_until: last_activity + Duration::hours(1),
    };
    assert_eq!(app.app.sessions.rows.create(&row).await.unwrap(), Created::Inserted);
}

#[tokio::test]
async fn beyond_a_hundred_sessions_a_login_ends_those_idle_longest() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let owner = laptop.info().await["user"]["id"].as_str().unwrap().to_owned();
    app.wait(3600 * 24);
    let begin = app.clock.now();
    for number in 1..=130 {
        add_session(&app, &owner, number, begin + Duration::seconds(number.into())).await;
    }
    app.wait(130);
    let bob = app.registered("bob@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    assert!(phone.is_signed_in().await && bob.is_signed_in().await);
    let listed = phone.json().get("/sessions").await;
    assert_eq!(listed.header("x-total-count"), "100");
    let load =
        async |number: u8| app.app.sessions.rows.load(&RowKey([number; 32]), app.clock.now()).await.unwrap();
    assert_eq!(load(31).await, Lookup::Missing);
    assert_ne!(load(32).await, Lookup::Missing, "with the new one there are a hundred");
    assert!(phone.get("/account").await.body.contains("Oldest sessions ended"), "the person is told");

    // The next one makes room for itself.
    let tablet = app.logged_in("ann@example.com").await;
    assert_eq!(tablet.json().get("/sessions").await.header("x-total-count"), "100");
    assert!(phone.is_signed_in().await && tablet.is_signed_in().await);
}

#[tokio::test]
async fn a_login_is_done_even_if_the_surplus_cannot_be_ended() {
    let watch = Watch::new();
    let app = Setup::default().watched(&watch).spawn().await;
    app.registered("ann@example.com").await;
    watch.fail_at(&["list"]);
    let phone = app.logged_in("ann@example.com").await;
    assert!(phone.is_signed_in().await);
    watch.fail_at(&[]);
}

#[tokio::test]
async fn the_session_id_appears_nowhere() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let cookie = ann.session_cookie().unwrap();
    let id = cookie.split('.').nth(1).unwrap();
    for path in ["/", "/session", "/session-info", "/sessions", "/account", "/preferences"] {
        let answer = ann.get(path).await;
        assert!(!answer.body.contains(id), "{path}");
    }
}

#[tokio::test]
async fn a_page_says_the_providers_label_and_json_its_name() {
    let app = TestApp::spawn().await;
    let olga = app.browser();
    let start = olga.get("/auth/elsewhere").await;
    let back = allow(&olga, local(&app, start.location()), "Olga", "olga@example.com");
    olga.get(local(&app, back.location())).await.assert_redirect("/");
    let page = olga.get("/session").await.body;
    for fact in ["· Elsewhere ·", ">Elsewhere<"] {
        assert!(page.contains(fact), "{fact} is not in {page}");
    }
    assert!(!page.contains("· elsewhere") && !page.contains(">elsewhere<"), "{page}");
    assert_eq!(olga.info().await["user"]["provider"], "elsewhere");
    let sessions = olga.json().get("/sessions").await.json();
    assert_eq!(sessions[0]["provider"], "elsewhere");
    let ann = app.registered("ann@example.com").await;
    assert!(ann.get("/session").await.body.contains("With a password."));
}
