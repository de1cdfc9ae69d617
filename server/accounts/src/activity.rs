//! What happened to an account, in the form its owner can survey.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, PoisonError};

use domain::account::{EmailAddress, UserId};
use domain::millis::to_millis;
use limits::customer;
use lru::LruCache;
use sessions::Login;
use time::{Duration, OffsetDateTime};

use crate::events::{SecurityEventKind, record};
use crate::ports::{SecurityEvent, User};
use crate::{Accounts, Client, Error};

/// Failed logins are looked at as far back as this many.
const FAILURES: u32 = 200;

/// Addresses with failed logins that are listed, the newest ones.
const GROUPS: usize = 3;

/// Other events are looked at as far back as this many.
const OTHERS: u32 = 200;

/// For how long a sign-in is new, unless the owner says earlier that they have seen it.
const NEW_FOR: Duration = Duration::days(30);

/// New sign-ins that are shown besides the newest events.
const MOST_NEW: u32 = 50;

/// For how many accounts it is remembered that their owners were told. (Not zero: the `unwrap` is evaluated at compile
/// time.)
const ACCOUNTS: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// Logins that make a client known.
const LOGINS: u32 = 100;

/// How often the owner is told that logins are slowed down, while they are.
const TOLD_EVERY: Duration = Duration::HOUR;

/// A row of the activity.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Activity {
    /// The newest one, if there are several.
    pub event: SecurityEvent,
    /// More than one for failed logins from one address.
    pub times: u32,
    /// A sign-in that the owner has not seen yet.
    pub is_new: bool,
}

/// What happened lately, as it was read. Who looks at it decides what of it is new.
#[derive(Debug)]
pub struct Recent {
    /// Newest first, like the others.
    failures: Vec<SecurityEvent>,
    others: Vec<SecurityEvent>,
    now: OffsetDateTime,
}

impl Recent {
    /// For the owner, in a session of this login: the `limit` newest security events, newest first. In addition come
    /// sign-ins that are new, which nothing must push out before they were seen, and failed logins, which anybody can
    /// cause, grouped by address, so that they cannot push out what matters.
    #[must_use]
    pub fn rows(self, user: &User, login: &Login, limit: u32) -> Vec<Activity> {
        let Self { failures, others, now } = self;
        let mut rows = grouped(failures);
        rows.truncate(GROUPS);
        // So can attempts that are slowed down, though at most once an hour.
        let slowed_down = SecurityEventKind::LoginsSlowedDown.as_str();
        let mut told = false;
        let others = others
            .into_iter()
            .filter(|event| event.kind != slowed_down || !std::mem::replace(&mut told, true))
            .map(|event| Activity { is_new: is_new(&event, user, login, now), times: 1, event });
        let (mut room, mut new) = (limit, MOST_NEW);
        rows.extend(others.filter(|row| take(&mut room) || (row.is_new && take(&mut new))));
        rows.sort_by_key(|row| std::cmp::Reverse(row.event.at));
        rows
    }
}

/// Whether there was one left.
fn take(left: &mut u32) -> bool {
    let some = *left > 0;
    *left = left.saturating_sub(1);
    some
}

/// Whether the owner has not seen this sign-in yet. Not that of the session in which they look: it is in no doubt.
fn is_new(event: &SecurityEvent, user: &User, login: &Login, now: OffsetDateTime) -> bool {
    let is_own = to_millis(event.at) == to_millis(login.login_time) && event.ip_address == login.ip_address;
    event.kind == SecurityEventKind::LoginSucceeded.as_str()
        && user.sign_ins_seen_at.is_none_or(|seen| event.at > seen)
        && now - event.at < NEW_FOR
        && !is_own
}

impl Accounts {
    /// What happened to the account lately.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn activity(&self, user: &UserId) -> Result<Recent, Error> {
        let failed = SecurityEventKind::LoginFailed.as_str();
        let (failures, others) = tokio::try_join!(
            self.store.events_of(user, failed, FAILURES),
            self.store.events_except(user, failed, OTHERS),
        )?;
        Ok(Recent { failures, others, now: self.clock.now() })
    }

    /// The owner says that they have seen who signed in, up to the newest row of their page. Later sign-ins stay new,
    /// whatever the page says.
    ///
    /// Looking is not saying so. A GET that writes would take a prefetch, a preview or a reload for the owner's eyes,
    /// and a thief who only opens the page would wipe the marks away. One who clicks still can: the marks are a reminder,
    /// and the rows stay.
    ///
    /// # Errors
    /// If the database fails.
    pub async fn sign_ins_seen(&self, user: &UserId, until: OffsetDateTime) -> Result<(), Error> {
        Ok(self.store.set_sign_ins_seen(user, until.min(self.clock.now())).await?)
    }

    /// Whether somebody has signed in to this account from the client's address before; of an IPv6 address
    /// the /64 counts. The same is read if there is no such account.
    pub(crate) async fn is_known(
        &self,
        client: &Client,
        email: Option<&EmailAddress>,
    ) -> Result<bool, Error> {
        let user = match email {
            Some(email) => self.store.user_by_email(email).await?,
            None => None,
        };
        let nobody = UserId::from_random([0; 16]);
        let id = user.as_ref().map_or(&nobody, |user| &user.id);
        let kind = SecurityEventKind::LoginSucceeded.as_str();
        let logins = self.store.events_of(id, kind, LOGINS).await?;
        let here = customer(client.ip_address);
        let known = logins
            .iter()
            .filter_map(|login| login.ip_address.as_deref()?.parse::<IpAddr>().ok())
            .any(|address| customer(address) == here);
        if let Some(user) = user.filter(|user| self.slow_downs.is_news(&user.id, self.clock.now())) {
            crate::suspicion::count("many_failures");
            self.tell_owner(client, user.id);
        }
        Ok(known)
    }

    /// In the background: awaiting it would let the response time reveal that the account exists.
    fn tell_owner(&self, client: &Client, id: UserId) {
        let (store, at, address) = (Arc::clone(&self.store), self.clock.now(), client.ip_address);
        tokio::spawn(async move {
            let kind = SecurityEventKind::LoginsSlowedDown;
            // Another instance may have done it.
            match store.events_of(&id, kind.as_str(), 1).await {
                Ok(told) if told.first().is_some_and(|event| at - event.at < TOLD_EVERY) => {}
                Ok(_) => record(&*store, at, address, &id, kind).await,
                Err(error) => {
                    tracing::warn!(%error, "an owner could not be told that logins are slowed down")
                }
            }
        });
    }
}

/// Whom this instance has told lately that logins are slowed down: apart from that, a refusal writes nothing.
#[derive(Debug)]
pub(crate) struct SlowDowns(Mutex<LruCache<UserId, OffsetDateTime>>);

impl SlowDowns {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(ACCOUNTS)))
    }

    fn is_news(&self, id: &UserId, now: OffsetDateTime) -> bool {
        // Nothing panics while holding the lock.
        let mut told = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let news = told.get(id).is_none_or(|at| now - *at >= TOLD_EVERY);
        if news {
            told.put(id.clone(), now);
        }
        news
    }
}

/// From newest first to newest first.
fn grouped(events: Vec<SecurityEvent>) -> Vec<Activity> {
    let mut groups: Vec<Activity> = Vec::new();
    for event in events {
        match groups.iter_mut().find(|group| group.event.ip_address == event.ip_address) {
            Some(group) => group.times += 1,
            None => groups.push(Activity { event, times: 1, is_new: false }),
        }
    }
    groups
}
