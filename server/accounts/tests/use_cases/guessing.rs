//! Password guesses from many addresses and what the owner sees of them; accounts created in bulk.

use accounts::{Client, Confirmed, ExternalPerson, LogIn, LoggedIn, OAuthSignIn, Registered};
use domain::form::FieldError;
use time::Duration;

use crate::site::{PASSWORD, Site, email, identity, login};

/// Fails to log in to Ann's account, twice from each of many addresses.
pub(crate) async fn guess_from_everywhere(site: &Site, failures: usize) {
    for n in 0..failures {
        let client = site.client_at(&format!("198.51.{}.{}", 100 + n / 400, (n / 2) % 200));
        assert_eq!(site.log_in(&client, "wrong").await, LoggedIn::InvalidCredentials, "{n}");
    }
}

#[tokio::test]
async fn guessing_at_one_account_from_everywhere_is_slowed_down_but_its_owner_is_not() {
    let site = Site::new().await;
    site.ann().await; // at 192.0.2.1
    guess_from_everywhere(&site, 100).await;
    let stranger = site.client_at("203.0.113.9");
    for password in ["wrong", PASSWORD] {
        let answer = site.log_in(&stranger, password).await;
        assert_eq!(answer, LoggedIn::Throttled { wait: Duration::SECOND }, "even for the right password");
    }
    // From an address she has logged in from before, she gets in at once.
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done);
    // From a new address she has to wait a moment; after that, it is a known one too.
    site.clock.advance(Duration::SECOND);
    assert_eq!(site.log_in(&stranger, PASSWORD).await, LoggedIn::Done);
    assert_eq!(site.log_in(&site.client_at("203.0.113.9"), PASSWORD).await, LoggedIn::Done);
}

#[tokio::test]
async fn an_account_that_does_not_exist_is_slowed_down_in_the_same_way() {
    let site = Site::new().await;
    guess_from_everywhere(&site, 100).await;
    let answer = site.log_in(&site.client_at("203.0.113.9"), "wrong").await;
    assert_eq!(answer, LoggedIn::Throttled { wait: Duration::SECOND });
}

#[tokio::test]
async fn the_wait_grows_to_the_period_of_the_login_limit_and_no_further() {
    let site = Site::new().await;
    site.ann().await;
    guess_from_everywhere(&site, 100).await;
    let mut waits = Vec::new();
    for n in 0..130 {
        let client = site.client_at(&format!("203.0.113.{n}"));
        let LoggedIn::Throttled { wait } = site.log_in(&client, "wrong").await else { panic!("{n}") };
        site.clock.advance(wait);
        assert_eq!(site.log_in(&client, "wrong").await, LoggedIn::InvalidCredentials, "{n}");
        waits.push(wait.whole_seconds());
    }
    assert_eq!(waits[..3], [1, 1, 1]);
    assert_eq!(waits[10..12], [2, 2]);
    assert!(waits.is_sorted());
    assert_eq!(waits.last(), Some(&Duration::minutes(15).whole_seconds()));
}

#[tokio::test]
async fn the_owner_is_told_once() {
    let site = Site::new().await;
    let (_, ann) = site.ann().await;
    guess_from_everywhere(&site, 100).await;
    for n in 0..5 {
        let answer = site.log_in(&site.client_at(&format!("203.0.113.{n}")), "wrong").await;
        assert!(matches!(answer, LoggedIn::Throttled { .. }));
    }
    // The event is recorded in the background.
    let told = async |times: usize| {
        let begun = std::time::Instant::now();
        loop {
            let events = site.database.events_of(&ann.id, "authn_login_fail_max", 9).await.unwrap();
            if events.len() >= times || begun.elapsed() > std::time::Duration::from_secs(20) {
                return events.len();
            }
            tokio::task::yield_now().await;
        }
    };
    assert_eq!(told(1).await, 1);
    site.clock.advance(Duration::minutes(61));
    guess_from_everywhere(&site, 1).await;
    site.log_in(&site.client_at("203.0.113.77"), "wrong").await;
    assert_eq!(told(2).await, 2);
}

