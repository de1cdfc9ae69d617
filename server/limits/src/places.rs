//! Places that no address holds all of: it gets none while it holds as many as are free. So one address alone gets
//! half of them, the next half of the rest, and so on.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use crate::customer;

/// A number of places. All that one address holds share a `T`, which is made for the first of them.
#[derive(Debug)]
pub struct Places<T = ()> {
    count: usize,
    taken: Mutex<Taken<T>>,
}

#[derive(Debug, Default)]
struct Taken<T> {
    in_all: usize,
    /// Of those addresses that hold any.
    by_address: HashMap<IpAddr, Held<T>>,
}

#[derive(Debug, Default)]
struct Held<T> {
    places: usize,
    shared: T,
}

/// Free again when dropped.
#[derive(Debug)]
pub struct Place<T = ()> {
    of: Arc<Places<T>>,
    address: IpAddr,
    shared: T,
}

impl<T: Clone + Default> Places<T> {
    #[must_use]
    pub fn new(count: usize) -> Arc<Self> {
        Arc::new(Self { count, taken: Mutex::default() })
    }

    /// A place for a client at this address, if there is one for it.
    #[must_use]
    pub fn take(self: &Arc<Self>, address: IpAddr) -> Option<Place<T>> {
        let address = customer(address);
        let mut taken = self.taken();
        if !taken.has_room(self.count, address) {
            return None;
        }
        taken.in_all += 1;
        let held = taken.by_address.entry(address).or_default();
        held.places += 1;
        Some(Place { of: Arc::clone(self), address, shared: held.shared.clone() })
    }
}

impl<T> Places<T> {
    /// Whether [`Self::take`] would give a place now.
    #[must_use]
    pub fn has_room(&self, address: IpAddr) -> bool {
        self.taken().has_room(self.count, customer(address))
    }

    /// How many are taken.
    #[must_use]
    pub fn count_taken(&self) -> usize {
        self.taken().in_all
    }

    fn taken(&self) -> MutexGuard<'_, Taken<T>> {
        // Nothing panics while holding the lock; even then the counts would be intact.
        self.taken.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl<T> Taken<T> {
    fn has_room(&self, count: usize, address: IpAddr) -> bool {
        self.by_address.get(&address).map_or(0, |held| held.places) < count - self.in_all
    }
}

impl<T> Place<T> {
    /// What all places of this address have in common.
    #[must_use]
    pub fn shared(&self) -> &T {
        &self.shared
    }
}

impl<T> Drop for Place<T> {
    fn drop(&mut self) {
        let mut taken = self.of.taken();
        taken.in_all -= 1;
        if let Some(held) = taken.by_address.get_mut(&self.address) {
            held.places -= 1;
            if held.places == 0 {
                taken.by_address.remove(&self.address);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// As many as there are for this address.
    fn all_of(places: &Arc<Places>, address: &str) -> Vec<Place> {
        std::iter::from_fn(|| places.take(address.parse().unwrap())).collect()
    }

    #[test]
    fn each_address_holds_half_of_what_the_others_have_left() {
        let places = Places::new(64);
        let held: Vec<_> = (1..=8).map(|n| all_of(&places, &format!("192.0.2.{n}"))).collect();
        let counts: Vec<_> = held.iter().map(Vec::len).collect();
        assert_eq!(counts, [32, 16, 8, 4, 2, 1, 1, 0]);
    }

    #[test]
    fn a_whole_network_of_ipv6_is_one_address() {
        let places = Places::new(4);
        let held = all_of(&places, "2001:db8:1:2::1");
        assert_eq!(held.len(), 2);
        for (address, room) in [("2001:db8:1:2:ffff::1", false), ("2001:db8:1:3::1", true)] {
            assert_eq!(places.has_room(address.parse().unwrap()), room, "{address}");
            assert_eq!(places.take(address.parse().unwrap()).is_some(), room, "{address}");
        }
    }

    #[test]
    fn a_place_that_is_given_back_is_free_and_leaves_nothing_behind() {
        let places = Places::new(2);
        drop(all_of(&places, "192.0.2.1"));
        let taken = places.taken();
        assert!(taken.in_all == 0 && taken.by_address.is_empty());
    }

    #[test]
    fn the_places_of_one_address_share_and_those_of_another_do_not() {
        let places: Arc<Places<Arc<()>>> = Places::new(8);
        let take = |address: &str| places.take(address.parse().unwrap()).unwrap();
        let [one, same, other] = ["192.0.2.1", "192.0.2.1", "192.0.2.2"].map(take);
        assert!(Arc::ptr_eq(one.shared(), same.shared()));
        assert!(!Arc::ptr_eq(one.shared(), other.shared()));
    }
}
