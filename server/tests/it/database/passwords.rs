//! A password change is a compare-and-swap.

use std::sync::Arc;

use database::Database;

use crate::database::backends::{account, all_at_once};

pub(crate) async fn a_password_is_set_only_from_the_version_that_was_checked(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let checked = ada.credentials_version;
    let next = database.set_password(&ada.id, checked, "$second").await.unwrap().unwrap();
    assert!(next > checked);
    assert_eq!(database.set_password(&ada.id, checked, "$third").await.unwrap(), None);
    let read = database.user(&ada.id).await.unwrap().unwrap();
    assert_eq!((read.password_hash.as_deref(), read.credentials_version), (Some("$second"), next));
}

pub(crate) async fn of_fifty_parallel_changes_one_wins(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    let answers =
        all_at_once(
            (0..50).map(|n| {
                let (database, id, version) =
                    (Arc::clone(&database), ada.id.clone(), ada.credentials_version);
                let hash = format!("$hash{n}");
                async move {
                    database.set_password(&id, version, &hash).await.unwrap().map(|version| (version, hash))
                }
            }),
        )
        .await;
    let won: Vec<_> = answers.into_iter().flatten().collect();
    assert_eq!(won.len(), 1);
    let read = database.user(&ada.id).await.unwrap().unwrap();
    assert_eq!((read.credentials_version, read.password_hash), (won[0].0, Some(won[0].1.clone())));
}

pub(crate) async fn a_rehash_keeps_the_version_and_never_undoes_a_change(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.rehash_password(&ada.id, "$first", "$first again").await.unwrap();
    let read = database.user(&ada.id).await.unwrap().unwrap();
    assert_eq!(read.password_hash.as_deref(), Some("$first again"));
    assert_eq!(read.credentials_version, ada.credentials_version);
    database.set_password(&ada.id, read.credentials_version, "$second").await.unwrap().unwrap();
    database.rehash_password(&ada.id, "$first again", "$late").await.unwrap();
    let read = database.user(&ada.id).await.unwrap().unwrap();
    assert_eq!(read.password_hash.as_deref(), Some("$second"));
}
