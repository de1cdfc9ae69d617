use std::sync::Arc;

use server::session::rows::{NewRow, SessionRows};

use crate::helpers::{Browser, TestApp};

/// Writes straight into the store's table, past all rules.
async fn tamper(app: &TestApp, statement: &str) {
    let path = app.data_path().join("trainer.db");
    let pool = server::database::sqlite::pool::open(&format!("sqlite://{}", path.display())).await.unwrap();
    sqlx::query(sqlx::AssertSqlSafe(statement.to_owned())).execute(&pool).await.unwrap();
}

/// Treated as no session, told nothing, and the loop is broken by removing the cookie.
async fn assert_refused(browser: &Browser) {
    let answer = browser.get("/account").await;
    answer.assert_redirect("/login?return_to=/account");
    assert_eq!(browser.session_cookie(), None);
    assert_eq!(browser.get("/login").await.status, 200);
}

#[tokio::test]
async fn damaged_data_is_no_session() {
    for damage in [
        "update user_sessions set data = x''",
        "update user_sessions set data = substr(data, 1, length(data) / 2)",
        "update user_sessions set data = zeroblob(length(data))",
        "update user_sessions set data = x'7b7d'",
        "update user_sessions set data = zeroblob(1000000)",
    ] {
        let app = TestApp::spawn().await;
        let ann = app.registered("ann@example.com").await;
        tamper(&app, damage).await;
        assert_refused(&ann).await;
    }
}

#[tokio::test]
async fn data_moved_to_another_row_does_not_open() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    // Both rows get the data of one of them, owners swapped along: only the binding to the row can tell.
    tamper(
        &app,
        "update user_sessions set data = (select data from user_sessions order by key limit 1), \
         owner = (select owner from user_sessions order by key limit 1)",
    )
    .await;
    let signed_in = [ann.is_signed_in().await, bob.is_signed_in().await];
    assert_eq!(signed_in.iter().filter(|yes| **yes).count(), 1, "the row whose own data it is");
}

#[tokio::test]
async fn a_row_given_to_another_owner_is_refused() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    let bob = app.registered("bob@example.com").await;
    let bob_id = bob.info().await["user"]["id"].as_str().unwrap().to_owned();
    tamper(&app, &format!("update user_sessions set owner = '{bob_id}'")).await;
    assert_refused(&ann).await;
    assert!(bob.is_signed_in().await);
}

#[tokio::test]
async fn a_foreign_row_is_refused_and_not_destroyed() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    tamper(&app, "update user_sessions set data = zeroblob(100)").await;
    ann.get("/account").await;
    assert_eq!(app.stats().await.live, 1, "another instance may have the secret that opens it");
}

#[tokio::test]
async fn the_store_holds_nothing_readable() {
    let app = TestApp::spawn().await;
    let ann = app.registered("ann@example.com").await;
    ann.save_preferences(&[("goal", "mobility")]).await;
    let cookie = ann.session_cookie().unwrap();
    let id = cookie.split('.').nth(1).unwrap();
    let (rows, _) = {
        let rows: &Arc<dyn SessionRows> = app.app.session_rows();
        let owner = ann.info().await["user"]["id"].as_str().unwrap().to_owned();
        rows.list(&owner, app.clock.now(), 10).await.unwrap()
    };
    let NewRow { key, data, .. } = &rows[0].row;
    use base64::Engine as _;
    let raw = base64::engine::general_purpose::URL_SAFE_NO_PAD.decode(id).unwrap();
    let key_hex: Vec<u8> = key.0.to_vec();
    assert_ne!(key_hex, raw, "the key is a hash of the id");
    for secret in [b"mobility".as_slice(), b"127.0.0.1", b"login", raw.as_slice(), id.as_bytes()] {
        let found = data.windows(secret.len()).any(|window| window == secret);
        assert!(!found, "{}", String::from_utf8_lossy(secret));
    }
}
