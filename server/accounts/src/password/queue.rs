//! Who hashes next. Hashing is the one thing here that strangers can make expensive, so the wait for it is
//! bounded, and a flood of registrations does not hold up logins.

use std::sync::Arc;

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
    log_in: Line,
    register: Line,
}

#[derive(Debug, Clone)]
struct Line {
    places: Arc<Semaphore>,
    /// Only the first of each line waits for a permit, so that permits alternate between the lines.
    first: Arc<Mutex<()>>,
}

/// A place in a line, free again when dropped: a client that disconnects frees its place.
#[derive(Debug)]
pub struct Place {
    _place: OwnedSemaphorePermit,
    purpose: Purpose,
}

impl Queue {
    pub(super) fn new(permits: usize) -> Self {
        let line = |purpose: Purpose| Line {
            places: Arc::new(Semaphore::new(purpose.places().saturating_mul(permits))),
            first: Arc::default(),
        };
        Self {
            permits: Arc::new(Semaphore::new(permits)),
            log_in: line(Purpose::LogIn),
            register: line(Purpose::Register),
        }
    }

    fn line(&self, purpose: Purpose) -> &Line {
        match purpose {
            Purpose::LogIn => &self.log_in,
            Purpose::Register => &self.register,
        }
    }

    /// A place, unless the line is too long.
    pub(super) fn enter(&self, purpose: Purpose) -> Option<Place> {
        let place = Arc::clone(&self.line(purpose).places).try_acquire_owned().ok()?;
        Some(Place { _place: place, purpose })
    }

    /// Waits for the turn of this place. Both locks are fair: first come, first served.
    pub(super) async fn turn(&self, place: Place) -> OwnedSemaphorePermit {
        let _first = self.line(place.purpose).first.lock().await;
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
mod tests {
    use super::*;

    /// Polls once: whether the turn has come.
    async fn is_ready<T>(future: &mut (impl Future<Output = T> + Unpin)) -> Option<T> {
        std::future::poll_fn(|context| match std::pin::Pin::new(&mut *future).poll(context) {
            std::task::Poll::Ready(value) => std::task::Poll::Ready(Some(value)),
            std::task::Poll::Pending => std::task::Poll::Ready(None),
        })
        .await
    }

    #[tokio::test]
    async fn a_login_waits_for_one_registration_at_most() {
        let queue = Queue::new(1);
        let running = queue.turn(queue.enter(Purpose::Register).unwrap()).await;
        let mut registrations: Vec<_> = (0..Purpose::Register.places())
            .map(|_| Box::pin(queue.turn(queue.enter(Purpose::Register).unwrap())))
            .collect();
        for registration in &mut registrations {
            assert!(is_ready(registration).await.is_none());
        }
        let mut login = Box::pin(queue.turn(queue.enter(Purpose::LogIn).unwrap()));
        assert!(is_ready(&mut login).await.is_none());
        drop(running);
        let first = is_ready(&mut registrations[0]).await.expect("the first in line");
        assert!(is_ready(&mut registrations[1]).await.is_none(), "it is in line behind the login now");
        drop(first);
        assert!(is_ready(&mut registrations[1]).await.is_none());
        assert!(is_ready(&mut login).await.is_some());
    }

    #[tokio::test]
    async fn a_full_line_takes_nobody_until_somebody_goes_away() {
        let queue = Queue::new(1);
        let _running = queue.turn(queue.enter(Purpose::LogIn).unwrap()).await;
        let mut waiting: Vec<_> = (0..Purpose::LogIn.places())
            .map(|_| Box::pin(queue.turn(queue.enter(Purpose::LogIn).unwrap())))
            .collect();
        for login in &mut waiting {
            assert!(is_ready(login).await.is_none());
        }
        assert!(queue.enter(Purpose::LogIn).is_none());
        assert!(queue.enter(Purpose::Register).is_some(), "the other line has its own places");
        drop(waiting.pop());
        assert!(queue.enter(Purpose::LogIn).is_some());
        // Gone as well: the one whose turn would have been next.
        drop(waiting.remove(0));
        assert!(queue.enter(Purpose::LogIn).is_some());
    }
}
