//! The threads that hash, each with the memory it hashes in.
//!
//! Not the runtime's blocking threads. Those would allocate 19 MiB for each password, and an allocator may keep
//! such blocks instead of returning them: with glibc's, sixty wrong passwords took the process from 20 to
//! 785 MiB. Here each thread keeps one block while there is work. And only a thread of one's own can be given a
//! lower priority: pages are rendered first, and passwords with what is left, which on an idle machine is
//! everything.

use std::collections::VecDeque;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use argon2::{Argon2, Block};

use super::PasswordError;

pub(super) type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// A thread that has had nothing to do for so long returns its block.
const IDLE: Duration = Duration::from_secs(10);

/// Handle to the threads, which end when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Threads(Arc<Handle>);

#[derive(Debug)]
struct Handle {
    jobs: Arc<Jobs>,
    started: usize,
}

impl Drop for Handle {
    fn drop(&mut self) {
        self.jobs.lock().closed = true;
        self.jobs.changed.notify_all();
    }
}

/// What the threads share. Not a channel: its receiver would be locked by the one thread that waits, and the others
/// could not tell how long there has been nothing to do.
#[derive(Debug, Default)]
struct Jobs {
    queue: Mutex<Queue>,
    changed: Condvar,
}

#[derive(Default)]
struct Queue {
    waiting: VecDeque<Job>,
    closed: bool,
}

impl std::fmt::Debug for Queue {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Queue({} waiting, closed: {})", self.waiting.len(), self.closed)
    }
}

impl Jobs {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        // Nothing panics while holding the lock.
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does the next job, or returns the memory if there is none for as long as `idle`. `false` at the end.
    fn work_once(&self, memory: &mut Memory, idle: Duration) -> bool {
        let nothing = |queue: &mut Queue| queue.waiting.is_empty() && !queue.closed;
        let waited = self.changed.wait_timeout_while(self.lock(), idle, nothing);
        let (mut queue, _) = waited.unwrap_or_else(PoisonError::into_inner);
        let (next, closed) = (queue.waiting.pop_front(), queue.closed);
        drop(queue);
        let Some(job) = next else {
            *memory = Memory::default();
            return !closed;
        };
        // The job's sender notices by itself that there is no answer.
        if catch_unwind(AssertUnwindSafe(|| job(memory))).is_err() {
            *memory = Memory::default();
        }
        true
    }
}

impl Threads {
    pub(super) fn start(count: usize) -> Self {
        let jobs = Arc::<Jobs>::default();
        let mut started = 0;
        for _ in 0..count {
            let jobs = Arc::clone(&jobs);
            match std::thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&jobs)) {
                Ok(_) => started += 1,
                Err(error) => tracing::error!(%error, "a thread for hashing passwords could not be started"),
            }
        }
        Self(Arc::new(Handle { jobs, started }))
    }

    /// # Errors
    /// If no thread could be started.
    pub(super) fn run(&self, job: Job) -> Result<(), PasswordError> {
        if self.0.started == 0 {
            return Err(PasswordError::Failed("there is no thread to hash on".to_owned()));
        }
        self.0.jobs.lock().waiting.push_back(job);
        self.0.jobs.changed.notify_one();
        Ok(())
    }
}

fn work(jobs: &Jobs) {
    step_back();
    let mut memory = Memory::default();
    while jobs.work_once(&mut memory, IDLE) {}
}

/// Lets the threads that answer requests go first. Linux gives each thread a nice value of its own.
#[cfg(target_os = "linux")]
fn step_back() {
    const NICE: i32 = 10;
    let this = Some(rustix::thread::gettid());
    if let Err(error) = rustix::process::setpriority_process(this, NICE) {
        tracing::debug!(%error, "passwords are hashed with the priority of everything else");
    }
}

#[cfg(not(target_os = "linux"))]
fn step_back() {}

/// What one thread hashes in.
#[derive(Default)]
pub(super) struct Memory {
    blocks: Vec<Block>,
}

impl Memory {
    /// Computes into `out`, in the kept blocks if no more than `keep` are needed. A stored hash with larger
    /// parameters gets memory of its own, which is returned afterwards.
    ///
    /// # Errors
    /// If there is no memory, or argon2 rejects the input.
    pub(super) fn hash(
        &mut self,
        argon2: &Argon2<'_>,
        keep: usize,
        password: &[u8],
        salt: &[u8],
        out: &mut [u8],
    ) -> Result<(), PasswordError> {
        let needed = argon2.params().block_count();
        let mut of_its_own = Vec::new();
        let blocks = if needed <= keep { &mut self.blocks } else { &mut of_its_own };
        if blocks.len() < needed {
            blocks.try_reserve_exact(needed - blocks.len()).map_err(PasswordError::failed)?;
            blocks.resize(needed, Block::new());
        }
        // Every block is written before it is read, so nothing of an earlier password matters.
        argon2
            .hash_password_into_with_memory(password, salt, out, blocks.as_mut_slice())
            .map_err(PasswordError::failed)
    }

    #[cfg(test)]
    pub(super) fn kept(&self) -> usize {
        self.blocks.len()
    }
}

#[cfg(test)]
mod tests {
    use argon2::{Algorithm, Params, Version};

    use super::*;

    fn hash(memory: &mut Memory) {
        let params = Params::new(8, 1, 1, None).unwrap();
        let keep = params.block_count();
        let argon2 = Argon2::new(Algorithm::Argon2id, Version::V0x13, params);
        memory.hash(&argon2, keep, b"password", b"some salt", &mut [0; 32]).unwrap();
    }

    #[test]
    fn a_thread_without_work_returns_its_memory() {
        let (jobs, mut memory) = (Jobs::default(), Memory::default());
        jobs.lock().waiting.push_back(Box::new(hash));
        assert!(jobs.work_once(&mut memory, Duration::ZERO));
        assert!(memory.kept() > 0, "more work may come");
        assert!(jobs.work_once(&mut memory, Duration::ZERO));
        assert_eq!(memory.kept(), 0);
    }

    #[test]
    fn what_was_waiting_is_done_before_the_end() {
        let (jobs, mut memory) = (Jobs::default(), Memory::default());
        jobs.lock().waiting.push_back(Box::new(hash));
        jobs.lock().closed = true;
        assert!(jobs.work_once(&mut memory, IDLE));
        assert!(!jobs.work_once(&mut memory, IDLE));
    }
}
