//! Preferences beyond the first eight: they are kept like the others, and the player follows them.

use serde_json::{Value, json};

use crate::support::helpers::{Answer, PASSWORD, TestApp, preferences};

const MINE: [(&str, &str); 7] = [
    ("time_zone", "pacific/auckland"),
    ("bar", "15"),
    ("smallest_plate", "0,5"),
    ("body_weight", "81.5"),
    ("effort", "yes"),
    ("sound", "yes"),
    ("rest_mode", "auto"),
];

fn assert_mine(preferences: &Value) {
    for (name, value) in [
        ("time_zone", "Pacific/Auckland"),
        ("bar", "15 kg"),
        ("smallest_plate", "0.5 kg"),
        ("body_weight", "81.5 kg"),
        ("effort", "yes"),
        ("sound", "yes"),
        ("rest_mode", "auto"),
    ] {
        assert_eq!(preferences[name], value, "{name}");
    }
}

fn attribute(page: &Answer, selector: &str, name: &str) -> Option<String> {
    let html = scraper::Html::parse_document(&page.body);
    let found = html.select(&scraper::Selector::parse(selector).unwrap()).next();
    found.and_then(|element| element.attr(name)).map(str::to_owned)
}

#[tokio::test]
async fn preferences_of_the_details_are_saved_and_shown() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&MINE).await.assert_redirect("/preferences?saved=true");
    assert_mine(&visitor.info().await["preferences"]);
    let page = visitor.get("/preferences").await;
    assert_eq!(page.input("bar").as_deref(), Some("15 kg"));
    assert_eq!(page.input("time_zone").as_deref(), Some("Pacific/Auckland"));
    assert!(attribute(&page, "form#preferences details", "open").is_some());
    // What the page shows, sent back, changes nothing.
    let shown: Vec<_> = ["bar", "smallest_plate", "body_weight", "time_zone"]
        .map(|name| (name, page.input(name).unwrap()))
        .into();
    let mut again: Vec<_> = shown.iter().map(|(name, value)| (*name, value.as_str())).collect();
    again.extend([("effort", "yes"), ("sound", "yes"), ("rest_mode", "auto"), ("units", "lb")]);
    visitor.save_preferences(&again).await;
    assert_mine(&visitor.info().await["preferences"]);
}

#[tokio::test]
async fn preferences_of_an_older_form_have_the_usual_details() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    visitor.save_preferences(&[]).await.assert_redirect("/preferences?saved=true");
    let info = visitor.info().await;
    for name in ["time_zone", "bar", "smallest_plate", "body_weight", "effort"] {
        assert_eq!(info["preferences"].get(name), Some(&Value::Null), "{name}");
    }
    assert_eq!(info["preferences"]["sound"], "no");
    let page = visitor.get("/preferences").await;
    assert_eq!(attribute(&page, "form#preferences details", "open"), None);
}

#[tokio::test]
async fn preferences_of_the_newer_side_win_with_their_details_and_are_exported() {
    let app = TestApp::spawn().await;
    let laptop = app.registered("ann@example.com").await;
    laptop.save_preferences(&[("bar", "10")]).await;
    let phone = app.browser();
    app.wait(60);
    phone.save_preferences(&MINE).await;
    phone.log_in("ann@example.com", PASSWORD).await;
    assert_mine(&phone.info().await["preferences"]);
    let third = app.logged_in("ann@example.com").await;
    assert_mine(&third.info().await["preferences"]);
    assert_mine(&third.post("/api/account/export", &[]).await.json()["preferences"]);
}

