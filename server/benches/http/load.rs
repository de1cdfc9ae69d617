//! The load: several connections at once, each on a thread of its own.

use std::io;
use std::panic::resume_unwind;
use std::thread;
use std::time::{Duration, Instant};

use crate::process::Process;

/// Sends one request and waits for its answer. Returns whether that was the right one.
pub(crate) type Step<'a> = Box<dyn FnMut() -> io::Result<bool> + Send + 'a>;

/// When the next request is sent.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Pace {
    /// When the last one has been answered: as much as the server can do.
    Closed,
    /// So many a second over all connections, whatever becomes of them. A request counts from the moment it was planned
    /// for, so that a slow answer is charged with the requests that had to wait behind it.
    PerSecond(f64),
}

/// What all connections of one run have seen together.
pub(crate) struct Sample {
    /// Of the right answers, the fastest first.
    latencies: Vec<Duration>,
    pub(crate) failed: u64,
    elapsed: Duration,
    cpu: Option<Duration>,
}

/// What one connection has seen.
#[derive(Default)]
struct Log {
    latencies: Vec<Duration>,
    failed: u64,
}

struct Plan {
    pace: Pace,
    begun: Instant,
    length: Duration,
    connections: usize,
}

/// Loads the server by these connections.
pub(crate) fn run(steps: &mut [Step<'_>], pace: Pace, length: Duration, server: &Process) -> Sample {
    let before = server.cpu();
    let plan = &Plan { pace, begun: Instant::now(), length, connections: steps.len() };
    let logs: Vec<Log> = thread::scope(|scope| {
        let threads: Vec<_> = steps
            .iter_mut()
            .enumerate()
            .map(|(number, step)| scope.spawn(move || plan.follow(number, step)))
            .collect();
        let logs =
            threads.into_iter().map(|thread| thread.join().unwrap_or_else(|panic| resume_unwind(panic)));
        logs.collect()
    });
    let elapsed = plan.begun.elapsed();
    let cpu = server.cpu().zip(before).map(|(after, before)| after.saturating_sub(before));
    let failed = logs.iter().map(|log| log.failed).sum();
    let mut latencies: Vec<Duration> = logs.into_iter().flat_map(|log| log.latencies).collect();
    latencies.sort_unstable();
    Sample { latencies, failed, elapsed, cpu }
}

impl Plan {
    fn follow(&self, connection: usize, step: &mut Step<'_>) -> Log {
        let mut log = Log::default();
        for turn in 0.. {
            let due = self.due(connection, turn);
            if due >= self.begun + self.length {
                break;
            }
            let now = Instant::now();
            if due > now {
                thread::sleep(due - now);
            }
            match step() {
                Ok(true) => log.latencies.push(due.elapsed()),
                Ok(false) | Err(_) => log.failed += 1,
            }
        }
        log
    }

    fn due(&self, connection: usize, turn: usize) -> Instant {
        match self.pace {
            Pace::Closed => Instant::now(),
            Pace::PerSecond(rate) => {
                let number = connection + turn * self.connections;
                self.begun + Duration::from_secs_f64(number as f64 / rate)
            }
        }
    }
}

impl Sample {
    /// Right answers.
    pub(crate) fn per_second(&self) -> f64 {
        self.latencies.len() as f64 / self.elapsed.as_secs_f64()
    }

    /// Processor time of the server for each right answer, in seconds.
    pub(crate) fn cpu_each(&self) -> Option<f64> {
        let count = Some(self.latencies.len()).filter(|count| *count > 0)?;
        Some(self.cpu?.as_secs_f64() / count as f64)
    }

    /// The time within which this share of right answers came, in seconds.
    pub(crate) fn quantile(&self, share: f64) -> Option<f64> {
        let rank = (self.latencies.len() as f64 * share).ceil() as usize;
        Some(self.latencies.get(rank.checked_sub(1)?)?.as_secs_f64())
    }
}
