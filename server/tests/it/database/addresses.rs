//! Accounts that were stored before `bücher.example` and `xn--bcher-kva.example` were one domain.

use std::sync::Arc;

use accounts::ports::{Identity, NewUser, User, UserCreated};
use database::Database;
use mongodb::bson::{Document, doc}; // slim: mongodb

use crate::database::backends::{Bed, account, email, identity, new_user, sqlite_at, sqlite_file};
use crate::database::backends::{mongodb, mongodb_at}; // slim: mongodb
use crate::database::backends::{postgres, postgres_at}; // slim: postgres

const UNICODE: &str = "kim@bücher.example";
const ASCII: &str = "kim@xn--bcher-kva.example";

/// Stores the account under the key that an earlier version would have given it.
async fn rekey(bed: &Bed, user: &User, key: &str) {
    let id = user.id.as_str();
    // slim: mongodb
    if bed.url().starts_with("mongodb://") {
        let users = mongodb_at(bed.url()).await.collection::<Document>("users");
        users.update_one(doc! { "_id": id }, doc! { "$set": { "email_key": key } }).await.unwrap();
        return;
    }
    // slim: end
    // slim: postgres
    if bed.url().starts_with("postgres://") {
        let update = sqlx::query("UPDATE users SET email_key = $2 WHERE id = $1").bind(id).bind(key);
        update.execute(&postgres_at(bed.url())).await.unwrap();
        return;
    }
    // slim: end
    let engine = sqlite_at(bed.url()).await;
    let update = "UPDATE users SET email_key = ?2 WHERE id = ?1";
    assert_eq!(engine.execute(update, [id, key].map(str::to_owned)).await, Ok(1));
}

async fn found(database: &Arc<dyn Database>, address: &str) -> Option<User> {
    database.user_by_email(&email(address)).await.unwrap()
}

async fn an_account_of_an_earlier_version_is_found_and_not_made_twice(bed: Bed) {
    let database = bed.database().await;
    let kim = account(&database, UNICODE).await;
    rekey(&bed, &kim, UNICODE).await;
    for address in [UNICODE, ASCII, "Kim@XN--BCHER-KVA.example"] {
        assert_eq!(found(&database, address).await.as_ref(), Some(&kim), "{address}");
        let again = database.create_user(new_user(address)).await.unwrap();
        assert_eq!(again, UserCreated::EmailTaken, "{address}");
    }
    let linked: Identity = identity("google", "42");
    database.link_identity(&kim.id, &linked, kim.created_at).await.unwrap();
    let again = database.create_user(NewUser { identity: Some(linked), ..new_user(ASCII) }).await.unwrap();
    assert_eq!(again, UserCreated::IdentityTaken, "as for any other account");
}

async fn of_two_accounts_of_an_earlier_version_the_typed_one_is_found(bed: Bed) {
    let database = bed.database().await;
    // Only an earlier version could make both.
    let firefox = account(&database, UNICODE).await;
    rekey(&bed, &firefox, "out of the way").await;
    let chromium = account(&database, ASCII).await;
    rekey(&bed, &firefox, UNICODE).await;
    assert_eq!(found(&database, UNICODE).await.map(|user| user.id), Some(firefox.id));
    assert_eq!(found(&database, ASCII).await.map(|user| user.id), Some(chromium.id));
}

async fn another_domain_under_the_same_earlier_key_is_not_the_account(bed: Bed) {
    let database = bed.database().await;
    let kim = account(&database, "kim@straße.example").await;
    rekey(&bed, &kim, "kim@strasse.example").await;
    assert_eq!(found(&database, "kim@straße.example").await.as_ref(), Some(&kim));
    assert_eq!(found(&database, "kim@strasse.example").await, None);
}

macro_rules! on_every_database {
    ($($test:ident,)+) => {
        $(mod $test {
            #[tokio::test]
            async fn on_sqlite() {
                super::$test(super::sqlite_file().await).await;
            }

            // slim: postgres
            #[tokio::test]
            async fn on_postgres() {
                let Some(bed) = super::postgres().await else { return };
                super::$test(bed).await;
            }
            // slim: end

            // slim: mongodb
            #[tokio::test]
            async fn on_mongodb() {
                let Some(bed) = super::mongodb().await else { return };
                super::$test(bed).await;
            }
            // slim: end
        })+
    };
}

on_every_database! {
    an_account_of_an_earlier_version_is_found_and_not_made_twice,
    of_two_accounts_of_an_earlier_version_the_typed_one_is_found,
    another_domain_under_the_same_earlier_key_is_not_the_account,
}
