//! A form with errors comes back: with a summary that links to its fields, the input, and a title that says so.

use scraper::{Html, Selector};

use crate::api::identities::over_provider;
use crate::support::helpers::{Answer, PASSWORD, Setup, TestApp};
use crate::support::workout::{forms_of, typed}; // slim: trainer

const SHEET: &str = "/api/workouts/sheet"; // slim: trainer
const EDIT: &str = "/api/workouts/edit"; // slim: trainer

fn select(css: &str) -> Selector {
    Selector::parse(css).unwrap()
}

/// Asserts all of it for these fields, the only ones with errors.
pub(crate) fn assert_comes_back(what: &str, answer: &Answer, fields: &[&str]) {
    let page = Html::parse_document(&answer.body);
    let title: String = page.select(&select("title")).flat_map(|title| title.text()).collect();
    assert!(title.starts_with("Error: "), "{what}: {title}");
    let summaries: Vec<_> = page.select(&select("[role=alert]:not([hidden])")).collect();
    assert_eq!(summaries.len(), 1, "{what}");
    let summary = &summaries[0];
    assert!(!summary.text().collect::<String>().trim().is_empty(), "{what}");
    let mut linked: Vec<_> =
        summary.select(&select("a")).map(|link| link.attr("href").unwrap().trim_start_matches('#')).collect();
    let mut expected = fields.to_vec();
    linked.sort_unstable();
    expected.sort_unstable();
    assert_eq!(linked, expected, "{what}");
    for field in fields {
        let input = page.select(&select(&format!("[id='{field}']"))).next();
        let input = input.unwrap_or_else(|| panic!("{what}: nothing to link to for {field}"));
        let described = input.attr("aria-describedby").unwrap_or_default();
        assert!(described.split(' ').any(|id| id == format!("{field}-error")), "{what}: {field}");
        let error = page.select(&select(&format!("[id='{field}-error']"))).next().unwrap();
        assert!(!error.text().collect::<String>().is_empty(), "{what}: {field}");
        // Of a row the id says which; checkboxes share a name.
        let invalid = format!("[name='{field}'][aria-invalid=true], [id='{field}'][aria-invalid=true]");
        let invalid = page.select(&select(&invalid)).next();
        assert!(invalid.is_some(), "{what}: {field}");
    }
    for password in page.select(&select("input[type=password]")) {
        assert_eq!(password.attr("value"), None, "{what}: a password never comes back");
    }
}

#[tokio::test]
async fn every_form_with_errors_comes_back_with_a_summary() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let registration = app.browser().register("Kim", "ann@example.com", "short").await;
    assert_comes_back("registration", &registration, &["password"]);
    assert_eq!(registration.input("display_name").as_deref(), Some("Kim"));
    let taken = app.browser().register("Kim", "ann@example.com", PASSWORD).await;
    assert_comes_back("a taken address", &taken, &["email"]);
    assert_eq!(taken.input("email").as_deref(), Some("ann@example.com"));
    let nothing = app.browser().register("", "", "").await;
    assert_comes_back("an empty registration", &nothing, &["display_name", "email", "password"]);

    for (path, fields, wrong) in [
        (
            "/api/account/password",
            &[("current_password", "wrong"), ("new_password", "short")][..],
            &["current_password", "new_password"][..],
        ),
        ("/api/account/delete", &[("confirm", "bob@example.com")], &["confirm"]),
        ("/api/account/profile", &[("display_name", "a\u{202e}b")], &["display_name"]),
        ("/api/account/confirm", &[("current_password", "wrong")], &["current_password"]),
    ] {
        let answer = ann.post(path, fields).await;
        assert_eq!(answer.status, 422, "{path}");
        assert_comes_back(path, &answer, wrong);
        for (name, value) in fields.iter().filter(|(name, _)| !name.contains("password")) {
            assert_eq!(answer.input(name).as_deref(), Some(*value), "{path}: kept");
        }
    }
    let preferences = ann.save_preferences(&[("theme", "spoon")]).await;
    assert_comes_back("preferences", &preferences, &["theme"]);
    // slim: trainer
    let preferences = ann.save_preferences(&[("days_per_week", "9"), ("equipment", "spoon")]).await;
    assert_comes_back("preferences", &preferences, &["days_per_week", "equipment"]);
    // slim: end
}

