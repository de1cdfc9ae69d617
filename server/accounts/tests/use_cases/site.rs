//! An installation without a server.

use std::sync::{Arc, Mutex, OnceLock};

use accounts::password::Passwords;
use accounts::ports::{Identity, Limit, User};
use accounts::{
    Accounts, Client, Device, ExternalPerson, LogIn, LoggedIn, OAuthSignIn, Register, Registered, Settings,
};
use database::sqlite::SqliteDatabase;
use database::{Database, Intercepted};
use domain::account::{DisplayName, EmailAddress, NewPassword};
use sessions::clock::Clock;
use sessions::keys::Keys;
use sessions::settings::{CookieSettings, SameSite, SessionSettings};
use sessions::store::MemoryRows;
use sessions::typed::SessionStatus;
use sessions::{Login, Sessions, TypedSession};
use storage::intercept::{Cause, Intercept, Operation};
use time::{Duration, OffsetDateTime};

pub(crate) const NOW: OffsetDateTime = time::macros::datetime!(2026-03-01 09:00 UTC);
pub(crate) const PASSWORD: &str = "a long walk at dusk";
pub(crate) const OTHER: &str = "another long walk";

/// Changes the account's password in the middle of whatever calls `before`, and knows what was called.
#[derive(Debug, Default)]
pub(crate) struct Overtaken {
    pub(crate) before: Mutex<Option<&'static str>>,
    calls: Mutex<Vec<&'static str>>,
    database: OnceLock<Arc<dyn Database>>,
}

impl Overtaken {
    /// The operations called since the last time.
    pub(crate) fn take(&self) -> Vec<&'static str> {
        std::mem::take(&mut self.calls.lock().unwrap())
    }

    /// How often this operation was called.
    pub(crate) fn calls_of(&self, name: &str) -> usize {
        self.calls.lock().unwrap().iter().filter(|call| **call == name).count()
    }
}

impl Intercept for Overtaken {
    async fn around<T: Send, E: std::error::Error + Send + 'static>(
        &self,
        operation: Operation,
        _: fn(Cause) -> E,
        call: impl Future<Output = Result<T, E>> + Send,
    ) -> Result<T, E> {
        self.calls.lock().unwrap().push(operation.name);
        let now = self.before.lock().unwrap().take_if(|name| *name == operation.name).is_some();
        if now {
            let database = self.database.get().unwrap();
            let user = database.user_by_email(&email("ann@example.com")).await.unwrap().unwrap();
            database.set_password(&user.id, user.credentials_version, "changed").await.unwrap().unwrap();
        }
        call.await
    }
}

pub(crate) struct Site {
    pub(crate) accounts: Accounts,
    pub(crate) sessions: Arc<Sessions>,
    pub(crate) database: Arc<dyn Database>,
    pub(crate) overtaken: Arc<Overtaken>,
    pub(crate) clock: Clock,
    /// Those of the accounts: places taken here are taken there.
    pub(crate) passwords: Passwords,
}

pub(crate) fn email(text: &str) -> EmailAddress {
    EmailAddress::parse(text).unwrap()
}

pub(crate) fn identity(subject: &str) -> Identity {
    Identity { provider: "demo".to_owned(), subject: subject.to_owned() }
}

impl Site {
    pub(crate) async fn new() -> Self {
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
        let engine = storage::sqlite::open_memory().await.unwrap();
        let database: Arc<dyn Database> = Arc::new(SqliteDatabase::open(engine).await.unwrap());
        let overtaken = Arc::new(Overtaken::default());
        overtaken.database.set(Arc::clone(&database)).unwrap();
        let store = Arc::new(Intercepted::new(Arc::clone(&database), Arc::clone(&overtaken)));
        // The cheapest hash there is: these tests are not about its cost.
        let passwords = Passwords::with_params(2, argon2::Params::new(8, 1, 1, None).unwrap());
        let limit = |count, minutes| Limit { count, period: Duration::minutes(minutes) };
        let settings = Settings {
            login_limit: limit(3, 15),
            login_limit_address: limit(200, 15),
            registration_limit: limit(20, 60),
            attempt_key: [7; 32],
            device_keys: vec![[8; 32]],
            demo_account_keys: vec![[9; 32]],
        };
        let accounts =
            Accounts::new(store, Arc::clone(&sessions), passwords.clone(), clock.clone(), settings);
        Self { accounts, sessions, database, overtaken, clock, passwords }
    }

    /// A client without a session.
    pub(crate) fn client(&self) -> Client {
        Client {
            session: TypedSession::absent(Arc::clone(&self.sessions), SessionStatus::None),
            ip_address: "192.0.2.1".parse().unwrap(),
            user_agent: None,
            device: Device::default(),
        }
    }

    /// Ann, and the client that is signed in as her.
    pub(crate) async fn ann(&self) -> (Client, User) {
        self.registered("ann@example.com").await
    }

    pub(crate) async fn registered(&self, address: &str) -> (Client, User) {
        let client = self.client();
        assert_eq!(self.register(&client, address, PASSWORD).await, Registered::SignedIn);
        (client, self.database.user_by_email(&email(address)).await.unwrap().unwrap())
    }

    /// A client at another address.
    pub(crate) fn client_at(&self, address: &str) -> Client {
        Client { ip_address: address.parse().unwrap(), ..self.client() }
    }

    /// A client at another address with this token of a device.
    pub(crate) fn device_at(&self, address: &str, token: &str) -> Client {
        let device = Device::presenting(vec![token.as_bytes().to_vec()]);
        Client { device, ..self.client_at(address) }
    }

    /// Olga, who came by a provider and has no password, and the client that is signed in as her.
    pub(crate) async fn olga(&self) -> (Client, User) {
        let client = self.client();
        let person = ExternalPerson {
            identity: identity("1"),
            email: Some("olga@example.com".to_owned()),
            email_verified: false,
            name: None,
        };
        let signed_in = self.accounts.sign_in_with_provider(&client, &person).await.unwrap();
        assert_eq!(signed_in, OAuthSignIn::Done);
        (client, self.database.user_by_email(&email("olga@example.com")).await.unwrap().unwrap())
    }

    pub(crate) async fn register(&self, client: &Client, address: &str, password: &str) -> Registered {
        let input = Register {
            display_name: DisplayName::parse("Ann").unwrap(),
            email: email(address),
            password: NewPassword::parse(password, &[]).unwrap(),
        };
        self.accounts.register(client, input).await.unwrap()
    }

    pub(crate) async fn log_in(&self, client: &Client, password: &str) -> LoggedIn {
        self.accounts.log_in(client, LogIn { email: "ann@example.com", password }).await.unwrap()
    }
}

pub(crate) async fn login(client: &Client) -> Option<Login> {
    client.session.data().await.login
}