#[tokio::test]
async fn failed_logins_do_not_crowd_out_other_events() {
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    site.clock.advance(Duration::SECOND);
    guess_from_everywhere(&site, 40).await;
    // The failures are recorded in the background.
    let recorded = async {
        while site.database.events_of(&ann.id, "authn_login_fail", 100).await.unwrap().len() < 40 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(std::time::Duration::from_secs(20), recorded).await.unwrap();
    let own = login(&client).await.unwrap();
    let activity = site.accounts.activity(&ann.id).await.unwrap().rows(&ann, &own, 10);
    let rows: Vec<_> = activity.iter().map(|row| (row.event.kind.as_str(), row.times)).collect();
    assert_eq!(
        rows,
        [
            ("authn_login_fail", 2),
            ("authn_login_fail", 2),
            ("authn_login_fail", 2),
            ("user_created", 1),
            ("authn_login_success", 1),
        ]
    );
}

#[tokio::test]
async fn a_stolen_session_guesses_no_faster_from_many_addresses() {
    let site = Site::new().await;
    let (stolen, ann) = site.ann().await;
    let confirm = async |client: &Client, address: usize, password: &str| {
        let ip_address = format!("198.51.100.{address}").parse().unwrap();
        let client = Client { ip_address, ..client.clone() };
        site.accounts.confirm(&client, &ann, password).await.unwrap()
    };
    let wrong = Confirmed::Wrong(FieldError::IncorrectPassword);
    for address in 0..3 {
        assert_eq!(confirm(&stolen, address, "wrong").await, wrong, "{address}");
    }
    let throttled = Confirmed::Throttled { wait: Duration::minutes(15) };
    site.overtaken.take();
    assert_eq!(confirm(&stolen, 3, PASSWORD).await, throttled);
    assert_eq!(site.overtaken.take(), ["attempt_refusal"], "it reads, and writes nothing");
    // A throttled attempt is not counted, and her other session has a count of its own.
    let own = site.client();
    assert_eq!(site.log_in(&own, PASSWORD).await, LoggedIn::Done);
    for _ in 0..2 {
        assert_eq!(confirm(&own, 3, "wrong").await, wrong);
    }
    assert_eq!(confirm(&own, 3, PASSWORD).await, Confirmed::Done);
    site.clock.advance(Duration::minutes(15));
    assert_eq!(confirm(&stolen, 4, "wrong").await, wrong);
    assert_eq!(confirm(&stolen, 5, PASSWORD).await, Confirmed::Done);
}

#[tokio::test]
async fn accounts_created_from_one_address_are_limited() {
    let site = Site::new().await;
    for n in 0..20 {
        let made = site.register(&site.client(), &format!("p{n}@example.com"), PASSWORD).await;
        assert_eq!(made, Registered::SignedIn, "{n}");
    }
    site.overtaken.take();
    let refused = site.register(&site.client(), "p20@example.com", PASSWORD).await;
    // Which writes nothing when it refuses (`server/tests/it/database`).
    assert_eq!(site.overtaken.take(), ["reserve_attempt"]);
    assert_eq!(refused, Registered::Throttled { wait: Duration::HOUR });
    assert_eq!(site.database.user_by_email(&email("p20@example.com")).await.unwrap(), None);
    // Signing up through a provider is no way around it.
    let person = |subject: &str| ExternalPerson {
        identity: identity(subject),
        email: Some(format!("{subject}@example.com")),
        email_verified: false,
        name: None,
    };
    let by_provider = async |client: Client, subject| {
        site.accounts.sign_in_with_provider(&client, &person(subject)).await.unwrap()
    };
    assert_eq!(by_provider(site.client(), "olga").await, OAuthSignIn::Throttled);
    // Logging in is not affected, nor is another address.
    let input = LogIn { email: "p0@example.com", password: PASSWORD };
    assert_eq!(site.accounts.log_in(&site.client(), input).await.unwrap(), LoggedIn::Done);
    assert_eq!(by_provider(site.client_at("192.0.2.9"), "olga").await, OAuthSignIn::Done);
    assert_eq!(by_provider(site.client(), "olga").await, OAuthSignIn::Done, "she has an account now");
    site.clock.advance(Duration::HOUR);
    let made = site.register(&site.client(), "p20@example.com", PASSWORD).await;
    assert_eq!(made, Registered::SignedIn);
}
