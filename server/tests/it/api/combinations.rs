//! Every session store with every database: from registering to logging out everywhere.

use crate::support::helpers::{PASSWORD, Setup};
use crate::support::stack::{Stack, Store, say};

const SESSIONS: &[(&str, Store)] = &[
    ("memory", Store::Memory),
    ("sqlite", Store::Sqlite),
    ("postgres", Store::POSTGRES), // slim: postgres
    ("redis", Store::REDIS),       // slim: redis
    ("mongodb", Store::MONGODB),   // slim: mongodb
];
const DATABASES: &[Store] = &[
    Store::Sqlite,
    Store::POSTGRES, // slim: postgres
    Store::MONGODB,  // slim: mongodb
];

async fn way(name: &str, sessions: Store, database: Store) -> bool {
    let directory = tempfile::tempdir().unwrap();
    let Some(urls) = (Stack { sessions, database }).fresh(directory.path()) else { return false };
    let app = Setup::default().on(&urls).spawn().await;
    let laptop = app.registered("ann@example.com").await;
    laptop.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let phone = app.browser();
    phone.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    let info = phone.info().await;
    assert_eq!(info["session"]["store"], name);
    assert_eq!(info["preferences"]["theme"], "dark", "by way of the account");
    let page = phone.get("/session").await;
    assert_eq!(page.status, 200);
    assert_eq!(phone.json().get("/sessions").await.json().as_array().unwrap().len(), 2);
    laptop.post("/api/auth/logout-everywhere", &[]).await.assert_redirect("/login");
    assert!(!phone.is_signed_in().await && !laptop.is_signed_in().await);
    assert_eq!(app.stats().await.signed_in, 0);
    app.stop().await;
    true
}

#[tokio::test]
async fn every_session_store_works_with_every_database() {
    let mut ways = 0;
    for &(name, sessions) in SESSIONS {
        for &database in DATABASES {
            ways += usize::from(way(name, sessions, database).await);
        }
    }
    say(&format!("{ways} of {} combinations of stores were tried", SESSIONS.len() * DATABASES.len()));
    assert!(ways >= 2, "at least those without a server");
}
