//! Failed logins are counted before the password is checked.

use std::sync::Arc;

use accounts::ports::{Attempt, AttemptKey, Limit, Limits, SlowDown};
use database::Database;
use time::{Duration, OffsetDateTime};

use crate::database::backends::{all_at_once, at};

const PER_ACCOUNT: Limit = Limit { count: 10, period: Duration::MINUTE };
const PER_ADDRESS: Limit = Limit { count: 60, period: Duration::MINUTE };

fn limits(per_account: Limit, per_address: Limit) -> Limits {
    Limits { per_account, per_address, slow_down: None }
}

/// Limits that nobody meets, and a slow-down after five failures.
const SLOW: Limits = Limits {
    per_account: Limit { count: 1000, ..PER_ACCOUNT },
    per_address: Limit { count: 1000, ..PER_ADDRESS },
    slow_down: Some(SlowDown { after: 5, memory: Duration::HOUR, longest: Duration::MINUTE }),
};

async fn slow_attempt(database: &Arc<dyn Database>, address: &str, second: i64) -> Attempt {
    database.reserve_attempt(&key("ada", address), &SLOW, at(second)).await.unwrap()
}

fn key(account: &str, address: &str) -> AttemptKey {
    AttemptKey { account: account.to_owned(), address: address.to_owned() }
}

async fn attempt(database: &Arc<dyn Database>, key: &AttemptKey, now: OffsetDateTime) -> Attempt {
    database.reserve_attempt(key, &limits(PER_ACCOUNT, PER_ADDRESS), now).await.unwrap()
}

async fn reserved(database: &Arc<dyn Database>, key: &AttemptKey, now: OffsetDateTime) -> i64 {
    match attempt(database, key, now).await {
        Attempt::Reserved(number) => number,
        limited @ (Attempt::Limited(_) | Attempt::SlowedDown(_)) => panic!("{limited:?}"),
    }
}

/// This many failures, one per second from `first` on.
async fn failures(database: &Arc<dyn Database>, key: &AttemptKey, first: i64, count: i64) {
    for second in first..first + count {
        reserved(database, key, at(second)).await;
    }
}

fn limited(seconds: i64) -> Attempt {
    Attempt::Limited(Duration::seconds(seconds))
}

pub(crate) async fn of_fifty_parallel_attempts_exactly_the_limit_is_reserved(database: Arc<dyn Database>) {
    let answers = all_at_once((0..50).map(|_| {
        let database = Arc::clone(&database);
        async move { attempt(&database, &key("ada", "192.0.2.1"), at(0)).await }
    }))
    .await;
    let mut numbers: Vec<i64> = answers
        .iter()
        .filter_map(|answer| if let Attempt::Reserved(number) = answer { Some(*number) } else { None })
        .collect();
    assert_eq!(numbers.len(), 10);
    numbers.sort_unstable();
    numbers.dedup();
    assert_eq!(numbers.len(), 10, "every attempt has its own number");
    assert!(answers.iter().all(|answer| matches!(answer, Attempt::Reserved(_)) || *answer == limited(60)));
}

pub(crate) async fn many_accounts_from_one_address_meet_the_limit_of_the_address(
    database: Arc<dyn Database>,
) {
    let answers = all_at_once((0..100).map(|n| {
        let database = Arc::clone(&database);
        async move { attempt(&database, &key(&format!("account-{n}"), "192.0.2.1"), at(0)).await }
    }))
    .await;
    assert_eq!(answers.iter().filter(|answer| matches!(answer, Attempt::Reserved(_))).count(), 60);
    assert!(matches!(attempt(&database, &key("ada", "192.0.2.2"), at(0)).await, Attempt::Reserved(_)));
}

