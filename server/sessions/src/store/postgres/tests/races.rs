//! Ends during replaces, in a controlled order: a replace is paused in the middle of its statement, with its
//! old row gone and its new one not yet visible.

use sqlx::{PgPool, Postgres, Transaction};

use super::*;
use crate::store::postgres::statements;
use session_rows::{Lookup, Replaced};

/// An open transaction that has added this key: another that adds it waits for this one to end.
async fn claim(pool: &PgPool, key: &RowKey) -> Transaction<'static, Postgres> {
    let mut transaction = pool.begin().await.unwrap();
    sqlx::query(statements::CREATE)
        .bind(&key.0[..])
        .bind(0_i64)
        .bind(0_i64)
        .bind(0_i64)
        .bind(0_i64)
        .bind(None::<&str>)
        .bind("claimed")
        .bind(&b""[..])
        .execute(&mut *transaction)
        .await
        .unwrap();
    transaction
}

/// Begins to replace 1 by 2, begins an end while the replace is paused, and lets both continue.
async fn replace_meets<T: Send + 'static>(
    old: NewRow,
    new: NewRow,
    end: impl AsyncFnOnce(PostgresRows) -> T,
) -> Option<T> {
    let (rows, pool) = store().await?;
    create(&rows, &old).await;
    let claim = claim(&pool, &new.key).await;
    let replace = async { rows.replace(&old.key, 1, &new, NOW + time::Duration::MINUTE, NOW).await.unwrap() };
    let end = async {
        until_so_many_wait(&pool, 1).await;
        end(rows.clone()).await
    };
    let let_go = async {
        until_so_many_wait(&pool, 2).await;
        claim.rollback().await.unwrap();
    };
    let (replaced, ended, ()) = tokio::join!(replace, end, let_go);
    assert_eq!(replaced, Replaced::Done);
    assert_eq!(rows.load(&old.key, NOW).await.unwrap(), Lookup::Replaced);
    let outlived = rows.load(&new.key, NOW).await.unwrap();
    assert_eq!(outlived, Lookup::Missing, "the session outlived its end under a new key");
    Some(ended)
}

#[tokio::test(flavor = "multi_thread")]
async fn end_all_finds_the_successor_of_a_session_that_is_being_replaced() {
    let end_all = async |rows: PostgresRows| rows.end_all("mine", None).await.unwrap();
    let ended = replace_meets(owned(1, "mine"), owned(2, "mine"), end_all).await;
    assert!(ended.is_none_or(|ended| ended == 1));
}

#[tokio::test(flavor = "multi_thread")]
async fn end_finds_the_successor_that_keeps_the_handle() {
    let new = NewRow { handle: "handle-1".to_owned(), ..owned(2, "mine") };
    let end = async |rows: PostgresRows| rows.end("mine", "handle-1").await.unwrap();
    let ended = replace_meets(owned(1, "mine"), new, end).await;
    assert!(ended.is_none_or(|ended| ended));
}

#[tokio::test(flavor = "multi_thread")]
async fn end_everyone_finds_the_successor_even_of_an_anonymous_session() {
    let anonymous = |number| NewRow { owner: None, ..owned(number, "") };
    let end_everyone = async |rows: PostgresRows| rows.end_everyone().await.unwrap();
    let ended = replace_meets(anonymous(1), anonymous(2), end_everyone).await;
    assert!(ended.is_none_or(|ended| ended == 1));
}

/// The other order: the end is paused, waiting for one row, and has not reached the other yet.
#[tokio::test(flavor = "multi_thread")]
async fn a_replace_that_comes_while_its_owner_is_being_ended_finds_nothing() {
    let Some((rows, pool)) = store().await else { return };
    // Ends process the most recent activity first.
    let newest = NewRow { last_activity: NOW + time::Duration::SECOND, ..owned(1, "mine") };
    create(&rows, &newest).await;
    create(&rows, &owned(2, "mine")).await;
    let mut held = pool.begin().await.unwrap();
    sqlx::query("select from user_sessions where key = $1 for update")
        .bind(&newest.key.0[..])
        .execute(&mut *held)
        .await
        .unwrap();
    let end = async { rows.end_all("mine", None).await.unwrap() };
    let replace = async {
        until_so_many_wait(&pool, 1).await;
        rows.replace(&key(2), 1, &owned(3, "mine"), NOW + time::Duration::MINUTE, NOW).await.unwrap()
    };
    let let_go = async {
        until_so_many_wait(&pool, 2).await;
        held.rollback().await.unwrap();
    };
    let (ended, replaced, ()) = tokio::join!(end, replace, let_go);
    assert_eq!((ended, replaced), (2, Replaced::Gone));
    assert_eq!(rows.load(&key(3), NOW).await.unwrap(), Lookup::Missing);
}

/// Owners do not wait for each other: other owners' logins proceed while an end waits.
#[tokio::test(flavor = "multi_thread")]
async fn another_owner_does_not_wait() {
    let Some((rows, pool)) = store().await else { return };
    create(&rows, &owned(1, "mine")).await;
    create(&rows, &owned(2, "theirs")).await;
    let mut held = pool.begin().await.unwrap();
    sqlx::query("select from user_sessions where key = $1 for update")
        .bind(&key(1).0[..])
        .execute(&mut *held)
        .await
        .unwrap();
    let end = async { rows.end_all("mine", None).await.unwrap() };
    let others = async {
        until_so_many_wait(&pool, 1).await;
        let replaced = rows.replace(&key(2), 1, &owned(3, "theirs"), NOW + time::Duration::MINUTE, NOW).await;
        assert_eq!(replaced.unwrap(), Replaced::Done);
        assert_eq!(rows.end_all("theirs", None).await.unwrap(), 1);
        held.rollback().await.unwrap();
    };
    let (ended, ()) = tokio::join!(end, others);
    assert_eq!(ended, 1);
}
