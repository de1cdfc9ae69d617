//! Profiles shown on pages, cached for a few minutes.
//!
//! The cache holds [`Profile`]s rather than accounts: password hash, credentials version and preferences are
//! left out, so that no decision can be based on cached data.
//!
//! Not a cache library, because those have a clock of their own, which tests could not control, and may
//! insert a value that was loaded before an invalidation.

use std::fmt;
use std::num::NonZeroUsize;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use domain::account::{DisplayName, EmailAddress, UserId};
use lru::LruCache;
use time::{Duration, OffsetDateTime};

use crate::ports::{DatabaseError, User};
use sessions::clock::Clock;

/// How many profiles are cached. (500 is not zero: the `unwrap` is evaluated at compile time.)
pub(crate) const CAPACITY: NonZeroUsize = NonZeroUsize::new(500).unwrap();

/// How long a profile is cached, and so the longest time that changes by another instance stay invisible
/// here.
pub(crate) const LIFETIME: Duration = Duration::minutes(5);

/// What a page shows about a signed-in person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Profile {
    /// Public.
    pub id: UserId,
    pub email: EmailAddress,
    /// See [`User::email_verified`].
    pub email_verified: bool,
    /// What to call the person.
    pub display_name: DisplayName,
    /// When the account was created.
    pub created_at: OffsetDateTime,
}

impl From<User> for Profile {
    fn from(user: User) -> Self {
        Self {
            id: user.id,
            email: user.email,
            email_verified: user.email_verified,
            display_name: user.display_name,
            created_at: user.created_at,
        }
    }
}

/// The least recently used of [`CAPACITY`] profiles is evicted first; none lives longer than [`LIFETIME`].
pub(crate) struct ProfileCache {
    clock: Clock,
    state: Mutex<State>,
}

struct State {
    profiles: LruCache<UserId, Cached>,
    /// Counts invalidations. A load that began under a different count may have read data that has changed
    /// since.
    generation: u64,
}

struct Cached {
    profile: Arc<Profile>,
    /// Taken before the account was read.
    read_at: OffsetDateTime,
}

impl ProfileCache {
    #[must_use]
    pub(crate) fn new(clock: Clock) -> Self {
        let state = State { profiles: LruCache::new(CAPACITY), generation: 0 };
        Self { clock, state: Mutex::new(state) }
    }

    /// The profile from the cache, or from `load`. `None` if there is no such account (which is not cached).
    ///
    /// # Errors
    /// Those of `load`.
    pub(crate) async fn get_or_load<F>(
        &self,
        id: &UserId,
        load: impl FnOnce() -> F,
    ) -> Result<Option<Arc<Profile>>, DatabaseError>
    where
        F: Future<Output = Result<Option<User>, DatabaseError>>,
    {
        let read_at = self.clock.now();
        let generation = {
            let mut state = self.state();
            if let Some(cached) = state.profiles.get(id) {
                // If the clock was set back, an entry must not live longer.
                if cached.read_at <= read_at && read_at - cached.read_at < LIFETIME {
                    return Ok(Some(Arc::clone(&cached.profile)));
                }
                state.profiles.pop(id);
            }
            state.generation
        };
        let Some(user) = load().await? else { return Ok(None) };
        let profile = Arc::new(Profile::from(user));
        let mut state = self.state();
        // One counter for all ids: simpler than one per id, and its only cost is a second read for the few
        // loads that were in progress during a change.
        if state.generation == generation {
            state.profiles.put(id.clone(), Cached { profile: Arc::clone(&profile), read_at });
        }
        Ok(Some(profile))
    }

    /// Removes a profile. Call it after the change was written; a load that began earlier does not bring the
    /// old profile back.
    pub(crate) fn invalidate(&self, id: &UserId) {
        let mut state = self.state();
        state.generation = state.generation.wrapping_add(1);
        state.profiles.pop(id);
    }

    /// Nothing is left half-done under this lock, so a panic elsewhere does no harm.
    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl fmt::Debug for ProfileCache {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ProfileCache").field("len", &self.state().profiles.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests;
