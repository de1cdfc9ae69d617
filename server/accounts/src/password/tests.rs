use std::time::{Duration, Instant};

use super::*;

const RIGHT: Verified = Verified { ok: true, needs_rehash: false };

fn cheap() -> Passwords {
    Passwords::with_params(2, Params::new(8, 1, 1, None).unwrap())
}

async fn verify(passwords: &Passwords, hash: &str, typed: &str) -> Verified {
    passwords.verify(Some(hash.to_owned()), typed.to_owned()).await.unwrap()
}

#[tokio::test]
async fn production_uses_the_parameters_that_were_decided() {
    let hash = Passwords::new(1).hash("correct horse").await.unwrap();
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}

#[tokio::test]
async fn the_right_password_is_right_and_every_other_is_wrong() {
    let passwords = cheap();
    let hash = passwords.hash("correct horse").await.unwrap();
    assert_eq!(verify(&passwords, &hash, "correct horse").await, RIGHT);
    for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
        assert_eq!(verify(&passwords, &hash, wrong).await, Verified::NO, "{wrong:?}");
    }
}

#[tokio::test]
async fn equal_passwords_have_different_hashes() {
    let passwords = cheap();
    assert_ne!(
        passwords.hash("correct horse").await.unwrap(),
        passwords.hash("correct horse").await.unwrap()
    );
}

#[tokio::test]
async fn other_parameters_ask_for_a_rehash_but_only_of_the_right_password() {
    let older = Passwords::with_params(1, Params::new(16, 1, 1, None).unwrap());
    let hash = older.hash("correct horse").await.unwrap();
    assert_eq!(verify(&cheap(), &hash, "correct horse").await, Verified { ok: true, needs_rehash: true });
    assert_eq!(verify(&cheap(), &hash, "wrong horse").await, Verified::NO);
}

#[tokio::test]
async fn the_dummy_has_the_cost_of_a_real_hash() {
    let passwords = cheap();
    let real = passwords.hash("correct horse").await.unwrap();
    let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cost(&passwords.dummy), cost(&real));
    assert_eq!(passwords.dummy.len(), real.len());
    assert!(parse(&passwords.dummy).is_ok_and(|dummy| made_with(&dummy, &passwords.params)));
}

#[tokio::test]
async fn no_account_is_no_match_and_takes_as_long_as_one() {
    let passwords = Passwords::with_params(1, Params::new(4096, 4, 1, None).unwrap());
    let real = passwords.hash("correct horse").await.unwrap();
    let hashes = [Some(real), None, Some("$argon2id$oops".to_owned())];
    // The fastest of several alternating runs: the rest is noise from a busy machine. A response without the
    // work would be a hundred times faster; the test above compares the cost of the work.
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..9 {
        for (hash, fastest) in hashes.iter().zip(&mut fastest) {
            let start = Instant::now();
            assert_eq!(passwords.verify(hash.clone(), "wrong".to_owned()).await.unwrap(), Verified::NO);
            *fastest = start.elapsed().min(*fastest);
        }
    }
    let [known, unknown, broken] = fastest;
    assert!(unknown > known / 4, "no account: {unknown:?}, an account: {known:?}");
    assert!(broken > known / 4, "a broken hash: {broken:?}, an account: {known:?}");
}

#[tokio::test]
async fn a_hash_that_asks_for_too_much_is_refused_without_being_computed() {
    let (salt, output) = ("c29tZXNhbHRzb21lc2FsdA", "A".repeat(43));
    for params in ["m=4194304,t=1,p=1", "m=19456,t=4000000000,p=1", "m=19456,t=2,p=2000"] {
        let start = Instant::now();
        let hash = format!("$argon2id$v=19${params}${salt}${output}");
        assert_eq!(verify(&cheap(), &hash, "x").await, Verified::NO);
        assert!(start.elapsed() < Duration::from_secs(1), "{params} was computed");
    }
}

#[tokio::test]
async fn malformed_hashes_match_nothing() {
    let right = cheap().hash("x").await.unwrap();
    let without_output = right.rsplit_once('$').unwrap().0.to_owned();
    let other_algorithm = right.replace("argon2id", "argon2d");
    for hash in ["", "x", "$2y$10$abc", "$argon2id$v=19$m=8,t=1,p=1", &without_output, &other_algorithm] {
        assert_eq!(verify(&cheap(), hash, "x").await, Verified::NO, "{hash:?}");
    }
}

#[tokio::test]
async fn a_password_longer_than_any_account_has_is_refused_before_the_work() {
    // Production parameters and a single permit that is taken: waiting for the work would never end.
    let passwords = Passwords::new(1);
    let longest = "ä".repeat(LONGEST);
    let hash = passwords.hash(&longest).await.unwrap();
    assert_eq!(verify(&passwords, &hash, &longest).await, RIGHT);
    let _all = passwords.permits.acquire().await.unwrap();
    assert_eq!(verify(&passwords, &hash, &format!("{longest}x")).await, Verified::NO);
    assert_eq!(passwords.verify(None, "x".repeat(1_000_000)).await.unwrap(), Verified::NO);
}

#[tokio::test]
async fn a_client_that_goes_away_does_not_free_its_place_early() {
    let passwords = cheap();
    let (release, hold) = std::sync::mpsc::channel::<()>();
    let (started, begun) = tokio::sync::oneshot::channel();
    let work = tokio::spawn({
        let passwords = passwords.clone();
        async move {
            passwords
                .compute(move || {
                    started.send(()).unwrap();
                    hold.recv().unwrap();
                })
                .await
        }
    });
    begun.await.unwrap();
    work.abort();
    assert!(work.await.unwrap_err().is_cancelled());
    assert_eq!(passwords.permits.available_permits(), 1);
    release.send(()).unwrap();
    let both = passwords.permits.acquire_many(2);
    drop(tokio::time::timeout(Duration::from_secs(5), both).await.unwrap().unwrap());
}
