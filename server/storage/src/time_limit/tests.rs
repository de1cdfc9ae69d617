use std::future::{pending, ready};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::time::Instant;
use tracing::instrument::WithSubscriber as _;
use tracing_subscriber::fmt::MakeWriter;

use super::{CallQueue, TimeLimit, Timeout};
use crate::fault::{Mistake, StoreFailure};

const LIMIT: Duration = Duration::from_millis(500);
const AT_ONCE: usize = 7;

#[derive(Debug, Clone, PartialEq, thiserror::Error)]
enum Failure {
    #[error(transparent)]
    Timeout(#[from] Timeout),
    #[error("broken")]
    Broken,
    #[error("{0}")]
    Store(#[from] StoreFailure),
}

fn limit() -> TimeLimit {
    TimeLimit::new("session store", LIMIT, CallQueue::of_connections(7))
}

#[tokio::test(start_paused = true)]
async fn what_does_not_answer_fails_after_the_limit_and_not_before() {
    let (limit, begun) = (limit(), Instant::now());
    assert_eq!(
        limit.run(Failure::from, pending::<Result<(), Failure>>()).await,
        Err(Timeout::Silent(LIMIT).into())
    );
    assert_eq!(begun.elapsed(), LIMIT);
    assert_eq!(
        limit.maintain(Failure::from, pending::<Result<(), Failure>>()).await,
        Err(Timeout::Silent(LIMIT * 15).into())
    );
}

#[tokio::test(start_paused = true)]
async fn answers_pass_as_they_are() {
    let limit = limit();
    let slow = async {
        tokio::time::sleep(LIMIT - Duration::from_millis(1)).await;
        Ok::<_, Failure>(1)
    };
    assert_eq!(limit.run(Failure::from, slow).await, Ok(1));
    assert_eq!(limit.run(Failure::from, ready(Err::<(), _>(Failure::Broken))).await, Err(Failure::Broken));
}

#[tokio::test(start_paused = true)]
async fn those_whose_turn_does_not_come_are_told_after_half_the_time() {
    let limit = limit();
    let one = || async {
        let begun = Instant::now();
        (limit.run(Failure::from, pending::<Result<(), Failure>>()).await.unwrap_err(), begun.elapsed())
    };
    let many = futures::future::join_all((0..AT_ONCE * 3).map(|_| one())).await;
    let (begun, waited) = many.split_at(AT_ONCE);
    assert!(begun.iter().all(|end| *end == (Timeout::Silent(LIMIT).into(), LIMIT)), "{begun:?}");
    assert!(waited.iter().all(|end| *end == (Timeout::Busy(LIMIT / 2).into(), LIMIT / 2)), "{waited:?}");
    assert_eq!(limit.queue.0.available_permits(), AT_ONCE, "every permit was returned");
}

#[tokio::test(start_paused = true)]
async fn only_so_many_run_at_once() {
    let limit = limit();
    let (running, most) = (Mutex::new(0_usize), Mutex::new(0_usize));
    let operation = || async {
        let now = {
            let mut running = running.lock().unwrap();
            *running += 1;
            *running
        };
        {
            let mut most = most.lock().unwrap();
            *most = (*most).max(now);
        }
        tokio::time::sleep(LIMIT / 10).await;
        *running.lock().unwrap() -= 1;
        Ok::<_, Failure>(())
    };
    let results =
        futures::future::join_all((0..AT_ONCE * 3).map(|_| limit.run(Failure::from, operation()))).await;
    assert!(results.iter().all(Result::is_ok));
    assert_eq!(*most.lock().unwrap(), AT_ONCE);
}

#[derive(Clone, Default)]
struct Lines(Arc<Mutex<Vec<u8>>>);

impl std::io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        self.0.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }
    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Lines {
    type Writer = Self;
    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The log of operations at these seconds after the start.
async fn lines_of(story: &[(u64, Result<(), Failure>)]) -> Vec<String> {
    let (lines, limit, begun) = (Lines::default(), limit(), Instant::now());
    let story = async {
        for (second, outcome) in story {
            tokio::time::sleep_until(begun + Duration::from_secs(*second)).await;
            let _ = limit.run(Failure::from, ready(outcome.clone())).await;
        }
    };
    let subscriber = tracing_subscriber::fmt().json().with_writer(lines.clone()).finish();
    story.with_subscriber(subscriber).await;
    let text = String::from_utf8(lines.0.lock().unwrap().clone()).unwrap();
    text.lines().map(str::to_owned).collect()
}

/// What it says: `-` a store became unavailable, `+` it is back.
async fn log_of(story: &[(u64, Result<(), Failure>)]) -> String {
    let sign = |line: String| match (line.contains("sys_store_away"), line.contains("sys_store_back")) {
        (true, false) => '-',
        (false, true) => '+',
        _ => panic!("{line}"),
    };
    lines_of(story).await.into_iter().map(sign).collect()
}

#[tokio::test(start_paused = true)]
async fn one_line_says_that_a_store_went_away_and_one_that_it_is_back() {
    const WELL: Result<(), Failure> = Ok(());
    const BROKEN: Result<(), Failure> = Err(Failure::Broken);
    assert_eq!(log_of(&[(0, WELL), (1, WELL)]).await, "");
    assert_eq!(log_of(&[(0, WELL), (1, BROKEN), (1, BROKEN), (2, BROKEN)]).await, "-");
    assert_eq!(log_of(&[(0, BROKEN), (9, WELL), (10, WELL), (11, WELL), (12, BROKEN)]).await, "-+-");
}

/// A server without memory, a disk without room: one line, however many requests there are.
#[tokio::test(start_paused = true)]
async fn a_store_that_answers_one_and_refuses_the_next_is_away_once() {
    let story: Vec<_> = (0..100)
        .map(|second| (second, if second % 3 == 1 { Err(Failure::Broken) } else { Ok(()) }))
        .collect();
    assert_eq!(log_of(&story).await, "-");
}

/// Waiting does not help, so the line says what does.
#[tokio::test(start_paused = true)]
async fn one_line_tells_a_mistake_from_an_outage_and_says_what_to_do() {
    let denied = StoreFailure::mistake(Mistake::Rights, "permission denied".to_owned());
    let story: Vec<_> = (0..100).map(|second| (second, Err(denied.clone().into()))).collect();
    let lines = lines_of(&story).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    for part in ["sys_store_misconfigured", "permission denied", Mistake::Rights.advice()] {
        assert!(lines[0].contains(part), "{}", lines[0]);
    }
}

/// The store answers: nobody should look for an outage.
#[tokio::test(start_paused = true)]
async fn a_value_that_cannot_be_read_is_no_outage() {
    let unreadable = StoreFailure::unreadable("users.email");
    let lines = lines_of(&[(0, Err(unreadable.into())), (1, Ok(()))]).await;
    assert_eq!(lines.len(), 1, "{lines:?}");
    assert!(lines[0].contains("sys_store_data") && lines[0].contains("users.email holds"), "{}", lines[0]);
}
