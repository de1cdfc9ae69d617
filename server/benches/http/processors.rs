//! One processor for the server, the others for load and databases.
//!
//! What a thread starts, threads as well as programs, inherits its processors (`sched_setaffinity(2)`). So they are
//! divided before anything else is started, and the server is started by a thread that has moved over for a moment.

use std::fmt;
use std::io;

#[cfg(target_os = "linux")]
use rustix::thread::{CpuSet, sched_getaffinity, sched_setaffinity};

/// Elsewhere nothing is divided.
#[cfg(not(target_os = "linux"))]
type CpuSet = ();

pub(crate) struct Processors {
    count: usize,
    /// Not with a single processor.
    divided: Option<Divided>,
}

struct Divided {
    server: CpuSet,
    others: CpuSet,
}

impl Processors {
    /// Moves this thread, and with it whatever it starts, to all processors but one.
    pub(crate) fn divide() -> Self {
        let count = std::thread::available_parallelism().map_or(1, std::num::NonZero::get);
        Self { count, divided: divide() }
    }

    /// Starts something on the server's processor.
    ///
    /// # Errors
    /// Those of `start`, or if the system refuses to move the thread.
    pub(crate) fn as_server<T>(&self, start: impl FnOnce() -> io::Result<T>) -> io::Result<T> {
        let Some(divided) = &self.divided else { return start() };
        move_to(&divided.server)?;
        let started = start();
        move_to(&divided.others)?;
        started
    }
}

impl fmt::Display for Processors {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self { count: 1, .. } => write!(f, "one processor for everything"),
            Self { count, divided: Some(_) } => write!(f, "{count} processors, one of them for the server"),
            Self { count, divided: None } => write!(f, "{count} processors for everything"),
        }
    }
}

#[cfg(target_os = "linux")]
fn divide() -> Option<Divided> {
    let mut others = sched_getaffinity(None).ok()?;
    if others.count() < 2 {
        return None;
    }
    let first = (0..CpuSet::MAX_CPU).find(|number| others.is_set(*number))?;
    others.unset(first);
    let mut server = CpuSet::new();
    server.set(first);
    sched_setaffinity(None, &others).ok()?;
    Some(Divided { server, others })
}

#[cfg(not(target_os = "linux"))]
fn divide() -> Option<Divided> {
    None
}

#[cfg(target_os = "linux")]
fn move_to(processors: &CpuSet) -> io::Result<()> {
    sched_setaffinity(None, processors).map_err(io::Error::from)
}

#[cfg(not(target_os = "linux"))]
fn move_to(_: &CpuSet) -> io::Result<()> {
    Ok(())
}
