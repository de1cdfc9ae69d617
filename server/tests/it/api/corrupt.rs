use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use serde_json::{Value, json};
use session_rows::{Created, NewRow, Saved};
use sessions::seal::Sealer;
use sha2::{Digest as _, Sha256};

use crate::support::helpers::{Browser, PASSWORD, TestApp};

/// A person's row, as stored.
async fn row_of(app: &TestApp, browser: &Browser) -> (NewRow, i64) {
    let owner = browser.copy().info().await["user"]["id"].as_str().unwrap().to_owned();
    let (rows, total) = app.app.sessions.rows.list(&owner, app.clock.now(), 10).await.unwrap();
    assert_eq!(total, 1);
    let row = rows.into_iter().next().unwrap();
    (row.row, row.revision)
}

/// Writes other data into the row, bypassing the sealing.
async fn write(app: &TestApp, browser: &Browser, damage: impl FnOnce(&[u8]) -> Vec<u8>) {
    let (row, revision) = row_of(app, browser).await;
    let data = damage(&row.data);
    let saved = app.app.sessions.rows.save(&row.key, revision, &data, app.clock.now()).await.unwrap();
    assert_eq!(saved, Saved::Written(revision + 1));
}

/// Replaces the row under a key.
async fn put_in_place(app: &TestApp, row: &NewRow) {
    assert!(app.app.sessions.rows.delete(&row.key).await.unwrap());
    assert_eq!(app.app.sessions.rows.create(row).await.unwrap(), Created::Inserted);
}

/// Asserts that the browser is treated as having no session and is given no reason, and that its cookie is
/// removed, which prevents a redirect loop.
async fn assert_refused(browser: &Browser) {
    let answer = browser.get("/account").await;
    answer.assert_redirect("/login?return_to=/account");
    assert_eq!(browser.session_cookie(), None);
    assert_eq!(browser.get("/login").await.status, 200);
}

#[tokio::test]
async fn damaged_data_is_no_session() {
    type Damage = fn(&[u8]) -> Vec<u8>;
    let damages: [Damage; 5] = [
        |_| Vec::new(),
        |data| data[..data.len() / 2].to_vec(),
        |data| vec![0; data.len()],
        |_| b"{}".to_vec(),
        |_| vec![0; 1_000_000],
    ];
    for damage in damages {
        let app = TestApp::spawn().await;
        let ann = app.registered("ann@example.com").await;
        write(&app, &ann, damage).await;
        assert_refused(&ann).await;
    }
}

#[tokio::test]
async fn data_moved_to_another_row_does_not_open() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let ((anns, _), (bobs, _)) = (row_of(&app, &ann).await, row_of(&app, &bob).await);
    // Data and owner are moved together, so only the data's binding to its row can reveal the move.
    put_in_place(&app, &NewRow { data: anns.data.clone(), owner: anns.owner.clone(), ..bobs }).await;
    assert!(ann.is_signed_in().await);
    assert_refused(&bob).await;
}

#[tokio::test]
async fn a_row_given_to_another_owner_is_refused() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let ((anns, _), (bobs, _)) = (row_of(&app, &ann).await, row_of(&app, &bob).await);
    put_in_place(&app, &NewRow { owner: bobs.owner, ..anns }).await;
    assert_refused(&ann).await;
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn a_foreign_row_is_refused_and_not_destroyed() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    write(&app, &ann, |_| vec![0; 100]).await;
    ann.get("/account").await;
    assert_eq!(app.stats().await.live, 1, "another instance may have the secret that opens it");
}

/// Writes what another version of the program might: correctly sealed, with other content.
async fn write_as_another_version(app: &TestApp, browser: &Browser, content: &Value) {
    let (row, _) = row_of(app, browser).await;
    let sealer = Sealer::new(&["test secret of more than thirty-two bytes"]).unwrap();
    let data = sealer.seal(&row.key, content.to_string().as_bytes());
    write(app, browser, |_| data).await;
}

