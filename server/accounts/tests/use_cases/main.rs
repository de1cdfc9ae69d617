//! The rules of the use cases, without a server: SQLite and a session store in memory, and a clock that stands still.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should say where")]

mod devices;
mod guessing;
mod new_sessions;
mod own_data;
mod sign_ins;
mod site;
mod spellings;
mod training; // slim: trainer
mod training_at_once; // slim: trainer
mod training_login; // slim: trainer
mod training_versions; // slim: trainer

use accounts::password::Purpose;
use accounts::ports::{Identity, User};
use accounts::{
    ChangePassword, Client, DemoAccount, Error, ExternalPerson, Linking, LogIn, LoggedIn, OAuthSignIn,
    PasswordChanged,
};
use domain::form::FieldError;
use time::Duration;

use self::site::{NOW, OTHER, PASSWORD, Site, identity, login};

#[tokio::test]
async fn a_login_whose_password_is_changed_meanwhile_signs_nobody_in() {
    let site = Site::new().await;
    site.ann().await;
    let client = site.client();
    *site.overtaken.before.lock().unwrap() = Some("user");
    assert_eq!(site.log_in(&client, PASSWORD).await, LoggedIn::Superseded);
    assert_eq!(login(&client).await, None);
    assert!(client.session.meta().is_none(), "its session is gone");
}

#[tokio::test]
async fn after_three_wrong_passwords_the_right_one_has_to_wait_too() {
    let site = Site::new().await;
    site.ann().await;
    for _ in 0..3 {
        assert_eq!(site.log_in(&site.client(), "wrong").await, LoggedIn::InvalidCredentials);
    }
    let LoggedIn::Throttled { wait } = site.log_in(&site.client(), PASSWORD).await else {
        panic!("not throttled")
    };
    assert_eq!(wait, Duration::minutes(15));
    site.clock.advance(wait);
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done);
}

#[tokio::test]
async fn a_right_password_forgives_its_attempt() {
    let site = Site::new().await;
    site.ann().await;
    for _ in 0..10 {
        assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done);
    }
}

#[tokio::test]
async fn an_unknown_address_is_throttled_like_a_known_one() {
    let site = Site::new().await;
    for _ in 0..3 {
        assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::InvalidCredentials);
    }
    assert!(matches!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Throttled { .. }));
}

#[tokio::test]
async fn an_address_that_holds_its_part_of_the_line_waits_alone() {
    let site = Site::new().await;
    site.ann().await;
    // A hundred and more requests of one customer: of an IPv6 address the /64 counts.
    let address = "2001:db8:1:2::1".parse().unwrap();
    let crowd = || site.passwords.place(Purpose::LogIn, address).ok();
    let places: Vec<_> = std::iter::from_fn(crowd).collect();
    let log_in = async |address: &str, password| {
        let input = LogIn { email: "ann@example.com", password };
        site.accounts.log_in(&site.client_at(address), input).await
    };
    for _ in 0..4 {
        let refused = log_in("2001:db8:1:2::3", "wrong").await;
        assert!(matches!(refused, Err(Error::Busy)), "it is no failed login: {refused:?}");
    }
    for elsewhere in ["2001:db8:1:3::1", "192.0.2.1"] {
        assert_eq!(log_in(elsewhere, PASSWORD).await.unwrap(), LoggedIn::Done);
    }
    drop(places);
    assert_eq!(log_in("2001:db8:1:2::3", PASSWORD).await.unwrap(), LoggedIn::Done);
}

#[tokio::test]
async fn the_last_way_in_stays() {
    let site = Site::new().await;
    let (client, user) = site.olga().await;
    let login = login(&client).await.unwrap();
    let unlink = async || site.accounts.unlink(&client, &login, &user, "demo").await.unwrap();
    assert_eq!(unlink().await, Linking::LastWayIn);
    let another = Identity { provider: "other".to_owned(), subject: "1".to_owned() };
    assert_eq!(site.accounts.link(&client, &login, &user.id, &another).await.unwrap(), Linking::Done);
    assert_eq!(unlink().await, Linking::Done);
    assert_eq!(unlink().await, Linking::NotLinked);
}