#[tokio::test]
async fn preferences_with_impossible_details_come_back_beside_their_fields() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let wrong = [
        ("time_zone", "Europe/Nowhere"),
        ("bar", "heavy"),
        ("body_weight", "8"),
        ("effort", "maybe"),
        ("sound", "yes"),
    ];
    let page = visitor.save_preferences(&wrong).await;
    assert_eq!(page.status, 422);
    for name in ["time_zone", "bar", "body_weight", "effort"] {
        let invalid = attribute(&page, &format!("#{name}"), "aria-invalid");
        assert_eq!(invalid.as_deref(), Some("true"), "{name}");
    }
    assert_eq!(page.input("time_zone").as_deref(), Some("Europe/Nowhere"));
    assert_eq!(page.input("bar").as_deref(), Some("heavy"));
    assert!(attribute(&page, "#sound", "checked").is_some());
    let errors = visitor.json().save_preferences(&wrong).await;
    assert_eq!(errors.status, 422);
    assert_eq!(
        errors.json()["fields"].as_object().unwrap().keys().collect::<Vec<_>>(),
        ["bar", "body_weight", "effort", "time_zone"]
    );
    assert_eq!(visitor.session_cookie(), None, "nothing was saved");
}

#[tokio::test]
async fn preferences_presets_tick_boxes_and_save_nothing() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let typed = [("preset", "gym"), ("equipment", "band"), ("days_per_week", "many"), ("bar", "12")];
    let page = visitor.post("/api/preferences", &preferences(&typed)).await;
    assert_eq!(page.status, 200);
    assert!(page.role("status").contains("Gym"), "{}", page.role("status"));
    let ticked =
        |word: &str| attribute(&page, &format!("[name=equipment][value={word}]"), "checked").is_some();
    assert!(ticked("barbell") && ticked("rack") && ticked("cable"));
    assert!(!ticked("band"));
    assert_eq!(page.input("days_per_week").as_deref(), Some("many"), "what was typed stays");
    assert_eq!(page.input("bar").as_deref(), Some("12"));
    assert_eq!(visitor.session_cookie(), None, "nothing was saved");
    assert!(!page.body.contains("<title>Error"));

    let sent = preferences(&[("preset", "nothing"), ("equipment", "band")]);
    let nothing = visitor.post("/api/preferences", &sent).await;
    assert_eq!(attribute(&nothing, "[name=equipment][checked]", "value"), None);
    // A program names the equipment itself.
    let sent = preferences(&[("preset", "gym"), ("equipment", "band")]);
    let program = visitor.json();
    assert_eq!(program.post("/api/preferences", &sent).await.status, 200);
    assert_eq!(program.info().await["preferences"]["equipment"], json!(["band"]));
}

#[tokio::test]
async fn preferences_decide_the_zone_before_the_browser_does() {
    let app = TestApp::spawn().await;
    let started = |zone: Option<&'static str>, cookie: Option<&'static str>| {
        let visitor = app.browser();
        async move {
            if let Some(zone) = zone {
                visitor.save_preferences(&[("time_zone", zone)]).await;
            }
            if let Some(cookie) = cookie {
                visitor.set_cookie("tz", cookie);
            }
            visitor.post("/api/workouts/start", &[]).await.assert_redirect("/workout");
            visitor.get("/workout").await.body
        }
    };
    let change = "href=\"/preferences#time_zone\"";
    let preferred = started(Some("Asia/Tokyo"), Some("Europe/Berlin")).await;
    assert!(preferred.contains("Asia/Tokyo") && !preferred.contains(change));
    let told = started(None, Some("Europe/Berlin")).await;
    assert!(told.contains("Europe/Berlin") && !told.contains(change));
    let assumed = started(None, Some("Europe/Nowhere")).await;
    assert!(assumed.contains("Times in UTC · ") && assumed.contains(change));
    let chosen = started(Some("UTC"), None).await;
    assert!(chosen.contains("times in UTC") && !chosen.contains(change), "UTC was chosen");
}

#[tokio::test]
async fn preferences_reach_the_player() {
    let app = TestApp::spawn().await;
    let visitor = app.browser();
    let asks = |page: &Answer| page.body.contains("How many more?");
    let before = visitor.get("/workout").await;
    assert!(!asks(&before) && attribute(&before, ".player", "data-sound").is_none());
    visitor.save_preferences(&MINE).await;
    let after = visitor.get("/workout").await;
    assert!(asks(&after) && attribute(&after, ".player", "data-sound").is_some());
    visitor.save_preferences(&[("level", "advanced"), ("effort", "no")]).await;
    assert!(!asks(&visitor.get("/workout").await), "although they are advanced");
}
