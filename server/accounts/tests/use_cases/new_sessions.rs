//! How many sessions the logins of one address may begin.

use accounts::{Client, ExternalPerson, LogIn, LoggedIn, OAuthSignIn};
use time::Duration;

use crate::site::{PASSWORD, Site, identity};

/// As in `accounts/src/new_sessions.rs`.
const BURST: usize = 1_000;

#[tokio::test]
async fn an_address_begins_so_many_sessions_and_then_one_every_two_seconds() {
    let site = Site::new().await;
    let (signed_in, _) = site.ann().await;
    for number in 0..BURST {
        assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done, "{number}");
    }
    let throttled = LoggedIn::Throttled { wait: Duration::seconds(2) };
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, throttled);
    assert_eq!(site.log_in(&site.client(), "wrong").await, throttled, "which password it was is not told");
    assert_eq!(by_provider(&site, &site.client()).await, OAuthSignIn::TooManySessions);
    // Neither another address nor a login that replaces a session is refused.
    assert_eq!(site.log_in(&site.client_at("192.0.2.9"), PASSWORD).await, LoggedIn::Done);
    assert_eq!(site.log_in(&signed_in, PASSWORD).await, LoggedIn::Done);
    site.clock.advance(Duration::seconds(2));
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done);
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, throttled);
}

/// A refusal that counted as a failed login would lock people out for longer than the limit does.
#[tokio::test]
async fn a_login_that_is_refused_for_it_is_no_failed_login() {
    let site = Site::new().await;
    site.ann().await;
    for _ in 0..BURST {
        site.log_in(&site.client(), PASSWORD).await;
    }
    for _ in 0..10 {
        assert!(matches!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Throttled { .. }));
    }
    site.clock.advance(Duration::seconds(2));
    let input = LogIn { email: "ann@example.com", password: PASSWORD };
    assert_eq!(site.accounts.log_in(&site.client(), input).await.unwrap(), LoggedIn::Done);
}

async fn by_provider(site: &Site, client: &Client) -> OAuthSignIn {
    let person = ExternalPerson {
        identity: identity("olga"),
        email: Some("olga@example.com".to_owned()),
        email_verified: false,
        name: None,
    };
    site.accounts.sign_in_with_provider(client, &person).await.unwrap()
}