#[tokio::test]
async fn an_equal_address_at_a_provider_opens_no_account() {
    let site = Site::new().await;
    site.ann().await;
    let client = site.client();
    let person = ExternalPerson {
        identity: identity("stranger"),
        email: Some("ANN@example.com".to_owned()),
        email_verified: true,
        name: Some("Ann".to_owned()),
    };
    assert_eq!(site.accounts.sign_in_with_provider(&client, &person).await.unwrap(), OAuthSignIn::EmailTaken);
    assert_eq!(login(&client).await, None);
}

#[tokio::test]
async fn a_password_change_needs_a_fresh_login_and_the_current_password() {
    let site = Site::new().await;
    let (client, user) = site.ann().await;
    let change = async |current| {
        let input = ChangePassword { current: Ok(current), new: Ok(OTHER) };
        let login = login(&client).await.unwrap();
        site.accounts.change_password(&client, &login, &user, input).await.unwrap()
    };
    let PasswordChanged::Invalid(errors) = change("wrong").await else { panic!("accepted") };
    assert_eq!(errors.get("current_password"), Some(FieldError::IncorrectPassword));
    site.clock.advance(Duration::minutes(11));
    assert_eq!(change(PASSWORD).await, PasswordChanged::FreshLoginRequired);
    let fresh = site.client();
    assert_eq!(site.log_in(&fresh, PASSWORD).await, LoggedIn::Done);
    let input = ChangePassword { current: Ok(PASSWORD), new: Ok(OTHER) };
    let login = login(&fresh).await.unwrap();
    let changed = site.accounts.change_password(&fresh, &login, &user, input).await.unwrap();
    assert_eq!(changed, PasswordChanged::Done);
    assert_eq!(
        site.sessions.rows.stats(site.clock.now()).await.unwrap().signed_in,
        1,
        "the other one has ended"
    );
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::InvalidCredentials);
    assert_eq!(site.log_in(&site.client(), OTHER).await, LoggedIn::Done);
}

/// The account of a client that has asked for a demo account.
async fn demo_user(site: &Site, client: &Client) -> User {
    assert_eq!(site.accounts.demo_account(client, None).await.unwrap(), DemoAccount::SignedIn);
    site.database.user(&login(client).await.unwrap().user_id).await.unwrap().unwrap()
}

#[tokio::test]
async fn a_demo_account_is_told_its_password_until_it_is_changed() {
    let site = Site::new().await;
    let client = site.client();
    let user = demo_user(&site, &client).await;
    assert_eq!(user.expires_at, Some(NOW + Duration::DAY));
    assert_eq!(site.database.workouts(&user.id, 100).await.unwrap().len(), 14); // slim: trainer
    let told = site.accounts.demo_login(&user).unwrap();
    let password = told.password.unwrap();
    assert!(!user.password_hash.as_ref().unwrap().contains(&password));
    let again = LogIn { email: told.email.as_str(), password: &password };
    assert_eq!(site.accounts.log_in(&site.client(), again).await.unwrap(), LoggedIn::Done);

    let input = ChangePassword { current: Ok(&password), new: Ok(OTHER) };
    let login = login(&client).await.unwrap();
    let changed = site.accounts.change_password(&client, &login, &user, input).await.unwrap();
    assert_eq!(changed, PasswordChanged::Done);
    let user = site.database.user(&user.id).await.unwrap().unwrap();
    assert_eq!(site.accounts.demo_login(&user).unwrap().password, None);
}

#[tokio::test]
async fn other_accounts_have_no_end_and_nothing_to_tell() {
    let site = Site::new().await;
    let (_, ann) = site.ann().await;
    assert_eq!(ann.expires_at, None);
    assert!(site.accounts.demo_login(&ann).is_none());
    site.clock.advance(Duration::days(400));
    assert_eq!(site.accounts.delete_expired(site.clock.now()).await.unwrap(), 0);
}

