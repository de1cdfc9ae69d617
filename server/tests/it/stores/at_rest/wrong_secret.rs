//! One of two instances has a wrong secret. It serves nobody, and it destroys nothing: with the right secret
//! everything is as it was.

use store_contract::Rows;

use super::{Browser, Instance, NEW, NOW, OLD, WRONG};

/// The cookie is accepted, but the row cannot be opened: one instance already has the new secret, the other
/// has not, and the response that carried the browser's new cookie was lost.
pub(super) async fn of_rows_destroys_nothing(rows: Rows) {
    let mut people = vec![];
    for number in 0..10 {
        people.push((number, Browser::signed_in(&Instance::new(&rows, &[OLD]), number).await));
    }
    let (right, behind) = (Instance::new(&rows, &[NEW, OLD]), Instance::new(&rows, &[OLD]));
    for (number, browser) in &people {
        assert_eq!(browser.clone().read(&right).await, Some(*number));
    }
    for (number, browser) in &people {
        let before = browser.row(&rows).await;
        let mut refused = browser.clone();
        assert_eq!(refused.read(&behind).await, None, "the row is sealed with a secret unknown here");
        assert_eq!(refused.cookie, None, "and the browser is not caught in a loop");
        assert_eq!(browser.clone().save(&behind, 1).await, 401);
        assert_unharmed(&rows, browser, &before, &behind).await;
        assert_eq!(browser.clone().read(&right).await, Some(*number));
    }
}

/// The usual mistake: every cookie looks forged to that instance, and the store is not even asked.
pub(super) async fn of_cookies_destroys_nothing(rows: Rows) {
    let (right, wrong) = (Instance::new(&rows, &[NEW, OLD]), Instance::new(&rows, &[WRONG]));
    for number in 0..10 {
        let browser = Browser::signed_in(&right, number).await;
        let before = browser.row(&rows).await;
        assert_eq!(browser.clone().read(&wrong).await, None);
        assert_eq!(browser.clone().save(&wrong, 1).await, 401);
        assert_unharmed(&rows, &browser, &before, &wrong).await;
        assert_eq!(browser.clone().read(&right).await, Some(number));
    }
}

/// The row is the same to the last byte, even after that instance has listed it and swept.
async fn assert_unharmed(rows: &Rows, browser: &Browser, before: &session_rows::Row, instance: &Instance) {
    let (listed, total) = instance.sessions.list(&browser.user, None, 10).await.unwrap();
    assert_eq!((listed.len(), total), (1, 1), "still listed, so that its owner can end it");
    assert_eq!(listed[0].provider, "unknown");
    assert_eq!(rows.sweep(NOW, 1000).await.unwrap(), 0);
    assert_eq!(browser.row(rows).await, *before);
}
