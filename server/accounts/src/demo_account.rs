//! Accounts of a public demonstration: one for each visitor, removed after a day.
//!
//! The visitor is shown the address and password for as long as the account exists, in every browser signed
//! in to it, and yet the password is not stored: both are derived from the account's random id by HMAC, with
//! a key that is itself derived from `SESSION_SECRETS`. A copy of the database opens no account, and nothing
//! is lost when a session ends. After the secrets are rotated there are several keys; the one that yields the
//! account's address is the one it was created with.
//!
//! The page with the button has a secret of its own, and the id itself is derived from that, so that clicking twice
//! leads to one account, on any instance.

use domain::account::{DisplayName, EmailAddress, UserId};
use rand::RngExt as _;
use sessions::mac;
use time::{Duration, OffsetDateTime};

use crate::events::SecurityEventKind;
use crate::password::Purpose;
use crate::ports::{Attempt, AttemptKey, Limit, Limits, NewUser, User, UserCreated};
use crate::sign_in::SignIn;
use crate::throttle::limit_key;
use crate::training::demo_history; // slim: trainer
use crate::{Accounts, Client, Error};

/// How long a demo account exists.
const LIFETIME: Duration = Duration::DAY;

/// How many one client address may create: enough for a classroom behind one router.
const LIMIT: Limit = Limit { count: 30, period: Duration::HOUR };

/// How many ids are derived from a click, and then made at random. Rarely is more than one needed: for a page whose
/// account is older than [`REPEATABLE`], or if the derived address is taken, which has 40 random bits.
const TRIES: u32 = 3;

/// For how long after it made an account a click leads to that. Later the page may be in somebody else's hands, who
/// goes back to it in the history of a shared browser.
const REPEATABLE: Duration = Duration::MINUTE;

/// How many expired accounts are deleted per query.
const BATCH: u32 = 100;

/// Like base32, but without letters and digits that look alike.
const ALPHABET: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// Outcome of asking for a demo account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DemoAccount {
    /// The account was created and the visitor is signed in.
    SignedIn,
    /// Too many have been created from this address.
    Limited { wait: Duration },
}

/// Whether a call created an account, or found one that an earlier call with the same click had created.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Made {
    Now,
    Before,
}

/// How a visitor logs in to their demo account in another browser.
#[derive(Clone, PartialEq, Eq)]
pub struct DemoLogin {
    pub email: EmailAddress,
    /// `None` if the visitor has set another, or if the secret it was derived from is no longer configured.
    pub password: Option<String>,
    /// When the account is removed.
    pub ends_at: OffsetDateTime,
}

/// What is derived from an account's id.
struct Derived {
    email: String,
    password: String,
}

impl Derived {
    fn new(key: &[u8; 32], id: &UserId) -> Self {
        let tag = |what: &str| mac::tag(key, format!("{what} {id}").as_bytes());
        let [address, password] = [tag("address"), tag("password")];
        // 80 bits, in groups that can be typed on a phone.
        let groups: Vec<String> = password[..16].chunks(4).map(letters).collect();
        Self { email: format!("guest-{}@example.com", letters(&address[..8])), password: groups.join("-") }
    }
}

/// Another one for each round.
fn id_of_click(key: &[u8; 32], click: &str, round: u32) -> UserId {
    let tag = mac::tag(key, format!("click {round} {click}").as_bytes());
    let mut id = [0; 16];
    id.copy_from_slice(&tag[..16]);
    UserId::from_random(id)
}

/// One character of [`ALPHABET`] for each byte.
fn letters(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| char::from(ALPHABET[usize::from(byte % 32)])).collect()
}

impl Accounts {
    /// Creates an account for this visitor alone, and signs in. Calls with the same
    /// `click`, a secret of the visitor's page, lead to the same account for a minute.
    ///
    /// # Errors
    /// If a store or the hashing fails. A new account is then deleted again.
    pub async fn demo_account(&self, client: &Client, click: Option<&str>) -> Result<DemoAccount, Error> {
        let now = self.clock.now();
        // Counted along with failed logins, under an address that none of those can have. So all instances
        // share one sliding window.
        let address = format!("demo accounts {}", limit_key(client.ip_address));
        let key = AttemptKey { account: "demo accounts".to_owned(), address };
        let limits = Limits { per_account: LIMIT, per_address: LIMIT, slow_down: None };
        let number = match self.store.reserve_attempt(&key, &limits, now).await? {
            Attempt::Reserved(number) => number,
            Attempt::Limited(wait) | Attempt::SlowedDown(wait) => {
                tracing::warn!(event = "excess_rate_limit_exceeded", address = %client.ip_address, "demo accounts are limited");
                return Ok(DemoAccount::Limited { wait });
            }
        };
        let created = self.create_demo_account(client, now, click).await;
        if !matches!(created, Ok(Made::Now))
            && let Err(error) = self.store.forgive_attempt(number, &key, false).await
        {
            tracing::debug!(%error, "a demo account that was not created still counts");
        }
        created.map(|_| DemoAccount::SignedIn)
    }

    async fn create_demo_account(
        &self,
        client: &Client,
        now: OffsetDateTime,
        click: Option<&str>,
    ) -> Result<Made, Error> {
        let (user, made) = self.demo_user(client, now, click).await?;
        if made == Made::Before {
            self.sign_in_to_demo(client, &user).await?;
            return Ok(made);
        }
        let signed_in = self.furnish_and_sign_in(client, &user).await;
        if signed_in.is_err()
            && let Err(error) = self.store.delete_user(&user.id).await
        {
            tracing::warn!(user.id = %user.id, %error, "a demo account that nobody uses stays until it ends");
        }
        signed_in.map(|()| made)
    }