#[tokio::test]
async fn an_account_that_has_ended_leaves_no_session() {
    let site = Site::new().await;
    let client = site.client();
    let user = demo_user(&site, &client).await;
    let (_, ann) = site.ann().await;
    site.clock.advance(Duration::DAY - Duration::minutes(1));
    demo_user(&site, &site.client()).await;
    site.clock.advance(Duration::minutes(1));
    assert_eq!(site.accounts.delete_expired(site.clock.now()).await.unwrap(), 1);
    assert!(site.database.user(&user.id).await.unwrap().is_none());
    assert!(site.database.user(&ann.id).await.unwrap().is_some());
    let (listed, _) = site.sessions.list(&user.id, None, 10).await.unwrap();
    assert!(listed.is_empty());
}

#[tokio::test]
async fn a_login_is_not_counted_among_demo_accounts_nor_the_other_way_round() {
    let site = Site::new().await;
    for _ in 0..30 {
        demo_user(&site, &site.client()).await;
    }
    let limited = site.accounts.demo_account(&site.client(), None).await.unwrap();
    assert_eq!(limited, DemoAccount::Limited { wait: Duration::HOUR });
    site.ann().await;
    assert_eq!(site.log_in(&site.client(), "wrong").await, LoggedIn::InvalidCredentials);
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::Done);
}

#[tokio::test]
async fn two_clicks_on_one_page_lead_to_one_account() {
    let site = Site::new().await;
    let (first, second) = (site.client(), site.client());
    for client in [&first, &second] {
        let made = site.accounts.demo_account(client, Some("a token")).await.unwrap();
        assert_eq!(made, DemoAccount::SignedIn);
    }
    let (first, second) = (login(&first).await.unwrap(), login(&second).await.unwrap());
    assert_eq!(first.user_id, second.user_id);
    assert_eq!(site.database.workouts(&first.user_id, 100).await.unwrap().len(), 14); // slim: trainer
    let other = site.client();
    site.accounts.demo_account(&other, Some("another token")).await.unwrap();
    assert_ne!(login(&other).await.unwrap().user_id, first.user_id);
}

#[tokio::test]
async fn a_page_that_is_clicked_again_after_a_minute_leads_to_another_account() {
    let site = Site::new().await;
    let mut known = Vec::new();
    for _ in 0..8 {
        let clients = [site.client(), site.client()];
        for client in &clients {
            site.accounts.demo_account(client, Some("a token")).await.unwrap();
        }
        let id = login(&clients[0]).await.unwrap().user_id;
        assert!(!known.contains(&id), "that of an earlier visitor to a shared browser");
        known.push(id);
        site.clock.advance(Duration::MINUTE);
    }
}

#[tokio::test]
async fn if_the_address_of_a_click_is_taken_the_click_gets_another() {
    let before = Site::new().await;
    let client = before.client();
    before.accounts.demo_account(&client, Some("a token")).await.unwrap();
    let user = before.database.user(&login(&client).await.unwrap().user_id).await.unwrap().unwrap();
    // The same keys, and the address belongs to somebody else.
    let site = Site::new().await;
    site.registered(user.email.as_str()).await;
    let clients = [site.client(), site.client()];
    for client in &clients {
        let made = site.accounts.demo_account(client, Some("a token")).await.unwrap();
        assert_eq!(made, DemoAccount::SignedIn);
    }
    let [first, second] = [login(&clients[0]).await.unwrap(), login(&clients[1]).await.unwrap()];
    assert_eq!(first.user_id, second.user_id);
    let made = site.database.user(&first.user_id).await.unwrap().unwrap();
    assert_ne!(made.email, user.email);
}

#[tokio::test]
async fn an_account_is_removed_while_it_opens_with_the_published_password_and_never_otherwise() {
    let site = Site::new().await;
    let (_, ann) = site.ann().await;
    assert!(!site.accounts.unseed(&ann.email, OTHER).await.unwrap());
    assert!(site.database.user(&ann.id).await.unwrap().is_some());
    assert!(site.accounts.unseed(&ann.email, PASSWORD).await.unwrap());
    assert!(site.database.user(&ann.id).await.unwrap().is_none());
    assert_eq!(site.sessions.rows.stats(site.clock.now()).await.unwrap().signed_in, 0);
    assert!(!site.accounts.unseed(&ann.email, PASSWORD).await.unwrap());
}