pub(crate) async fn the_wait_ends_when_the_blocking_failure_leaves_the_window(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 0, 10).await; // seconds 0 to 9
    assert_eq!(attempt(&database, &ada, at(9)).await, limited(51));
    assert_eq!(attempt(&database, &ada, at(59)).await, limited(1));
    // The window slides: the first one has left, one more is allowed, and now the second one blocks.
    reserved(&database, &ada, at(60)).await;
    assert_eq!(attempt(&database, &ada, at(60)).await, limited(1));
    reserved(&database, &ada, at(61)).await;
    assert_eq!(attempt(&database, &ada, at(61)).await, limited(1));
    // After one quiet period all of them are allowed again.
    failures(&database, &ada, 121, 10).await;
}

pub(crate) async fn the_longer_wait_of_both_limits_counts(database: Arc<dyn Database>) {
    let (ada, address) = (key("ada", "192.0.2.1"), Limit { count: 2, period: Duration::HOUR });
    let account = Limit { count: 2, period: Duration::MINUTE };
    let limits = limits(account, address);
    let reserve = async |second| database.reserve_attempt(&ada, &limits, at(second)).await.unwrap();
    assert!(matches!(reserve(0).await, Attempt::Reserved(_)));
    assert!(matches!(reserve(10).await, Attempt::Reserved(_)));
    assert_eq!(reserve(20).await, limited(3580));
    assert_eq!(reserve(3599).await, limited(1));
    assert!(matches!(reserve(3600).await, Attempt::Reserved(_)));
}

pub(crate) async fn refused_attempts_do_not_prolong_the_wait(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 0, 10).await;
    for second in 10..60 {
        assert_eq!(attempt(&database, &ada, at(second)).await, limited(60 - second));
    }
    reserved(&database, &ada, at(60)).await;
}

pub(crate) async fn another_address_and_another_account_are_not_affected(database: Arc<dyn Database>) {
    failures(&database, &key("ada", "192.0.2.1"), 0, 10).await;
    reserved(&database, &key("ada", "192.0.2.2"), at(10)).await;
    reserved(&database, &key("grace", "192.0.2.1"), at(10)).await;
}

pub(crate) async fn a_forgiven_attempt_does_not_count(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 0, 9).await;
    for _ in 0..3 {
        let number = reserved(&database, &ada, at(9)).await;
        assert_eq!(attempt(&database, &ada, at(9)).await, limited(51));
        // A number with a different key forgives nothing.
        database.forgive_attempt(number, &key("grace", "192.0.2.1"), true).await.unwrap();
        assert_eq!(attempt(&database, &ada, at(9)).await, limited(51));
        database.forgive_attempt(number, &ada, false).await.unwrap();
    }
    reserved(&database, &ada, at(9)).await;
    assert_eq!(attempt(&database, &ada, at(9)).await, limited(51), "the nine others still count");
}

pub(crate) async fn success_under_somebody_elses_number_forgets_nothing(database: Arc<dyn Database>) {
    let (ada, grace) = (key("ada", "192.0.2.1"), key("grace", "192.0.2.1"));
    failures(&database, &grace, 0, 10).await;
    let number = reserved(&database, &ada, at(10)).await;
    database.forgive_attempt(number, &grace, true).await.unwrap();
    assert_eq!(attempt(&database, &grace, at(10)).await, limited(50));
}

pub(crate) async fn success_forgets_earlier_failures_of_that_account_from_that_address_only(
    database: Arc<dyn Database>,
) {
    let (ada, elsewhere, grace) =
        (key("ada", "192.0.2.1"), key("ada", "192.0.2.2"), key("grace", "192.0.2.1"));
    for key in [&ada, &elsewhere, &grace] {
        failures(&database, key, 0, 9).await;
    }
    let number = reserved(&database, &ada, at(9)).await;
    database.forgive_attempt(number, &ada, true).await.unwrap();
    failures(&database, &ada, 10, 10).await;
    for key in [&elsewhere, &grace] {
        reserved(&database, key, at(10)).await;
        assert_eq!(attempt(&database, key, at(10)).await, limited(50));
    }
}