    async fn demo_user(
        &self,
        client: &Client,
        now: OffsetDateTime,
        click: Option<&str>,
    ) -> Result<(User, Made), Error> {
        let internal = |what: &str| Error::Internal(format!("a demo account: {what}"));
        let key = self.demo_account_keys.first().ok_or_else(|| internal("no key"))?;
        for round in 0..2 * TRIES {
            let click = click.filter(|_| round < TRIES);
            let id = match click {
                Some(click) => id_of_click(key, click, round),
                None => UserId::from_random(rand::rng().random()),
            };
            if click.is_some()
                && let Some(user) = self.store.user(&id).await?
            {
                if now - user.created_at < REPEATABLE {
                    return Ok((user, Made::Before));
                }
                continue;
            }
            let Derived { email, password } = Derived::new(key, &id);
            let email = EmailAddress::parse(&email).map_err(|_| internal("the address"))?;
            let name = DisplayName::parse("Demo visitor").map_err(|_| internal("the name"))?;
            let new = NewUser {
                id: id.clone(),
                password_hash: Some(
                    self.passwords.hash(self.place(client, Purpose::Register)?, &password).await?,
                ),
                preferences: self.preferences_to_adopt(client).await,
                expires_at: Some(now + LIFETIME),
                ..self.new_user(email, name)
            };
            if let UserCreated::Done(user) = self.store.create_user(new).await? {
                return Ok((user, Made::Now));
            }
            // Two clicks may have come at once, and the other was faster.
            if click.is_some()
                && let Some(user) = self.store.user(&id).await?
            {
                return Ok((user, Made::Before));
            }
        }
        Err(internal("every address was taken"))
    }

    async fn furnish_and_sign_in(&self, client: &Client, user: &User) -> Result<(), Error> {
        // slim: trainer
        let training = user.preferences.clone().unwrap_or_default().training;
        for workout in demo_history(&training, user.created_at) {
            self.store.add_workout(&user.id, &workout).await?;
        }
        // slim: end
        self.sign_in_to_demo(client, user).await?;
        self.record(client, &user.id, SecurityEventKind::AccountCreated).await;
        Ok(())
    }

    async fn sign_in_to_demo(&self, client: &Client, user: &User) -> Result<(), Error> {
        match self.sign_in(client, user, "password", None).await? {
            SignIn::Done => Ok(()),
            // Nobody else knows the account yet, so this is no outcome anyone could act on.
            SignIn::Superseded => Err(Error::Unavailable),
        }
    }

    /// Address and password of a demo account; `None` for any other account.
    #[must_use]
    pub fn demo_login(&self, user: &User) -> Option<DemoLogin> {
        let ends_at = user.expires_at?;
        let initial = user.credentials_version == 1;
        let password = self
            .demo_account_keys
            .iter()
            .map(|key| Derived::new(key, &user.id))
            .find(|derived| initial && derived.email == user.email.as_str())
            .map(|derived| derived.password);
        Some(DemoLogin { email: user.email.clone(), password, ends_at })
    }

    /// Deletes all expired accounts, with everything that belongs to them. Returns how many this call
    /// has deleted. Any number of instances may call it at once.
    ///
    /// # Errors
    /// If a store fails; the next call continues.
    pub async fn delete_expired(&self, now: OffsetDateTime) -> Result<u64, Error> {
        let mut deleted = 0;
        loop {
            let expired = self.store.expired_users(now, BATCH).await?;
            // One that cannot be deleted must not hold up the others.
            let mut failed = None;
            let before = deleted;
            for user in &expired {
                match self.remove(user, "an account has reached its end").await {
                    Ok(done) => deleted += u64::from(done),
                    Err(error) => failed = Some(error),
                }
            }
            if expired.len() < BATCH as usize || deleted == before {
                return failed.map_or(Ok(deleted), Err);
            }
        }
    }

    /// The account itself comes last, so that the next call makes up for whatever fails before that. Only its
    /// sessions are ended once more afterwards: somebody may have logged in meanwhile.
    pub(crate) async fn remove(&self, user: &User, why: &'static str) -> Result<bool, Error> {
        self.sessions.end_all(&user.id, None).await?;
        self.store.delete_attempts_of(&self.throttle.account_key(user.email.key())).await?;
        let deleted = self.store.delete_user(&user.id).await?;
        self.profiles.invalidate(&user.id);
        self.sessions.end_all(&user.id, None).await?;
        tracing::info!(event = "user_deleted", user.id = %user.id, "{why}");
        Ok(deleted)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn address_and_password_can_be_typed_and_differ_between_accounts_and_keys() {
        let [one, two] = [1, 2].map(|n| UserId::from_random([n; 16]));
        let Derived { email, password } = Derived::new(&[7; 32], &one);
        assert!(EmailAddress::parse(&email).is_ok(), "{email}");
        assert_eq!(password.len(), 19, "{password}");
        assert!(password.split('-').all(|group| group.len() == 4), "{password}");
        for other in [Derived::new(&[7; 32], &two), Derived::new(&[8; 32], &one)] {
            assert_ne!(other.email, email);
            assert_ne!(other.password, password);
        }
    }

    #[test]
    fn a_click_leads_to_one_account_and_another_click_to_another() {
        let [key, other] = [[7; 32], [8; 32]];
        let id = id_of_click(&key, "token", 0);
        assert_eq!(id_of_click(&key, "token", 0), id);
        for another in
            [id_of_click(&key, "other", 0), id_of_click(&other, "token", 0), id_of_click(&key, "token", 1)]
        {
            assert_ne!(another, id);
        }
    }
}
