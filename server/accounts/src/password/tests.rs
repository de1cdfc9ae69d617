use std::net::Ipv4Addr;
use std::time::{Duration, Instant};

use super::*;

const CLIENT: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
const RIGHT: Verified = Verified { ok: true, needs_rehash: false };

fn cheap() -> Passwords {
    Passwords::with_params(2, Params::new(8, 1, 1, None).unwrap())
}

async fn hash(passwords: &Passwords, password: &str) -> String {
    passwords.hash(passwords.place(Purpose::Register, CLIENT).unwrap(), password).await.unwrap()
}

async fn verify_any(passwords: &Passwords, hash: Option<String>, typed: &str) -> Verified {
    passwords.verify(passwords.place(Purpose::LogIn, CLIENT).unwrap(), hash, typed.to_owned()).await.unwrap()
}

async fn verify(passwords: &Passwords, hash: &str, typed: &str) -> Verified {
    verify_any(passwords, Some(hash.to_owned()), typed).await
}

/// A hash as earlier versions made it: of what was typed, whatever its form.
fn hash_of_earlier(params: Params, typed: &str) -> String {
    use argon2::PasswordHasher as _;
    let argon2 = argon2id(Version::V0x13, params);
    argon2.hash_password_with_salt(typed.as_bytes(), b"sixteen bytes...").unwrap().to_string()
}

#[tokio::test]
async fn production_uses_the_parameters_that_were_decided() {
    let hash = hash(&Passwords::new(1), "correct horse").await;
    assert!(hash.starts_with("$argon2id$v=19$m=19456,t=2,p=1$"), "{hash}");
}

#[tokio::test]
async fn the_right_password_is_right_and_every_other_is_wrong() {
    let passwords = cheap();
    let hash = hash(&passwords, "correct horse").await;
    assert_eq!(verify(&passwords, &hash, "correct horse").await, RIGHT);
    for wrong in ["", "correct hors", "correct horse ", "Correct horse"] {
        assert_eq!(verify(&passwords, &hash, wrong).await, Verified::NO, "{wrong:?}");
    }
}

#[tokio::test]
async fn equal_passwords_have_different_hashes() {
    let passwords = cheap();
    assert_ne!(hash(&passwords, "correct horse").await, hash(&passwords, "correct horse").await);
}

#[tokio::test]
async fn other_parameters_ask_for_a_rehash_but_only_of_the_right_password() {
    let older = Passwords::with_params(1, Params::new(16, 1, 1, None).unwrap());
    let hash = hash(&older, "correct horse").await;
    assert_eq!(verify(&cheap(), &hash, "correct horse").await, Verified { ok: true, needs_rehash: true });
    assert_eq!(verify(&cheap(), &hash, "wrong horse").await, Verified::NO);
}

#[tokio::test]
async fn the_dummy_has_the_cost_of_a_real_hash() {
    let passwords = cheap();
    let real = hash(&passwords, "correct horse").await;
    let cost = |hash: &str| hash.split('$').take(4).map(str::to_owned).collect::<Vec<_>>();
    assert_eq!(cost(&passwords.dummy), cost(&real));
    assert_eq!(passwords.dummy.len(), real.len());
    assert!(parse(&passwords.dummy).is_ok_and(|dummy| dummy.made_with(&passwords.params)));
}

#[tokio::test]
async fn no_account_is_no_match_and_takes_as_long_as_one() {
    let passwords = Passwords::with_params(1, Params::new(4096, 4, 1, None).unwrap());
    let real = hash(&passwords, "correct horse").await;
    let hashes = [Some(real), None, Some("$argon2id$oops".to_owned())];
    // The fastest of several alternating runs: the rest is noise from a busy machine. A response without the
    // work would be a hundred times faster; the test above compares the cost of the work.
    let mut fastest = [Duration::MAX; 3];
    for _ in 0..9 {
        for (hash, fastest) in hashes.iter().zip(&mut fastest) {
            let start = Instant::now();
            assert_eq!(verify_any(&passwords, hash.clone(), "wrong").await, Verified::NO);
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
    for params in [
        "m=4194304,t=1,p=1",
        "m=65537,t=1,p=1",
        "m=4294967295,t=1,p=16777215",
        "m=19456,t=4000000000,p=1",
        "m=19456,t=2,p=2000",
        "m=8,t=0,p=1",
        "m=8,t=1,p=4",
    ] {
        let start = Instant::now();
        let hash = format!("$argon2id$v=19${params}${salt}${output}");
        assert!(parse(&hash).is_err(), "{params}");
        assert_eq!(verify(&cheap(), &hash, "x").await, Verified::NO);
        assert!(start.elapsed() < Duration::from_secs(1), "{params} was computed");
    }
}

#[tokio::test]
async fn malformed_hashes_match_nothing() {
    let right = hash(&cheap(), "x").await;
    let without_output = right.rsplit_once('$').unwrap().0.to_owned();
    let other_algorithm = right.replace("argon2id", "argon2d");
    let other_version = right.replace("v=19", "v=20");
    for hash in [
        "",
        "x",
        "$2y$10$abc",
        "$argon2id$v=19$m=8,t=1,p=1",
        &without_output,
        &other_algorithm,
        &other_version,
    ] {
        assert_eq!(verify(&cheap(), hash, "x").await, Verified::NO, "{hash:?}");
    }
}

#[tokio::test]
async fn a_password_longer_than_any_account_has_is_refused_before_the_work() {
    // Production parameters and a single permit that is taken: waiting for the work would never end.
    let passwords = Passwords::new(1);
    let longest = "ä".repeat(LONGEST);
    let hash = hash(&passwords, &longest).await;
    assert_eq!(verify(&passwords, &hash, &longest).await, RIGHT);
    let _all = passwords.queue.permits().acquire().await.unwrap();
    assert_eq!(verify(&passwords, &hash, &format!("{longest}x")).await, Verified::NO);
    assert_eq!(verify_any(&passwords, None, &"x".repeat(1_000_000)).await, Verified::NO);
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
                .compute(passwords.place(Purpose::LogIn, CLIENT).unwrap(), move |_| {
                    started.send(()).unwrap();
                    hold.recv().unwrap();
                })
                .await
        }
    });
    begun.await.unwrap();
    work.abort();
    assert!(work.await.unwrap_err().is_cancelled());
    assert_eq!(passwords.queue.permits().available_permits(), 1);
    release.send(()).unwrap();
    let both = passwords.queue.permits().acquire_many(2);
    drop(tokio::time::timeout(Duration::from_secs(5), both).await.unwrap().unwrap());
}