pub(crate) async fn success_does_not_forget_attempts_that_began_later(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    let number = reserved(&database, &ada, at(0)).await;
    failures(&database, &ada, 1, 9).await;
    database.forgive_attempt(number, &ada, true).await.unwrap();
    reserved(&database, &ada, at(10)).await;
    assert_eq!(attempt(&database, &ada, at(10)).await, limited(51));
}

pub(crate) async fn a_lowered_limit_waits_for_as_many_failures_as_are_too_many(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 0, 10).await;
    let lower = limits(Limit { count: 3, ..PER_ACCOUNT }, PER_ADDRESS);
    let reserve = async |second| database.reserve_attempt(&ada, &lower, at(second)).await.unwrap();
    // Seconds 7, 8 and 9 are the third-newest and newer: the wait is for second 7 to leave.
    assert_eq!(reserve(10).await, limited(57));
    assert!(matches!(reserve(67).await, Attempt::Reserved(_)));
}

pub(crate) async fn a_limit_of_zero_lets_nobody_in(database: Arc<dyn Database>) {
    let none = limits(Limit { count: 0, ..PER_ACCOUNT }, PER_ADDRESS);
    let ada = key("ada", "192.0.2.1");
    assert_eq!(database.reserve_attempt(&ada, &none, at(0)).await.unwrap(), limited(60));
}

pub(crate) async fn a_clock_set_back_blocks_for_no_longer_than_a_period(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 30, 10).await;
    assert_eq!(attempt(&database, &ada, at(0)).await, limited(60), "other instances' clocks may be ahead");
    failures(&database, &ada, -3600, 10).await;
}

pub(crate) async fn deleting_old_attempts_leaves_the_newer_ones(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    failures(&database, &ada, 0, 10).await;
    assert_eq!(database.delete_old_attempts(at(0)).await.unwrap(), 0);
    assert_eq!(attempt(&database, &ada, at(10)).await, limited(50));
    assert_eq!(database.delete_old_attempts(at(4)).await.unwrap(), 4);
    failures(&database, &ada, 10, 4).await;
    assert_eq!(attempt(&database, &ada, at(14)).await, limited(50));
}

pub(crate) async fn failures_from_many_addresses_slow_the_account_down(database: Arc<dyn Database>) {
    for n in 0..5 {
        let answer = slow_attempt(&database, &format!("192.0.2.{n}"), 0).await;
        assert!(matches!(answer, Attempt::Reserved(_)), "{n}: {answer:?}");
    }
    let wait = |seconds| Attempt::SlowedDown(Duration::seconds(seconds));
    assert_eq!(slow_attempt(&database, "192.0.2.9", 0).await, wait(1));
    // Another account is not affected.
    let grace = database.reserve_attempt(&key("grace", "192.0.2.9"), &SLOW, at(0)).await.unwrap();
    assert!(matches!(grace, Attempt::Reserved(_)));
    // One in each second …
    for second in 1..=10 {
        assert!(
            matches!(slow_attempt(&database, "192.0.2.9", second).await, Attempt::Reserved(_)),
            "{second}"
        );
        assert!(
            matches!(slow_attempt(&database, "192.0.2.8", second).await, Attempt::SlowedDown(_)),
            "{second}"
        );
    }
    // … and after ten of them one in two seconds.
    assert_eq!(slow_attempt(&database, "192.0.2.8", 11).await, wait(1));
    assert!(matches!(slow_attempt(&database, "192.0.2.8", 12).await, Attempt::Reserved(_)));
    // Failures are forgotten.
    assert!(matches!(slow_attempt(&database, "192.0.2.1", 3700).await, Attempt::Reserved(_)));
    assert!(matches!(slow_attempt(&database, "192.0.2.1", 3700).await, Attempt::Reserved(_)));
}

