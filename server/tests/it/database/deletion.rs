//! A deleted account leaves nothing behind.

use std::sync::Arc;

use accounts::ports::{Attempt, AttemptKey, Limit, Limits, Linked, NewUser, SlowDown, Unlinked, User};
use database::Database;
use domain::preferences::Preferences;
use oauth::demo_provider::DemoGrant; // slim: demo-provider
use sha2::{Digest as _, Sha256};
use time::Duration;

use crate::database::backends::{account, at, created, identity, new_user};
use crate::database::events::event;
use crate::database::logged_workouts::opened; // slim: trainer
use crate::database::workouts::workout; // slim: trainer

const ONE: Limit = Limit { count: 1, period: Duration::MINUTE };
const MANY: Limit = Limit { count: 100, period: Duration::MINUTE };

/// A random value that says nothing about the person and differs for every account.
fn hash(person: &User) -> [u8; 32] {
    Sha256::digest(person.id.as_str()).into()
}

/// The key of a failed login that was meant for this account.
fn failed_login(person: &User) -> AttemptKey {
    let account = hex::encode(hash(person));
    AttemptKey { account, address: "192.0.2.1".to_owned() }
}

fn limits(per_account: Limit) -> Limits {
    let slow_down = SlowDown { after: 100, memory: Duration::DAY, longest: Duration::MINUTE };
    Limits { per_account, per_address: MANY, slow_down: Some(slow_down) }
}

/// An account with data in every place, including those that do not belong to it.
pub(crate) async fn full_account(database: &Arc<dyn Database>, new: NewUser, subject: &str) -> User {
    let person = created(database, new).await;
    database.link_identity(&person.id, &identity("google", subject), at(0)).await.unwrap();
    database.add_workout(&person.id, &workout("Full body A", 0)).await.unwrap(); // slim: trainer
    database.add_logged(&person.id, &opened(1, at(0)), at(0)).await.unwrap(); // slim: trainer
    database.add_event(&person.id, &event("authn_login_success", 0, Some("192.0.2.1"))).await.unwrap();
    let preferences = Preferences { updated_at: Some(at(0)), ..Preferences::default() };
    database.set_preferences(&person.id, &preferences).await.unwrap();
    database.reserve_attempt(&failed_login(&person), &limits(MANY), at(0)).await.unwrap();
    // slim: demo-provider
    // As the demo provider stores what its visitor typed.
    let payload = format!("{{\"kind\":\"token\",\"email\":\"{}\"}}", person.email.as_str());
    database.put_grant(&hash(&person), &DemoGrant { payload, expires_at: at(60) }).await.unwrap();
    // slim: end
    person
}

/// The hourly clean-up, once the rows that do not belong to accounts have expired.
pub(crate) async fn clean_up(database: &Arc<dyn Database>) {
    database.delete_old_attempts(at(1)).await.unwrap();
    database.delete_expired_grants(at(60)).await.unwrap(); // slim: demo-provider
}

/// What is deleted by age and not with the account: see `Users::delete_user`.
pub(crate) async fn failed_logins_outlive_the_account_until_their_time(database: Arc<dyn Database>) {
    let ada = full_account(&database, new_user("ada@example.com"), "1").await;
    let try_again =
        async || database.reserve_attempt(&failed_login(&ada), &limits(ONE), at(0)).await.unwrap();
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert_eq!(try_again().await, Attempt::Limited(Duration::MINUTE), "a deletion buys no guesses");
    // slim: demo-provider
    assert!(database.grant(&hash(&ada), at(59)).await.unwrap().is_some());
    assert_eq!(database.grant(&hash(&ada), at(60)).await.unwrap(), None);
    // slim: end
    clean_up(&database).await;
    assert!(matches!(try_again().await, Attempt::Reserved(_)));
    assert_eq!(database.grant(&hash(&ada), at(0)).await.unwrap(), None, "it no longer exists"); // slim: demo-provider
}

pub(crate) async fn a_deleted_account_leaves_nothing_behind(database: Arc<dyn Database>) {
    let ada = full_account(&database, new_user("ada@example.com"), "1").await;
    let grace = full_account(&database, new_user("grace@example.com"), "2").await;
    assert!(database.delete_user(&ada.id).await.unwrap());

    assert_eq!(database.user(&ada.id).await.unwrap(), None);
    assert_eq!(database.user_by_email(&ada.email).await.unwrap(), None);
    assert_eq!(database.user_by_identity(&identity("google", "1")).await.unwrap(), None);

    // The same person again, under the same id: anything left over would now show.
    let again = NewUser { id: ada.id.clone(), ..new_user("ada@example.com") };
    let again = created(&database, again).await;
    assert_eq!(again.preferences, None);
    assert_eq!(database.identities(&again.id).await.unwrap(), []);
    assert_eq!(database.workouts(&again.id, 10).await.unwrap(), []); // slim: trainer
    assert_eq!(database.open_logged(&again.id).await.unwrap(), None); // slim: trainer
    assert_eq!(database.events(&again.id, 10).await.unwrap(), []);
    let linked = database.link_identity(&again.id, &identity("google", "1"), at(0)).await.unwrap();
    assert_eq!(linked, Linked::Done);

    // Other accounts lost nothing.
    assert!(database.user(&grace.id).await.unwrap().unwrap().preferences.is_some());
    assert_eq!(database.identities(&grace.id).await.unwrap().len(), 1);
    assert_eq!(database.workouts(&grace.id, 10).await.unwrap().len(), 1); // slim: trainer
    assert_eq!(database.events(&grace.id, 10).await.unwrap().len(), 1);
}

/// A request in progress whose account was deleted meanwhile: no error of ours, and no trace.
pub(crate) async fn nothing_can_be_added_to_a_deleted_account(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.delete_user(&ada.id).await.unwrap();
    database.add_workout(&ada.id, &workout("Full body A", 0)).await.unwrap(); // slim: trainer
    database.add_event(&ada.id, &event("authn_login_success", 0, None)).await.unwrap();
    database.link_identity(&ada.id, &identity("google", "1"), at(0)).await.unwrap();
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.set_password(&ada.id, 1, "$x").await.unwrap(), None);
    assert_eq!(database.unlink_identity(&ada.id, "google").await.unwrap(), Unlinked::NotLinked);
    assert_eq!(database.user_by_identity(&identity("google", "1")).await.unwrap(), None);
    let again = NewUser { id: ada.id.clone(), ..new_user("ada@example.com") };
    let again = created(&database, again).await;
    assert_eq!(database.identities(&again.id).await.unwrap(), []);
    assert_eq!(database.workouts(&again.id, 10).await.unwrap(), []); // slim: trainer
    assert_eq!(database.events(&again.id, 10).await.unwrap(), []);
}

pub(crate) async fn deleting_twice_says_so(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    assert!(database.delete_user(&ada.id).await.unwrap());
    assert!(!database.delete_user(&ada.id).await.unwrap());
}