#[tokio::test]
async fn hashes_of_other_implementations_with_other_parameters_are_checked() {
    for (m, t, p) in [(64, 3, 4), (4096, 1, 1), (40 * 1024, 1, 2)] {
        let stored = hash_of_earlier(Params::new(m, t, p, Some(24)).unwrap(), "correct horse");
        let outdated = Verified { ok: true, needs_rehash: true };
        assert_eq!(verify(&cheap(), &stored, "correct horse").await, outdated, "{stored}");
        assert_eq!(verify(&cheap(), &stored, "wrong horse").await, Verified::NO);
    }
}

#[tokio::test]
async fn every_device_composes_letters_as_it_likes() {
    let passwords = cheap();
    for (registered, typed) in
        [("zoe\u{308} at dusk", "zo\u{eb} at dusk"), ("zo\u{eb} at dusk", "zoe\u{308} at dusk")]
    {
        let stored = hash(&passwords, registered).await;
        assert_eq!(verify(&passwords, &stored, typed).await, RIGHT);
        assert_eq!(verify(&passwords, &stored, registered).await, RIGHT);
        assert_eq!(verify(&passwords, &stored, "zoe at dusk").await, Verified::NO);
    }
    // Composed, but not otherwise changed: NFKC would take these for equal.
    let stored = hash(&passwords, "ｗｉｄｅ walk").await;
    assert_eq!(verify(&passwords, &stored, "wide walk").await, Verified::NO);
}

#[tokio::test]
async fn a_decomposed_password_of_an_earlier_version_still_opens_the_account() {
    let passwords = cheap();
    let typed = "zoe\u{308} at dusk";
    let stored = hash_of_earlier(passwords.params.clone(), typed);
    assert_eq!(verify(&passwords, &stored, typed).await, Verified { ok: true, needs_rehash: true });
    let renewed = hash(&passwords, typed).await;
    assert_eq!(verify(&passwords, &renewed, typed).await, RIGHT);
    assert_eq!(verify(&passwords, &renewed, "zo\u{eb} at dusk").await, RIGHT);
    assert_eq!(verify_any(&passwords, None, typed).await, Verified::NO);
}

#[tokio::test]
async fn the_memory_of_a_thread_is_used_again_and_never_grows() {
    let ours = Params::new(64, 1, 1, Some(OUTPUT)).unwrap();
    let passwords = Passwords::with_params(1, ours.clone());
    let larger = hash_of_earlier(Params::new(1024, 1, 1, None).unwrap(), "x");
    let kept = async || {
        let place = passwords.place(Purpose::LogIn, CLIENT).unwrap();
        passwords.compute(place, |memory| memory.kept()).await.unwrap()
    };
    assert_eq!(kept().await, 0);
    for _ in 0..3 {
        let own = hash(&passwords, "x").await;
        assert_eq!(verify(&passwords, &own, "x").await, RIGHT);
        assert!(verify(&passwords, &larger, "x").await.ok);
        assert_eq!(verify(&passwords, &own, "y").await, Verified::NO, "whatever was in memory before");
        assert_eq!(kept().await, ours.block_count());
    }
}

#[tokio::test]
async fn a_panic_costs_one_answer_and_no_thread() {
    let passwords = Passwords::with_params(1, Params::new(8, 1, 1, None).unwrap());
    for _ in 0..3 {
        let place = passwords.place(Purpose::LogIn, CLIENT).unwrap();
        assert!(passwords.compute::<()>(place, |_| panic!("on purpose")).await.is_err());
    }
    assert!(!hash(&passwords, "x").await.is_empty());
}

#[tokio::test]
async fn when_too_many_wait_the_next_one_is_told_at_once() {
    let passwords = cheap();
    let place = |purpose, address: u32| passwords.place(purpose, address.to_be_bytes().into());
    let places: Vec<_> = (0..10_000).map_while(|address| place(Purpose::LogIn, address).ok()).collect();
    assert!(places.len() < 10_000);
    assert!(matches!(place(Purpose::LogIn, 10_000), Err(PasswordError::Busy)));
    assert!(place(Purpose::Register, 10_000).is_ok());
    drop(places);
    assert!(place(Purpose::LogIn, 10_000).is_ok());
}
