//! Signs that somebody else is at work: logged, counted, and shown to the owner of the account among its activity.
//!
//! Nobody is signed out by any of them. Each has a harmless cause too (a private network that is switched on, a browser
//! that pretends to be another one, a login that took too long at its provider), and a rule that signs out is one that
//! anybody can use against the owner. The owner can tell the cases apart, and ends the session on `/session`.
//!
//! An ordinary request pays for this with two comparisons. What is found is written once for a session and what changed
//! about it, and at most [`MOST_TOLD`] times for a login, however often a thief changes the address.

use std::net::IpAddr;
use std::num::NonZeroUsize;
use std::sync::{Mutex, PoisonError};

use domain::user_agent::Device;
use limits::network;
use lru::LruCache;
use metrics::counter;
use session_rows::RowKey;
use sessions::{Login, TypedSession};

use crate::events::{SecurityEventKind, store_event};
use crate::{Accounts, Client};

/// For how many sessions it is remembered what was told of them. (Not zero: the `unwrap` is evaluated at compile time.)
const SESSIONS: NonZeroUsize = NonZeroUsize::new(1000).unwrap();

/// Events of a kind that one login can add to the activity of its account.
const MOST_TOLD: u32 = 5;

/// What is new about a session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Sign {
    /// This network, and this family of browsers.
    Elsewhere(IpAddr, &'static str),
    StateRefused,
}

/// What this instance has told lately.
#[derive(Debug)]
pub(crate) struct Told(Mutex<LruCache<(RowKey, Sign), ()>>);

impl Told {
    pub(crate) fn new() -> Self {
        Self(Mutex::new(LruCache::new(SESSIONS)))
    }

    fn is_news(&self, session: RowKey, sign: Sign) -> bool {
        // Nothing panics while holding the lock.
        self.0.lock().unwrap_or_else(PoisonError::into_inner).put((session, sign), ()).is_none()
    }
}

/// Counted under a word of ours.
pub(crate) fn count(sign: &'static str) {
    counter!("suspicious_activity_total", "sign" => sign).increment(1);
}

/// Whether a request comes from another network **and** from another family of browsers than the login did. One alone is
/// everyday life: people carry their devices about, and browsers change their versions. A session whose login says
/// nothing about either is never suspected.
fn elsewhere(login: &Login, address: IpAddr, user_agent: &[u8]) -> Option<Sign> {
    let here = network(address);
    if here == network(login.ip_address.as_deref()?.parse().ok()?) {
        return None;
    }
    let browser = |header: &str| Device::from_user_agent(header).browser();
    let (then, now) = (browser(login.user_agent.as_deref()?), browser(&String::from_utf8_lossy(user_agent)));
    (then != now).then_some(Sign::Elsewhere(here, now))
}

impl Accounts {
    /// A request is made in a session of this login, from this address and with this header (empty: none).
    pub async fn session_used(
        &self,
        session: &TypedSession,
        login: &Login,
        address: IpAddr,
        user_agent: &[u8],
    ) {
        let Some(sign) = elsewhere(login, address, user_agent) else { return };
        if self.is_news(session, sign) {
            let kind = SecurityEventKind::SessionUsedElsewhere;
            count("used_elsewhere");
            tracing::warn!(event = kind.as_str(), user.id = %login.user_id, "a session is used elsewhere");
            self.tell(login, address, kind).await;
        }
    }

    /// A provider's answer was refused because this browser has begun no such login: its state is invented, too old, or
    /// was used before. `login` is that of the session, if there is one: otherwise nobody knows whose account it is about.
    pub async fn state_refused(&self, client: &Client, login: Option<&Login>) {
        count("state_refused");
        if let Some(login) = login
            && self.is_news(&client.session, Sign::StateRefused)
        {
            self.tell(login, client.ip_address, SecurityEventKind::StateRefused).await;
        }
    }

    fn is_news(&self, session: &TypedSession, sign: Sign) -> bool {
        session.meta().is_some_and(|meta| self.told.is_news(meta.key, sign))
    }

    /// Tells the owner, unless another instance has done it.
    async fn tell(&self, login: &Login, address: IpAddr, kind: SecurityEventKind) {
        let shown = address.to_string();
        match self.store.events_of(&login.user_id, kind.as_str(), MOST_TOLD).await {
            Ok(told) => {
                let of_this_login: Vec<_> =
                    told.iter().filter(|event| event.at >= login.login_time).collect();
                let is_known = of_this_login.iter().any(|event| event.ip_address.as_ref() == Some(&shown));
                if !is_known && of_this_login.len() < MOST_TOLD as usize {
                    store_event(&*self.store, self.clock.now(), address, &login.user_id, kind).await;
                }
            }
            Err(error) => tracing::warn!(%error, "an owner could not be told what is suspicious"),
        }
    }
}
