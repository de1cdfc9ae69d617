//! Which sign-ins are new to their owner.

use accounts::ports::SecurityEvent;
use accounts::{Activity, Client, LoggedIn};
use domain::account::UserId;
use time::Duration;

use crate::site::{NOW, PASSWORD, Site, login};

/// The rows of the activity, as the owner sees them in this client's session.
async fn rows(site: &Site, client: &Client, limit: u32) -> Vec<Activity> {
    let own = login(client).await.unwrap();
    let user = site.database.user(&own.user_id).await.unwrap().unwrap();
    site.accounts.activity(&user.id).await.unwrap().rows(&user, &own, limit)
}

async fn new(site: &Site, client: &Client) -> usize {
    rows(site, client, 10).await.iter().filter(|row| row.is_new).count()
}

/// Adds an event that happened so many seconds after the beginning.
async fn add(site: &Site, user: &UserId, second: i64, kind: &str) {
    let at = NOW + Duration::seconds(second);
    let event = SecurityEvent { at, kind: kind.to_owned(), ip_address: None };
    site.database.add_event(user, &event).await.unwrap();
}

#[tokio::test]
async fn a_sign_in_is_new_for_thirty_days() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    site.clock.advance(Duration::SECOND);
    assert_eq!(site.log_in(&site.client_at("198.51.100.7"), PASSWORD).await, LoggedIn::Done);
    site.clock.advance(Duration::days(30) - Duration::MILLISECOND);
    assert_eq!(new(&site, &ann).await, 1);
    site.clock.advance(Duration::MILLISECOND);
    assert_eq!(new(&site, &ann).await, 0);
}

#[tokio::test]
async fn none_is_pushed_out_before_it_was_seen() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    site.clock.advance(Duration::SECOND);
    assert_eq!(site.log_in(&site.client_at("198.51.100.7"), PASSWORD).await, LoggedIn::Done);
    for second in 2..=100 {
        add(&site, &user.id, second, "user_updated").await;
    }
    let shown = rows(&site, &ann, 10).await;
    assert_eq!(shown.len(), 11);
    let oldest = shown.last().unwrap();
    assert!(oldest.is_new && oldest.event.kind == "authn_login_success", "{oldest:?}");
    site.clock.advance(Duration::minutes(2));
    site.accounts.sign_ins_seen(&user.id, oldest.event.at).await.unwrap();
    let shown = rows(&site, &ann, 10).await;
    assert!(shown.len() == 10 && shown.iter().all(|row| row.event.kind == "user_updated"));
}

#[tokio::test]
async fn what_strangers_cause_pushes_nothing_out_and_all_stands_in_order() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    add(&site, &user.id, 1, "authn_login_fail").await;
    add(&site, &user.id, 2, "user_updated").await;
    for second in 3..=20 {
        add(&site, &user.id, second, "authn_login_fail_max").await;
    }
    let shown = rows(&site, &ann, 2).await;
    let kinds: Vec<_> = shown.iter().map(|row| row.event.kind.as_str()).collect();
    assert_eq!(kinds, ["authn_login_fail_max", "user_updated", "authn_login_fail"]);
    assert_eq!(shown[0].event.at, NOW + Duration::seconds(20));
}

/// At the same moment from another address, as by a thief who waits for the owner.
#[tokio::test]
async fn another_one_at_the_moment_of_ones_own_is_new() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    assert_eq!(site.log_in(&site.client_at("198.51.100.7"), PASSWORD).await, LoggedIn::Done);
    assert_eq!(new(&site, &ann).await, 1);
}