pub(crate) async fn of_many_attempts_at_a_slowed_account_one_gets_through(database: Arc<dyn Database>) {
    for n in 0..5 {
        slow_attempt(&database, &format!("192.0.2.{n}"), 0).await;
    }
    let answers = all_at_once((0..30).map(|n| {
        let database = Arc::clone(&database);
        async move { slow_attempt(&database, &format!("198.51.100.{n}"), 30).await }
    }))
    .await;
    let through = answers.iter().filter(|answer| matches!(answer, Attempt::Reserved(_))).count();
    assert_eq!(through, 1, "{answers:?}");
    assert!(answers.iter().all(|answer| !matches!(answer, Attempt::Limited(_))), "{answers:?}");
}

pub(crate) async fn a_known_client_is_not_slowed_down(database: Arc<dyn Database>) {
    for n in 0..8 {
        slow_attempt(&database, &format!("192.0.2.{n}"), 0).await;
    }
    let known = SLOW.slow_down.map(|slow_down| SlowDown { after: u32::MAX, ..slow_down });
    let known = Limits { slow_down: known, ..SLOW };
    for _ in 0..3 {
        let answer = database.reserve_attempt(&key("ada", "203.0.113.1"), &known, at(0)).await.unwrap();
        assert!(matches!(answer, Attempt::Reserved(_)), "{answer:?}");
    }
}

pub(crate) async fn success_forgets_failures_of_that_address_in_the_slow_down_too(
    database: Arc<dyn Database>,
) {
    let mut last = 0;
    for _ in 0..5 {
        match slow_attempt(&database, "192.0.2.1", 0).await {
            Attempt::Reserved(number) => last = number,
            refused @ (Attempt::Limited(_) | Attempt::SlowedDown(_)) => panic!("{refused:?}"),
        }
    }
    assert!(matches!(slow_attempt(&database, "192.0.2.2", 0).await, Attempt::SlowedDown(_)));
    database.forgive_attempt(last, &key("ada", "192.0.2.1"), true).await.unwrap();
    assert!(matches!(slow_attempt(&database, "192.0.2.2", 0).await, Attempt::Reserved(_)));
}

/// Meets the limit of an account from an address.
pub(crate) async fn until_refused(database: &Arc<dyn Database>) {
    failures(database, &key("ada", "192.0.2.1"), 0, 10).await;
}

/// What [`until_refused`] leads to; must not take as long as something that waits.
pub(crate) async fn refused_at_once(database: &Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    let answer = tokio::time::timeout(std::time::Duration::from_secs(2), attempt(database, &ada, at(10)));
    // Refusing must not wait for a writer.
    assert_eq!(answer.await.unwrap(), limited(50));
}

pub(crate) async fn looking_says_what_counting_would_and_counts_nothing(database: Arc<dyn Database>) {
    let ada = key("ada", "192.0.2.1");
    let limits = limits(PER_ACCOUNT, PER_ADDRESS);
    let look = async |second| database.attempt_refusal(&ada, &limits, at(second)).await.unwrap();
    for second in 0..10 {
        for _ in 0..20 {
            assert_eq!(look(second).await, None, "{second}");
        }
        reserved(&database, &ada, at(second)).await;
    }
    for second in [10, 30, 59] {
        assert_eq!(look(second).await, Some(attempt(&database, &ada, at(second)).await), "{second}");
    }
    assert_eq!(look(60).await, None);
    for number in 0..5 {
        let bob = key("bob", &format!("198.51.100.{number}"));
        let counted = database.reserve_attempt(&bob, &SLOW, at(100)).await.unwrap();
        assert!(matches!(counted, Attempt::Reserved(_)), "{number}");
    }
    let elsewhere = key("bob", "203.0.113.1");
    let look = async |second| database.attempt_refusal(&elsewhere, &SLOW, at(second)).await.unwrap();
    assert!(matches!(look(100).await, Some(Attempt::SlowedDown(_))));
    assert_eq!(look(100 + 60).await, None);
}
