//! A deleted account leaves nothing behind.

use std::sync::Arc;

use server::database::{Database, Linked, NewUser, Unlinked, User};
use workout_trainer::preferences::Preferences;

use crate::backends::{account, at, created, identity, new_user};
use crate::events::event;
use crate::workouts::workout;

/// An account with something in every place.
pub(crate) async fn full_account(database: &Arc<dyn Database>, new: NewUser, subject: &str) -> User {
    let person = created(database, new).await;
    database.link_identity(&person.id, &identity("google", subject), at(0)).await.unwrap();
    database.add_workout(&person.id, &workout("Full body A", 0)).await.unwrap();
    database.add_event(&person.id, &event("authn_login_success", 0, Some("192.0.2.1"))).await.unwrap();
    let preferences = Preferences { updated_at: Some(at(0)), ..Preferences::default() };
    database.set_preferences(&person.id, &preferences).await.unwrap();
    person
}

pub(crate) async fn a_deleted_account_leaves_nothing_behind(database: Arc<dyn Database>) {
    let ada = full_account(&database, new_user("ada@example.com"), "1").await;
    let grace = full_account(&database, new_user("grace@example.com"), "2").await;
    assert!(database.delete_user(&ada.id).await.unwrap());

    assert_eq!(database.user(&ada.id).await.unwrap(), None);
    assert_eq!(database.user_by_email(&ada.email).await.unwrap(), None);
    assert_eq!(database.user_by_identity(&identity("google", "1")).await.unwrap(), None);

    // The same person again, under the same id: whatever was left would now be seen.
    let again = NewUser { id: ada.id.clone(), ..new_user("ada@example.com") };
    let again = created(&database, again).await;
    assert_eq!(again.preferences, None);
    assert_eq!(database.identities(&again.id).await.unwrap(), []);
    assert_eq!(database.workouts(&again.id, 10).await.unwrap(), []);
    assert_eq!(database.events(&again.id, 10).await.unwrap(), []);
    let linked = database.link_identity(&again.id, &identity("google", "1"), at(0)).await.unwrap();
    assert_eq!(linked, Linked::Done);

    // Nobody else lost anything.
    assert!(database.user(&grace.id).await.unwrap().unwrap().preferences.is_some());
    assert_eq!(database.identities(&grace.id).await.unwrap().len(), 1);
    assert_eq!(database.workouts(&grace.id, 10).await.unwrap().len(), 1);
    assert_eq!(database.events(&grace.id, 10).await.unwrap().len(), 1);
}

/// A request in flight, whose account was deleted meanwhile: no error of ours, and no trace.
pub(crate) async fn nothing_can_be_added_to_a_deleted_account(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.delete_user(&ada.id).await.unwrap();
    database.add_workout(&ada.id, &workout("Full body A", 0)).await.unwrap();
    database.add_event(&ada.id, &event("authn_login_success", 0, None)).await.unwrap();
    database.link_identity(&ada.id, &identity("google", "1"), at(0)).await.unwrap();
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.set_password(&ada.id, 1, "$x").await.unwrap(), None);
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::NotLinked);
    assert_eq!(database.user_by_identity(&identity("google", "1")).await.unwrap(), None);
    let again = NewUser { id: ada.id.clone(), ..new_user("ada@example.com") };
    let again = created(&database, again).await;
    assert_eq!(database.identities(&again.id).await.unwrap(), []);
    assert_eq!(database.workouts(&again.id, 10).await.unwrap(), []);
    assert_eq!(database.events(&again.id, 10).await.unwrap(), []);
}

pub(crate) async fn deleting_twice_says_so(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert!(!database.delete_user(&ada.id).await.unwrap());
}
