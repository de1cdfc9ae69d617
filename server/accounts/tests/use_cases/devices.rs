//! Known devices: the owner of an account under attack gets in at a new address, and a stolen token gains
//! little.

use accounts::{Client, DEVICE_LIFETIME, LoggedIn};
use time::Duration;

use crate::guessing::guess_from_everywhere;
use crate::site::{PASSWORD, Site};

/// What the device of this client is given to keep.
fn token(client: &Client) -> String {
    client.device.issued().unwrap()
}

/// How an attempt is refused that nothing but the slow-down stands against.
const SLOWED_DOWN: LoggedIn = LoggedIn::Throttled { wait: Duration::SECOND };

#[tokio::test]
async fn a_known_device_gets_in_at_a_new_address_while_the_account_is_slowed_down() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    guess_from_everywhere(&site, 100).await;
    assert_eq!(site.log_in(&site.client_at("203.0.113.9"), PASSWORD).await, SLOWED_DOWN);
    let travelling = site.device_at("203.0.113.9", &token(&ann));
    assert_eq!(site.log_in(&travelling, PASSWORD).await, LoggedIn::Done);
}

#[tokio::test]
async fn a_device_of_somebody_else_a_forged_one_and_an_old_one_wait_like_strangers() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    let old = token(&ann);
    site.clock.advance(DEVICE_LIFETIME);
    let (bob, _) = site.registered("bob@example.com").await;
    let other = token(&bob);
    let accounts = |token: &str| token.split('.').nth(3).unwrap().to_owned();
    let forged = other.replace(&accounts(&other), &accounts(&old));
    guess_from_everywhere(&site, 100).await;
    for useless in [&old, &other, &forged] {
        let client = site.device_at("203.0.113.9", useless);
        assert_eq!(site.log_in(&client, PASSWORD).await, SLOWED_DOWN, "{useless}");
    }
}

#[tokio::test]
async fn guesses_with_a_stolen_token_are_limited_whatever_the_addresses() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    let stolen = token(&ann);
    let phone = site.client();
    assert_eq!(site.log_in(&phone, PASSWORD).await, LoggedIn::Done);
    guess_from_everywhere(&site, 100).await;
    for n in 0..3 {
        let thief = site.device_at(&format!("203.0.113.{n}"), &stolen);
        assert_eq!(site.log_in(&thief, "wrong").await, LoggedIn::InvalidCredentials, "{n}");
    }
    let limited = LoggedIn::Throttled { wait: Duration::minutes(15) };
    let thief = site.device_at("203.0.113.9", &stolen);
    assert_eq!(site.log_in(&thief, PASSWORD).await, limited, "whatever the password is");
    // Neither where she has been before, nor her other device.
    let at_home = site.device_at("192.0.2.1", &stolen);
    assert_eq!(site.log_in(&at_home, PASSWORD).await, LoggedIn::Done);
    let travelling = site.device_at("203.0.113.77", &token(&phone));
    assert_eq!(site.log_in(&travelling, PASSWORD).await, LoggedIn::Done);
}

#[tokio::test]
async fn a_right_password_forgives_the_failures_of_its_device() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    let token = token(&ann);
    guess_from_everywhere(&site, 100).await;
    let log_in = async |address: usize, password| {
        site.log_in(&site.device_at(&format!("203.0.113.{address}"), &token), password).await
    };
    for address in [1, 2] {
        assert_eq!(log_in(address, "wrong").await, LoggedIn::InvalidCredentials);
    }
    assert_eq!(log_in(3, PASSWORD).await, LoggedIn::Done);
    for address in [4, 5, 6] {
        assert_eq!(log_in(address, "wrong").await, LoggedIn::InvalidCredentials, "{address}");
    }
    assert!(matches!(log_in(7, "wrong").await, LoggedIn::Throttled { .. }));
}

#[tokio::test]
async fn every_way_in_gives_a_token_and_only_once() {
    let site = Site::new().await;
    let (ann, _) = site.ann().await;
    let (olga, _) = site.olga().await;
    assert!(olga.device.issued().is_some(), "by a provider");
    let again = site.device_at("192.0.2.1", &token(&ann));
    assert_eq!(site.log_in(&again, PASSWORD).await, LoggedIn::Done);
    assert_eq!(again.device.issued(), None, "it has one");
    site.clock.advance(Duration::days(30));
    let later = site.device_at("192.0.2.1", &token(&ann));
    assert_eq!(site.log_in(&later, PASSWORD).await, LoggedIn::Done);
    assert!(later.device.issued().is_some(), "so that it does not end while it is used");
}

#[tokio::test]
async fn a_login_that_fails_gives_no_token() {
    let site = Site::new().await;
    site.ann().await;
    let client = site.client();
    assert_eq!(site.log_in(&client, "wrong").await, LoggedIn::InvalidCredentials);
    assert_eq!(client.device.issued(), None);
    *site.overtaken.before.lock().unwrap() = Some("user");
    assert_eq!(site.log_in(&client, PASSWORD).await, LoggedIn::Superseded);
    assert_eq!(client.device.issued(), None);
}
