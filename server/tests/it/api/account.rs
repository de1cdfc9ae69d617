use crate::support::helpers::{PASSWORD, Setup, TestApp};

const NEW: &str = "another long walk";

#[tokio::test]
async fn changing_the_password_ends_other_sessions_and_renews_this_one() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    let before = laptop.copy();
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    laptop.post("/api/account/password", &fields).await.assert_redirect("/account?done=password");
    assert!(laptop.is_signed_in().await);
    assert_ne!(before.session_cookie(), laptop.session_cookie());
    assert!(!before.is_signed_in().await, "the old id is dead");
    assert!(!phone.is_signed_in().await);
    assert_eq!(app.browser().log_in("ann@example.com", PASSWORD).await.status, 422);
    app.browser().log_in("ann@example.com", NEW).await.assert_redirect("/");
}

#[tokio::test]
async fn the_old_password_is_needed_and_the_new_one_checked() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    for (current, new, field) in [
        ("wrong", NEW, "current_password"),
        ("", NEW, "current_password"),
        (PASSWORD, "short", "new_password"),
        (PASSWORD, "password1", "new_password"),
    ] {
        let fields = [("current_password", current), ("new_password", new)];
        let answer = ann.json().post("/api/account/password", &fields).await;
        assert_eq!(answer.status, 422);
        assert!(answer.json()["fields"][field].is_string(), "{current} {new}: {}", answer.body);
        let page = ann.post("/api/account/password", &fields).await;
        assert_eq!(page.status, 422);
        assert_eq!(page.input("current_password"), None, "a password never comes back");
    }
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn guessing_the_current_password_is_slowed_like_a_login() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let fields = [("current_password", "wrong"), ("new_password", NEW)];
    for _ in 0..10 {
        assert_eq!(ann.post("/api/account/password", &fields).await.status, 422);
    }
    assert_eq!(ann.post("/api/account/password", &fields).await.status, 429);
}

#[tokio::test]
async fn guessing_with_a_stolen_session_is_slowed_from_whatever_addresses() {
    let app = Setup::default().var("TRUST_PROXY", "1").spawn().await;
    let stolen = app.registered("ann@example.com").await;
    let wrong = [("current_password", "wrong"), ("new_password", NEW)];
    for n in 0..10 {
        let path = ["/api/account/confirm", "/api/account/password"][n % 2];
        let answer = stolen.at(&format!("198.51.100.{n}")).post(path, &wrong).await;
        assert_eq!(answer.status, 422, "{n}");
    }
    let right = [("current_password", PASSWORD)];
    let refused = stolen.at("198.51.100.99").post("/api/account/confirm", &right).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty() && !refused.role("alert").is_empty());
    let own = app.logged_in("ann@example.com").await;
    own.at("198.51.100.99").post("/api/account/confirm", &right).await.assert_redirect("/account");
}

#[tokio::test]
async fn a_changed_name_shows_in_the_other_sessions_too() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    phone.get("/").await;
    laptop.post("/api/account/profile", &[("display_name", "Anna-Lena")]).await;
    assert!(phone.get("/").await.body.contains("Anna-Lena"));
    let answer = laptop.post("/api/account/profile", &[("display_name", "  ")]).await;
    assert_eq!(answer.status, 422);
}

#[tokio::test]
async fn the_cache_forgets_after_five_minutes() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.get("/").await;
    // Another instance changes the name, and this one's cache is not notified.
    let email = domain::account::EmailAddress::parse("ann@example.com").unwrap();
    let user = app.app.db.user_by_email(&email).await.unwrap().unwrap();
    let name = domain::account::DisplayName::parse("Elsewhere").unwrap();
    app.app.db.set_display_name(&user.id, &name).await.unwrap();
    app.wait(299);
    assert!(!ann.get("/").await.body.contains("Elsewhere"));
    app.wait(2);
    assert!(ann.get("/").await.body.contains("Elsewhere"));
}

#[tokio::test]
async fn my_data_comes_as_a_file_without_secrets() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let answer = ann.post("/api/account/export", &[]).await;
    assert_eq!(answer.status, 200);
    assert!(answer.header("content-disposition").starts_with("attachment"));
    let data = answer.json();
    assert_eq!(data["account"]["email"], "ann@example.com");
    assert_eq!(data["preferences"]["theme"], "dark");
    assert_eq!(data["sessions"].as_array().unwrap().len(), 1);
    let names = |value: &serde_json::Value| value.as_object().unwrap().keys().cloned().collect::<Vec<_>>();
    let of_account = ["created_at", "display_name", "email", "email_verified", "has_password", "id"];
    assert_eq!(names(&data["account"]), of_account);
    let of_session = names(&data["sessions"][0]);
    assert_eq!(
        of_session,
        ["current", "handle", "ip_address", "last_activity", "login_time", "provider", "user_agent"]
    );
    assert_eq!(names(&ann.json().get("/sessions").await.json()[0]), of_session);
    assert!(!answer.body.contains("$argon2"));
}

#[tokio::test]
async fn deleting_needs_the_address_and_leaves_nothing() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let phone = app.logged_in("ann@example.com").await;
    for wrong in ["", "bob@example.com", "ann"] {
        let answer = ann.post("/api/account/delete", &[("confirm", wrong)]).await;
        assert_eq!(answer.status, 422, "{wrong}");
    }
    ann.post("/api/account/delete", &[("confirm", "Ann@Example.com")]).await.assert_redirect("/");
    assert_eq!(ann.session_cookie(), None);
    assert!(!phone.is_signed_in().await);
    assert_eq!(app.browser().log_in("ann@example.com", PASSWORD).await.status, 422);
    assert_eq!(app.stats().await.live, 0);
    app.browser().register("Ann", "ann@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn a_login_of_long_ago_is_confirmed_before_anything_sensitive() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    app.wait(601);
    ann.get("/account").await;
    let fields = [("current_password", PASSWORD), ("new_password", NEW)];
    let confirm = "/account/confirm?return_to=/account";
    ann.post("/api/account/password", &fields).await.assert_redirect(confirm);
    ann.post("/api/account/delete", &[("confirm", "ann@example.com")]).await.assert_redirect(confirm);
    let json = ann.json().post("/api/account/password", &fields).await;
    assert_eq!((json.status.as_u16(), &json.json()["error"]), (403, &"fresh_login_required".into()));
    let wrong = [("current_password", "wrong"), ("return_to", "/account")];
    assert_eq!(ann.post("/api/account/confirm", &wrong).await.status, 422);
    let before = ann.session_cookie();
    let right = [("current_password", PASSWORD), ("return_to", "/account")];
    ann.post("/api/account/confirm", &right).await.assert_redirect("/account");
    assert_ne!(ann.session_cookie(), before, "a fresh login gives a new id");
    ann.post("/api/account/password", &fields).await.assert_redirect("/account?done=password");
}

#[tokio::test]
async fn protected_pages_answer_before_anything_is_rendered() {
    let app = TestApp::spawn().await;
    for path in ["/account", "/account/confirm", /* slim: trainer */ "/history" /* slim: end */] {
        let answer = app.browser().get(path).await;
        answer.assert_redirect(&format!("/login?return_to={path}"));
        assert!(answer.body.is_empty());
        // Pages are protected even if the client asks for JSON.
        app.browser().json().get(path).await.assert_redirect(&format!("/login?return_to={path}"));
    }
}
