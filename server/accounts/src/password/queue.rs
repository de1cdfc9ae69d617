//! Who hashes next. Hashing is the one thing here that strangers can make expensive, so the wait for it is
//! bounded, a flood of registrations does not hold up logins, and no address holds up the others: it leaves some of
//! the places in a line to them, and in the line addresses take turns.

use std::collections::HashMap;
use std::sync::{Arc, Mutex as SyncMutex, MutexGuard as SyncMutexGuard, PoisonError};

use tokio::sync::{Mutex, OwnedSemaphorePermit, Semaphore};

/// What a password is hashed for. Each purpose has a line of its own, and the lines take turns: however many
/// accounts are being created, a login waits for one of them at most.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Checking the password of an account, or changing it.
    LogIn,
    /// A new account.
    Register,
}

impl Purpose {
    /// How many may wait for each password that is hashed at a time. At some 30 ms each that is a wait of two
    /// seconds for a login and one for a registration; more than that would be given up anyway.
    const fn places(self) -> usize {
        match self {
            Self::LogIn => 64,
            Self::Register => 32,
        }
    }
}

/// Two lines in front of a few permits.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    permits: Arc<Semaphore>,
    log_in: Arc<Line>,
    register: Arc<Line>,
}

#[derive(Debug)]
struct Line {
    places: Arc<Semaphore>,
    /// Addresses that hold a place.
    addresses: SyncMutex<HashMap<String, Share>>,
    /// Only the first of each line waits for a permit, so that permits alternate between the lines.
    first: Mutex<()>,
}

/// What one address has of a line.
#[derive(Debug, Default)]
struct Share {
    places: usize,
    /// Only the first of each address waits in the line, so that turns alternate between addresses.
    first: Arc<Mutex<()>>,
}

/// A place in a line, free again when dropped: a client that disconnects frees its place.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    line: Arc<Line>,
    address: String,
    first_of_address: Arc<Mutex<()>>,
}

impl Drop for Place {
    fn drop(&mut self) {
        self.line.leave(&self.address);
    }
}

impl Line {
    fn new(places: usize) -> Arc<Self> {
        Arc::new(Self {
            places: Arc::new(Semaphore::new(places)),
            addresses: SyncMutex::default(),
            first: Mutex::default(),
        })
    }

    fn addresses(&self) -> SyncMutexGuard<'_, HashMap<String, Share>> {
        // Nothing panics while holding the lock; even then the counts would be intact.
        self.addresses.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// A place, unless this address already holds as many as are free: with right passwords of its own accounts,
    /// which no limit for failed logins counts, it could otherwise hold them all. So one address gets half of an
    /// empty line, the next half of the rest, and so on.
    fn enter(self: &Arc<Self>, address: &str) -> Option<Place> {
        let mut addresses = self.addresses();
        if !self.has_room(&addresses, address) {
            return None;
        }
        let place = Arc::clone(&self.places).try_acquire_owned().ok()?;
        let share = addresses.entry(address.to_owned()).or_default();
        share.places += 1;
        let first_of_address = Arc::clone(&share.first);
        Some(Place { _place: place, line: Arc::clone(self), address: address.to_owned(), first_of_address })
    }

    fn has_room(&self, addresses: &HashMap<String, Share>, address: &str) -> bool {
        addresses.get(address).map_or(0, |share| share.places) < self.places.available_permits()
    }

    fn leave(&self, address: &str) {
        let mut addresses = self.addresses();
        if let Some(share) = addresses.get_mut(address) {
            share.places -= 1;
            if share.places == 0 {
                addresses.remove(address);
            }
        }
    }
}

impl Queue {
    pub(super) fn new(permits: usize) -> Self {
        let line = |purpose: Purpose| Line::new(purpose.places().saturating_mul(permits));
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            log_in: line(Purpose::LogIn),
            register: line(Purpose::Register),
        }
    }

    fn line(&self, purpose: Purpose) -> &Arc<Line> {
        match purpose {
            Purpose::LogIn => &self.log_in,
            Purpose::Register => &self.register,
        }
    }

    /// A place for a client at this address, unless the line is too long or the address holds too much of it.
    pub(super) fn enter(&self, purpose: Purpose, address: &str) -> Option<Place> {
        self.line(purpose).enter(address)
    }

    /// Whether [`Self::enter`] would give a place now.
    pub(super) fn has_room(&self, purpose: Purpose, address: &str) -> bool {
        let line = self.line(purpose);
        line.has_room(&line.addresses(), address)
    }

    /// Waits for the turn of this place: until it is the first of its address, and that address the first in its
    /// line. Each of the locks is fair (first come, first served), so an address that has had its turn queues
    /// up behind all others, and who goes away leaves every one of them.
    pub(super) async fn turn(&self, place: Place) -> OwnedSemaphorePermit {
        let _first_of_address = place.first_of_address.lock().await;
        let _first = place.line.first.lock().await;
        loop {
            // Nobody closes this semaphore, so the loop runs once.
            if let Ok(permit) = Arc::clone(&self.permits).acquire_owned().await {
                return permit;
            }
        }
    }

    #[cfg(test)]
    pub(super) fn permits(&self) -> &Arc<Semaphore> {
        &self.permits
    }
}

#[cfg(test)]
mod tests;
