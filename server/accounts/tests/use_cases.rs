//! The rules of the use cases, without a server: SQLite and a session store in memory, and a clock that stands still.
#![allow(clippy::unwrap_used, reason = "a test that cannot continue should say where")]

use std::fmt;
use std::sync::{Arc, Mutex, OnceLock};

use accounts::password::Passwords;
use accounts::ports::{Identity, Limit, User};
use accounts::{
    Accounts, ChangePassword, Client, ExternalPerson, Linking, LogIn, LoggedIn, OAuthSignIn, PasswordChanged,
    Register, Registered, Settings,
};
use database::sqlite::SqliteDatabase;
use database::{Database, Intercepted};
use domain::account::{DisplayName, EmailAddress, NewPassword};
use domain::form::FieldError;
use sessions::clock::Clock;
use sessions::keys::Keys;
use sessions::settings::{CookieSettings, SameSite, SessionSettings};
use sessions::store::MemoryRows;
use sessions::typed::SessionStatus;
use sessions::{Login, Sessions, TypedSession};
use storage::intercept::{Cause, Intercept, Operation};
use time::{Duration, OffsetDateTime};

const NOW: OffsetDateTime = time::macros::datetime!(2026-03-01 09:00 UTC);
const PASSWORD: &str = "a long walk at dusk";
const OTHER: &str = "another long walk";

/// Changes the account's password in the middle of whatever calls `before`.
#[derive(Debug, Default)]
struct Overtaken {
    before: Mutex<Option<&'static str>>,
    database: OnceLock<Arc<dyn Database>>,
}

impl Intercept for Overtaken {
    async fn around<T: Send, E: fmt::Display + Send>(
        &self,
        operation: Operation,
        _: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        let now = self.before.lock().unwrap().take_if(|name| *name == operation.name).is_some();
        if now {
            let database = self.database.get().unwrap();
            let user = database.user_by_email(&email("ann@example.com")).await.unwrap().unwrap();
            database.set_password(&user.id, user.credentials_version, "changed").await.unwrap().unwrap();
        }
        call.await
    }
}

struct Site {
    accounts: Accounts,
    sessions: Arc<Sessions>,
    database: Arc<dyn Database>,
    overtaken: Arc<Overtaken>,
    clock: Clock,
}

fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

fn identity(subject: &str) -> Identity {
    Identity { provider: "demo".to_owned(), subject: subject.to_owned() }
}

impl Site {
    async fn new() -> Self {
        let clock = Clock::manual(NOW);
        let settings = SessionSettings {
            ttl: Duration::days(1),
            idle_timeout: Duration::hours(1),
            absolute_lifetime: Duration::days(7),
            touch_interval: Duration::minutes(1),
            fresh_for: Duration::minutes(10),
            sweep_interval: Duration::minutes(10),
            cookie: CookieSettings {
                name: "id".to_owned(),
                secure: false,
                same_site: SameSite::Lax,
                domain: None,
            },
        };
        let keys = Keys::new(&["a secret of more than thirty-two bytes"]).unwrap();
        let sessions = Sessions::new(Arc::new(MemoryRows::new()), &keys, clock.clone(), settings);
        let pool = storage::sqlite::open_memory().await.unwrap();
        let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(pool).await.unwrap());
        let overtaken = Arc::new(Overtaken::default());
        overtaken.database.set(Arc::clone(&database)).unwrap();
        let store = Arc::new(Intercepted::new(Arc::clone(&database), Arc::clone(&overtaken)));
        // The cheapest hash there is: these tests are not about its cost.
        let passwords = Passwords::with_params(2, argon2::Params::new(8, 1, 1, None).unwrap());
        let limit = |count, minutes| Limit { count, period: Duration::minutes(minutes) };
        let settings = Settings {
            login_limit: limit(3, 15),
            login_limit_address: limit(20, 15),
            attempt_key: [7; 32],
            shared_account: Some(email("shared@example.com")),
        };
        let accounts = Accounts::new(store, Arc::clone(&sessions), passwords, clock.clone(), settings);
        Self { accounts, sessions, database, overtaken, clock }
    }

    /// A client without a session.
    fn client(&self) -> Client {
        Client {
            session: TypedSession::absent(Arc::clone(&self.sessions), SessionStatus::None),
            ip_address: "192.0.2.1".parse().unwrap(),
            user_agent: None,
        }
    }

    /// Ann, and the client that is signed in as her.
    async fn ann(&self) -> (Client, User) {
        self.registered("ann@example.com").await
    }

    async fn registered(&self, address: &str) -> (Client, User) {
        let client = self.client();
        let input = Register {
            display_name: DisplayName::parse("Ann").unwrap(),
            email: email(address),
            password: NewPassword::parse(PASSWORD, &[]).unwrap(),
        };
        assert_eq!(self.accounts.register(&client, input).await.unwrap(), Registered::SignedIn);
        (client, self.database.user_by_email(&email(address)).await.unwrap().unwrap())
    }

    async fn log_in(&self, client: &Client, password: &str) -> LoggedIn {
        self.accounts.log_in(client, LogIn { email: "ann@example.com", password }).await.unwrap()
    }
}

async fn login(client: &Client) -> Option<Login> {
    client.session.data().await.login
}

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
async fn the_last_way_in_stays() {
    let site = Site::new().await;
    let client = site.client();
    let person = ExternalPerson {
        identity: identity("1"),
        email: Some("olga@example.com".to_owned()),
        email_verified: false,
        name: None,
    };
    assert_eq!(site.accounts.sign_in_with_provider(&client, &person).await.unwrap(), OAuthSignIn::Done);
    let user = site.database.user_by_email(&email("olga@example.com")).await.unwrap().unwrap();
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

#[tokio::test]
async fn an_account_that_strangers_share_cannot_be_changed() {
    let site = Site::new().await;
    let (client, user) = site.registered("shared@example.com").await;
    let login = login(&client).await.unwrap();
    let input = ChangePassword { current: Ok(PASSWORD), new: Ok(OTHER) };
    let changed = site.accounts.change_password(&client, &login, &user, input).await.unwrap();
    assert_eq!(changed, PasswordChanged::SharedAccount);
    assert_eq!(site.accounts.may_link(&login, &user), Linking::SharedAccount);
    assert_eq!(site.accounts.unlink(&client, &login, &user, "demo").await.unwrap(), Linking::SharedAccount);
}