#[tokio::test]
async fn a_section_of_another_version_signs_nobody_out() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let id = ann.info().await["user"]["id"].clone();
    let login = json!({ "user_id": id, "login_time": "2026-03-01T09:00:00Z", "device": { "new": true } });
    let content = json!({ "login": login, "preferences": ["of tomorrow"], "oauth_attempts": 7, "more": {} });
    write_as_another_version(&app, &ann, &content).await;

    assert_eq!(ann.get("/account").await.status, 200);
    assert_eq!(ann.get("/auth/elsewhere").await.location(), "/account", "signed in");
    let form = ann.get("/preferences").await;
    let dark = scraper::Selector::parse("[value=dark][selected], [value=dark][checked]").unwrap();
    let page = scraper::Html::parse_document(&form.body);
    assert!(page.select(&dark).next().is_some(), "the account's theme, not the default one");

    ann.save_preferences(&[("theme", "light")]).await;
    let phone = app.logged_in("ann@example.com").await;
    for browser in [&ann, &phone] {
        assert_eq!(browser.info().await["preferences"]["theme"], "light");
    }
}

#[tokio::test]
async fn preferences_that_cannot_be_read_do_not_replace_those_of_the_account() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let id = ann.info().await["user"]["id"].clone();
    let login = json!({ "user_id": id, "login_time": "2026-03-01T09:00:00Z" });
    write_as_another_version(&app, &ann, &json!({ "login": login, "preferences": 7 })).await;
    // Once with the session whose preferences cannot be read, and once without a session.
    for browser in [ann.copy(), app.browser()] {
        browser.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
        assert_eq!(browser.info().await["preferences"]["theme"], "dark");
    }
}

#[tokio::test]
async fn a_login_that_cannot_be_read_is_no_session() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let id = ann.info().await["user"]["id"].clone();
    write_as_another_version(&app, &ann, &json!({ "login": { "user_id": id, "login_time": 7 } })).await;
    assert_refused(&ann).await;
}

fn holds(place: &[u8], secret: &[u8]) -> bool {
    place.windows(secret.len()).any(|window| window == secret)
}

#[tokio::test]
async fn the_store_holds_nothing_readable() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("theme", "dark")]).await;
    let cookie = ann.session_cookie().unwrap();
    let id = cookie.split('.').nth(1).unwrap();
    let raw = URL_SAFE_NO_PAD.decode(id).unwrap();
    assert_eq!(raw.len(), 16);
    let (NewRow { key, handle, owner, data, .. }, _) = row_of(&app, &ann).await;
    let hash: [u8; 32] = Sha256::digest(&raw).into();
    assert_eq!(key.0, hash, "the key is the hash of the id");
    // The id as raw bytes, as in the cookie, and in hexadecimal.
    let hex: String = raw.iter().map(|byte| format!("{byte:02x}")).collect();
    let owner = owner.unwrap();
    for place in [&key.0[..], handle.as_bytes(), owner.as_bytes(), &data[..]] {
        for form in [&raw[..], id.as_bytes(), hex.as_bytes()] {
            assert!(!holds(place, form), "{}", String::from_utf8_lossy(place));
        }
    }
    for secret in ["theme", "127.0.0.1", "login"] {
        assert!(!holds(&data, secret.as_bytes()), "{secret}");
    }
}

// slim: trainer
/// Preferences as they were stored before there were a zone, a bar and so on.
#[tokio::test]
async fn older_preferences_are_kept_and_may_get_more() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let id = ann.info().await["user"]["id"].clone();
    let login = json!({ "user_id": id, "login_time": "2026-03-01T09:00:00Z" });
    let older = json!({
        "units": "lb", "goal": "fat_loss", "level": "intermediate", "days_per_week": 4, "session_minutes": 60,
        "equipment": ["dumbbell"], "rest_seconds": 75, "theme": "dark", "updated_at": "2026-03-01T08:00:00Z"
    });
    write_as_another_version(&app, &ann, &json!({ "login": login, "preferences": older })).await;

    let read = ann.info().await["preferences"].clone();
    for (name, value) in older.as_object().unwrap() {
        assert_eq!(read[name], *value, "{name}");
    }
    assert_eq!((&read["rest_mode"], &read["sound"]), (&json!("fixed"), &json!("no")));
    for name in ["time_zone", "bar", "smallest_plate", "body_weight", "effort"] {
        assert_eq!(read[name], Value::Null, "{name}");
    }
    ann.save_preferences(&[("units", "lb"), ("bar", "35")]).await;
    assert_eq!(ann.info().await["preferences"]["bar"], "35 lb");
}
// slim: end
