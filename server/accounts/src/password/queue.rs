//! Who hashes next. Hashing is the one thing here that strangers can make expensive, so the wait for it is
//! bounded, a flood of registrations does not hold up logins, and no address holds up the others: it leaves some of
//! the places in a line to them, and in the line addresses take turns.

use std::net::IpAddr;
use std::sync::Arc;

use limits::places::{self, Places};
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

/// How many passwords there are to be hashed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Load {
    /// Waiting, for a [`Purpose::LogIn`].
    pub log_in: usize,
    /// Waiting, for a [`Purpose::Register`].
    pub register: usize,
    pub running: usize,
}

/// Two lines in front of a few permits.
#[derive(Debug, Clone)]
pub(super) struct Queue {
    permits: Arc<Semaphore>,
    permitted: usize,
    log_in: Arc<Line>,
    register: Arc<Line>,
}

#[derive(Debug)]
struct Line {
    places: Arc<Places<Turns>>,
    /// Only the first of each line waits for a permit, so that permits alternate between the lines.
    first: Mutex<()>,
}

/// Only the first of each address waits in the line, so that turns alternate between addresses.
type Turns = Arc<Mutex<()>>;

/// A place in a line, free again when dropped: a client that disconnects frees its place.
#[derive(Debug)]
pub struct Place {
    place: places::Place<Turns>,
    line: Arc<Line>,
}

impl Queue {
    pub(super) fn new(permits: usize) -> Self {
        let line = |purpose: Purpose| {
            let places = Places::new(purpose.places().saturating_mul(permits));
            Arc::new(Line { places, first: Mutex::default() })
        };
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            permitted: permits,
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

    /// A place for a client at this address, unless the line is too long or the address holds too much of it: with
    /// right passwords of its own accounts, which no limit for failed logins counts, it could otherwise hold all.
    pub(super) fn enter(&self, purpose: Purpose, address: IpAddr) -> Option<Place> {
        let line = self.line(purpose);
        line.places.take(address).map(|place| Place { place, line: Arc::clone(line) })
    }

    /// Whether [`Self::enter`] would give a place now.
    pub(super) fn has_room(&self, purpose: Purpose, address: IpAddr) -> bool {
        self.line(purpose).places.has_room(address)
    }

    pub(super) fn load(&self) -> Load {
        Load {
            log_in: self.log_in.places.count_taken(),
            register: self.register.places.count_taken(),
            running: self.permitted.saturating_sub(self.permits.available_permits()),
        }
    }

    /// Waits for the turn of this place: until it is the first of its address, and that address the first in its
    /// line. Each of the locks is fair (first come, first served), so an address that has had its turn queues
    /// up behind all others, and who goes away leaves every one of them.
    pub(super) async fn turn(&self, place: Place) -> OwnedSemaphorePermit {
        let _first_of_address = place.place.shared().lock().await;
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
