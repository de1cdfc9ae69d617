//! Places for exchanges with providers. An exchange outlives the connection that began it, so their number is
//! bounded here, and no address gets a place while it holds as many as are free: one alone holds half of them
//! at most.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use connections::rate_limit::customer;

#[derive(Debug)]
pub(crate) struct ExchangePlaces {
    places: usize,
    taken: Mutex<Taken>,
}

#[derive(Debug, Default)]
struct Taken {
    in_all: usize,
    /// Of those addresses that hold any. IPv6 per /64.
    by_address: HashMap<IpAddr, usize>,
}

/// Free again when dropped.
#[derive(Debug)]
pub(crate) struct Place {
    of: Arc<ExchangePlaces>,
    address: IpAddr,
}

impl ExchangePlaces {
    pub(crate) fn new(places: usize) -> Arc<Self> {
        Arc::new(Self { places, taken: Mutex::default() })
    }

    pub(crate) fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place> {
        let address = customer(address);
        let mut taken = self.taken();
        let own = taken.by_address.get(&address).copied().unwrap_or_default();
        if own >= self.places - taken.in_all {
            return None;
        }
        taken.in_all += 1;
        taken.by_address.insert(address, own + 1);
        Some(Place { of: Arc::clone(self), address })
    }

    fn taken(&self) -> MutexGuard<'_, Taken> {
        // Nothing panics while holding the lock; even then the counts would be intact.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        taken.in_all -= 1;
        if let Some(own) = taken.by_address.get_mut(&self.address) {
            *own -= 1;
            if *own == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as there are for this address.
    fn all_of(places: &Arc<ExchangePlaces>, address: &str) -> Vec<Place> {
        std::iter::from_fn(|| places.take(address.parse().unwrap())).collect()
    }

    #[test]
    fn one_address_holds_half_of_them_and_others_find_a_place() {
        let places = ExchangePlaces::new(256);
        let first = all_of(&places, "192.0.2.1");
        assert_eq!(first.len(), 128);
        let second = all_of(&places, "192.0.2.2");
        assert_eq!(second.len(), 64);
        assert!(places.take("192.0.2.3".parse().unwrap()).is_some());
    }

    #[test]
    fn a_whole_network_of_ipv6_is_one_address() {
        let places = ExchangePlaces::new(4);
        let held = all_of(&places, "2001:db8:1:2::1");
        assert!(places.take("2001:db8:1:2:ffff::1".parse().unwrap()).is_none());
        assert_eq!(held.len(), 2);
        assert!(places.take("2001:db8:1:3::1".parse().unwrap()).is_some());
    }

    #[test]
    fn a_place_that_is_given_back_is_free_and_leaves_nothing_behind() {
        let places = ExchangePlaces::new(2);
        drop(all_of(&places, "192.0.2.1"));
        let taken = places.taken();
        assert!(taken.in_all == 0 && taken.by_address.is_empty());
    }
}