// slim: trainer
/// The forms of the player, each row with names of its own.
#[tokio::test]
async fn rows_of_a_workout_come_back_with_a_summary() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let row = typed(ann.row("b1s1").await, &[("reps", "many")]);
    let answer = ann.submit("/api/workouts/log", &row).await;
    assert_eq!(answer.status, 422);
    assert_comes_back("a row", &answer, &["b1s1-reps"]);

    let sheet = forms_of(&ann.get("/workout?sheet").await, SHEET).remove(0);
    let wrong = [("b1s1-reps", "many"), ("b1s2-reps", "9"), ("day", "someday")];
    let answer = ann.submit(SHEET, &typed(sheet, &wrong)).await;
    assert_eq!(answer.status, 422);
    assert_comes_back("a sheet", &answer, &["b1s1-reps", "day"]);

    let path = ann.train().await;
    let edit = forms_of(&ann.get(&format!("{path}/edit")).await, EDIT).remove(0);
    let answer = ann.submit(EDIT, &typed(edit, &wrong)).await;
    assert_eq!(answer.status, 422);
    assert_comes_back("a correction", &answer, &["b1s1-reps", "day"]);
}
// slim: end

#[tokio::test]
async fn a_form_that_is_refused_as_a_whole_says_so_in_its_title() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let wrong = app.browser().log_in("ann@example.com", "wrong").await;
    assert_comes_back("a login", &wrong, &[]);
    assert_eq!(wrong.role("alert"), "Email or password is incorrect.");
    for _ in 0..10 {
        app.browser().log_in("ann@example.com", "wrong").await;
    }
    for (path, fields) in [
        (
            "/api/account/password",
            &[("current_password", "wrong"), ("new_password", "another long walk")][..],
        ),
        ("/api/account/confirm", &[("current_password", "wrong")]),
        ("/api/auth/login", &[("email", "ann@example.com"), ("password", "wrong")]),
    ] {
        let answer = ann.post(path, fields).await;
        assert_eq!(answer.status, 429, "{path}");
        assert!(!answer.header("retry-after").is_empty(), "{path}");
        assert_comes_back(path, &answer, &[]);
    }
    let fine = app.browser().get("/login").await;
    assert!(!fine.body.contains("<title>Error"));
}

#[tokio::test]
async fn the_address_that_made_too_many_accounts_is_told() {
    let app = TestApp::spawn().await;
    for n in 0..600 {
        // The limit counts tries: the address is taken after the first one.
        let answer = app.browser().json().register("Ann", "ann@example.com", PASSWORD).await;
        assert_eq!(answer.status, if n == 0 { 200 } else { 422 }, "{n}");
    }
    let refused = app.browser().register("Kim", "kim@example.com", PASSWORD).await;
    assert_eq!(refused.status, 429);
    assert!(!refused.header("retry-after").is_empty());
    assert_comes_back("too many accounts", &refused, &[]);
    assert_eq!(refused.input("email").as_deref(), Some("kim@example.com"));
    app.browser().log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}

#[tokio::test]
async fn who_came_by_a_provider_can_set_a_password() {
    let app = Setup::default().spawn().await;
    let olga = app.browser();
    over_provider(&app, &olga, "/auth/elsewhere").await;
    let page = olga.get("/account").await;
    assert_eq!(page.input("current_password"), None);
    assert!(page.body.contains("Set password"), "{}", page.body);
    let refused = olga.post("/api/account/password", &[("new_password", "short")]).await;
    assert_comes_back("a first password", &refused, &["new_password"]);
    app.wait(601);
    olga.get("/account").await;
    let fields = [("new_password", PASSWORD)];
    olga.post("/api/account/password", &fields).await.assert_redirect("/account/confirm?return_to=/account");
    let fresh = "/auth/elsewhere?intent=fresh&return_to=/account";
    assert_eq!(over_provider(&app, &olga, fresh).await, "/account");
    assert_eq!(olga.post_bare("/api/account/password", &fields).await.status, 403, "the token is needed");
    olga.post("/api/account/password", &fields).await.assert_redirect("/account?done=password");
    app.browser().log_in("ann@elsewhere.example", PASSWORD).await.assert_redirect("/");
    assert!(olga.get("/account").await.body.contains("Change password"));
}
