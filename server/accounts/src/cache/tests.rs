use std::sync::atomic::{AtomicU32, Ordering};

use time::macros::datetime;
use tokio::sync::Barrier;

use super::*;

fn id(n: u32) -> UserId {
    let mut bytes = [0; 16];
    bytes[..4].copy_from_slice(&n.to_be_bytes());
    UserId::from_random(bytes)
}

fn user(id: &UserId, name: &str) -> User {
    User {
        id: id.clone(),
        email: EmailAddress::parse("ada@example.com").unwrap(),
        email_verified: true,
        display_name: DisplayName::parse(name).unwrap(),
        password_hash: Some("secret".to_owned()),
        credentials_version: 1,
        preferences: None,
        created_at: OffsetDateTime::UNIX_EPOCH,
        expires_at: None,
        sign_ins_seen_at: None,
    }
}

/// A cache in front of a database of names that counts its reads.
struct Bed {
    clock: Clock,
    cache: ProfileCache,
    name: Mutex<&'static str>,
    reads: AtomicU32,
}

impl Bed {
    fn new() -> Self {
        let clock = Clock::manual(datetime!(2025-06-01 12:00 UTC));
        let cache = ProfileCache::new(clock.clone());
        Self { clock, cache, name: Mutex::new("Ada"), reads: AtomicU32::new(0) }
    }

    fn read(&self, id: &UserId) -> Option<User> {
        self.reads.fetch_add(1, Ordering::SeqCst);
        Some(user(id, *self.name.lock().unwrap()))
    }

    async fn name_of(&self, id: &UserId) -> String {
        let profile = self.cache.get_or_load(id, async || Ok(self.read(id))).await.unwrap().unwrap();
        profile.display_name.as_str().to_owned()
    }

    fn reads(&self) -> u32 {
        self.reads.load(Ordering::SeqCst)
    }
}

#[tokio::test]
async fn a_profile_is_read_once_in_five_minutes() {
    let bed = Bed::new();
    bed.name_of(&id(1)).await;
    bed.clock.advance(LIFETIME - Duration::milliseconds(1));
    bed.name_of(&id(1)).await;
    assert_eq!(bed.reads(), 1);
    bed.clock.advance(Duration::milliseconds(1));
    bed.name_of(&id(1)).await;
    assert_eq!(bed.reads(), 2);
}

#[tokio::test]
async fn a_clock_set_back_does_not_prolong_a_profile() {
    let bed = Bed::new();
    bed.name_of(&id(1)).await;
    bed.clock.advance(Duration::hours(-1));
    bed.name_of(&id(1)).await;
    assert_eq!(bed.reads(), 2);
}

#[tokio::test]
async fn an_invalidated_profile_is_read_again_and_the_others_are_not() {
    let bed = Bed::new();
    bed.name_of(&id(1)).await;
    bed.name_of(&id(2)).await;
    *bed.name.lock().unwrap() = "Grace";
    bed.cache.invalidate(&id(1));
    assert_eq!(bed.name_of(&id(1)).await, "Grace");
    assert_eq!(bed.name_of(&id(2)).await, "Ada");
    assert_eq!(bed.reads(), 3);
}

#[tokio::test]
async fn the_least_recently_used_profile_makes_room() {
    let bed = Bed::new();
    let capacity = u32::try_from(CAPACITY.get()).unwrap();
    for n in 0..capacity {
        bed.name_of(&id(n)).await;
    }
    bed.name_of(&id(0)).await;
    bed.name_of(&id(capacity)).await;
    assert_eq!(bed.reads(), capacity + 1);
    bed.name_of(&id(0)).await;
    assert_eq!(bed.reads(), capacity + 1, "the recently used one stayed");
    bed.name_of(&id(1)).await;
    assert_eq!(bed.reads(), capacity + 2, "the oldest one was evicted");
}

#[tokio::test]
async fn a_missing_account_and_a_failure_are_not_remembered() {
    let bed = Bed::new();
    assert_eq!(bed.cache.get_or_load(&id(1), async || Ok(None)).await.unwrap(), None);
    bed.cache.get_or_load(&id(1), async || Err(DatabaseError::corrupt("x"))).await.unwrap_err();
    assert_eq!(bed.name_of(&id(1)).await, "Ada");
}

/// The race: a load reads the old name; before it finishes, the name is changed and the cache invalidated.
#[tokio::test]
async fn a_load_that_began_before_an_invalidation_does_not_bring_the_old_profile_back() {
    let bed = Bed::new();
    let (has_read, may_finish) = (Barrier::new(2), Barrier::new(2));
    let id = &id(1);
    let slow = bed.cache.get_or_load(id, async || {
        let read = bed.read(id);
        has_read.wait().await;
        may_finish.wait().await;
        Ok(read)
    });
    let change = async {
        has_read.wait().await;
        *bed.name.lock().unwrap() = "Grace";
        bed.cache.invalidate(id);
        may_finish.wait().await;
    };
    let (slow, ()) = tokio::join!(slow, change);
    assert_eq!(slow.unwrap().unwrap().display_name.as_str(), "Ada", "it read before the change");
    assert_eq!(bed.name_of(id).await, "Grace");
}

/// The same, but in the meantime another reader has cached the new name.
#[tokio::test]
async fn a_slow_load_does_not_replace_a_newer_profile() {
    let bed = Bed::new();
    let (has_read, may_finish) = (Barrier::new(2), Barrier::new(2));
    let id = &id(1);
    let slow = bed.cache.get_or_load(id, async || {
        let read = bed.read(id);
        has_read.wait().await;
        may_finish.wait().await;
        Ok(read)
    });
    let change = async {
        has_read.wait().await;
        *bed.name.lock().unwrap() = "Grace";
        bed.cache.invalidate(id);
        assert_eq!(bed.name_of(id).await, "Grace");
        may_finish.wait().await;
    };
    let (slow, ()) = tokio::join!(slow, change);
    slow.unwrap();
    assert_eq!(bed.name_of(id).await, "Grace");
    assert_eq!(bed.reads(), 2);
}
