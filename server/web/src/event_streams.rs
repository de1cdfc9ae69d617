//! How many event streams are open, and what they cost.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use limits::places::{Place, Places};
use sessions::watch;

/// What happens how often. Only tests use other times than the default.
#[derive(Debug, Clone, Copy)]
pub struct EventTimes {
    /// The store is asked about each session whose end somebody waits for.
    pub look: Duration,
    /// A stream on which nothing happens sends an empty comment: proxies cut what is silent for a minute, and a client
    /// that has gone without a word is noticed when it is written to.
    pub heartbeat: Duration,
}

impl Default for EventTimes {
    fn default() -> Self {
        Self { look: watch::INTERVAL, heartbeat: Duration::from_secs(15) }
    }
}

/// Every stream holds a connection for as long as its page is open, so there may be half as many as connections: the
/// others stay for requests. No address gets more than half of them.
#[derive(Debug)]
pub(crate) struct EventStreams {
    places: Arc<Places>,
    pub(crate) times: EventTimes,
}

impl EventStreams {
    pub(crate) fn new(connections: usize, times: EventTimes) -> Self {
        Self { places: Places::new(connections / 2), times }
    }

    pub(crate) fn take(&self, address: IpAddr) -> Option<Place> {
        self.places.take(address)
    }
}
