//! A deletion, concurrent with anything else that happens to the account and its address.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use accounts::ports::{Linked, NewUser, UserCreated};
use database::Database;

use crate::database::backends::{account, all_at_once, at, created, email, identity, new_user};
use crate::database::deletion::full_account;
use crate::database::events::event;
use crate::database::logged_workouts::finished; // slim: trainer
use crate::database::workouts::workout; // slim: trainer

/// How many devices use the account when it is deleted.
const DEVICES: i64 = 50;

/// A deletion that takes longer is waiting for those that keep adding.
const DEADLINE: Duration = Duration::from_secs(30);

/// Number of repetitions, each with the deletion beginning a little later.
const ROUNDS: u64 = 4;

/// The subject of the identity that is linked from a device.
fn subject(device: i64) -> String {
    format!("of-device-{device}")
}

/// What a device does: one request after the other until the deletion has returned, and then each kind once
/// more. So some come before, some between and some after the steps of the deletion, wherever those are.
async fn go_on_adding(database: Arc<dyn Database>, user: NewUser, device: i64, deleted: Arc<AtomicBool>) {
    let mut left = 4;
    for request in 0.. {
        let second = device * 1_000_000 + request;
        match (device + request) % 4 {
            // slim: trainer
            0 => database.add_workout(&user.id, &workout("Full body A", second)).await.unwrap(),
            1 => {
                let (number, begun) = (u8::try_from(second % 251).unwrap(), at(second));
                database.add_logged(&user.id, &finished(number, begun), begun).await.map(|_| ()).unwrap();
            }
            // slim: end
            2 => database.add_event(&user.id, &event("session_created", second, None)).await.unwrap(),
            _ => {
                let linked = identity("github", &subject(device));
                assert_eq!(database.link_identity(&user.id, &linked, at(0)).await.unwrap(), Linked::Done);
            }
        }
        left -= i64::from(deleted.load(Ordering::Acquire));
        if left == 0 {
            return;
        }
    }
}

/// Sets the flag when it is dropped.
struct SetAtEnd(Arc<AtomicBool>);

impl Drop for SetAtEnd {
    fn drop(&mut self) {
        self.0.store(true, Ordering::Release);
    }
}

/// Deletes an account while [`DEVICES`] devices add to it; returns the former account.
pub(crate) async fn deletion_under_writers(database: &Arc<dyn Database>, delay: Duration) -> NewUser {
    let new = new_user("ada@example.com");
    full_account(database, new.clone(), "ada-at-google").await;
    let deleted = Arc::new(AtomicBool::new(false));
    all_at_once((0..=DEVICES).map(|device| {
        let (database, new, deleted) = (Arc::clone(database), new.clone(), Arc::clone(&deleted));
        async move {
            // Set however the deletion ends, so that a failing test ends too.
            let _done = (device == DEVICES).then(|| SetAtEnd(Arc::clone(&deleted)));
            if device < DEVICES {
                return go_on_adding(database, new, device, deleted).await;
            }
            tokio::time::sleep(delay).await;
            let deletion = tokio::time::timeout(DEADLINE, database.delete_user(&new.id)).await;
            assert!(deletion.is_ok_and(Result::unwrap), "it ends although the devices keep adding");
        }
    }))
    .await;
    new
}

pub(crate) async fn nothing_that_races_a_deletion_is_left_behind(database: Arc<dyn Database>) {
    for round in 0..ROUNDS {
        let ada = deletion_under_writers(&database, Duration::from_millis(round * 3)).await;
        assert_eq!(database.user_by_email(&ada.email).await.unwrap(), None);
        for device in 0..DEVICES {
            let linked = identity("github", &subject(device));
            assert_eq!(database.user_by_identity(&linked).await.unwrap(), None);
        }
        // The same person again, under the same id: anything left over would now show.
        let again = created(&database, ada).await.id;
        assert_eq!(database.workouts(&again, 100).await.unwrap(), []); // slim: trainer
        assert_eq!(database.logged_documents_behind(&again, None, 100).await.unwrap(), []); // slim: trainer
        assert_eq!(database.events(&again, 100).await.unwrap(), []);
        assert_eq!(database.identities(&again).await.unwrap(), []);
        assert!(database.delete_user(&again).await.unwrap());
    }
}

pub(crate) async fn of_fifty_parallel_deletions_one_says_that_it_did_it(database: Arc<dyn Database>) {
    let ada = full_account(&database, new_user("ada@example.com"), "1").await;
    let answers = all_at_once((0..50).map(|_| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        async move { database.delete_user(&id).await.unwrap() }
    }))
    .await;
    assert_eq!(answers.into_iter().filter(|deleted| *deleted).count(), 1);
    assert_eq!(database.user(&ada.id).await.unwrap(), None);
}

/// Address and identity pass from the old account to exactly one new one, never to two, and are never lost.
pub(crate) async fn of_fifty_who_take_over_from_a_deleted_account_one_succeeds(database: Arc<dyn Database>) {
    for round in 0..5_u64 {
        let with_identity =
            || NewUser { identity: Some(identity("google", "42")), ..new_user("ada@example.com") };
        let old = created(&database, with_identity()).await;
        let mut made: Vec<_> = all_at_once((0..=50).map(|n| {
            let (database, id, new) = (Arc::clone(&database), old.id.clone(), with_identity());
            async move {
                if n == 50 {
                    tokio::time::sleep(Duration::from_millis(round * 3)).await;
                    assert!(database.delete_user(&id).await.unwrap());
                    return None;
                }
                match database.create_user(new).await.unwrap() {
                    UserCreated::Done(user) => Some(user),
                    UserCreated::EmailTaken | UserCreated::IdentityTaken => None,
                }
            }
        }))
        .await
        .into_iter()
        .flatten()
        .collect();
        if made.is_empty() {
            // All of them were rejected before the deletion.
            made.push(created(&database, with_identity()).await);
        }
        assert_eq!(made.len(), 1);
        let owner = database.user_by_email(&email("ada@example.com")).await.unwrap();
        assert_eq!(owner.as_ref(), made.first());
        assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), owner);
        assert!(database.delete_user(&made[0].id).await.unwrap());
    }
}

/// While it is linked it cannot be linked by another account; once it is unlinked, it can.
pub(crate) async fn an_identity_that_moves_between_accounts_has_one_owner_at_most(
    database: Arc<dyn Database>,
) {
    let mut people = Vec::new();
    for n in 0..10 {
        people.push(account(&database, &format!("person-{n}@example.com")).await.id);
    }
    all_at_once(people.clone().into_iter().map(|person| {
        let database = Arc::clone(&database);
        async move {
            for _ in 0..5 {
                if database.link_identity(&person, &identity("google", "42"), at(0)).await.unwrap()
                    == Linked::Done
                {
                    let owner = database.user_by_identity(&identity("google", "42")).await.unwrap();
                    assert_eq!(owner.map(|owner| owner.id), Some(person.clone()), "linked, so it is theirs");
                    database.unlink_identity(&person, "google").await.unwrap();
                }
            }
        }
    }))
    .await;
    assert_eq!(database.user_by_identity(&identity("google", "42")).await.unwrap(), None);
    for person in people {
        assert_eq!(database.identities(&person).await.unwrap(), []);
    }
}
