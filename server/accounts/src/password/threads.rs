//! The threads that hash, each with the memory it hashes in.
//!
//! Not the runtime's blocking threads. Those would allocate 19 MiB for each password, and an allocator may keep
//! such blocks instead of returning them: with glibc's, sixty wrong passwords took the process from 20 to
//! 785 MiB. Here each thread keeps one block for as long as it lives. And only a thread of one's
//! own can be given a lower priority: pages are rendered first, and passwords with what is left, which on an
//! idle machine is everything.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Mutex, PoisonError};

use argon2::{Argon2, Block};

use super::PasswordError;

pub(super) type Job = Box<dyn FnOnce(&mut Memory) + Send>;

/// Handle to the threads, which end when the last clone is dropped.
#[derive(Debug, Clone)]
pub(super) struct Threads(Sender<Job>);

impl Threads {
    pub(super) fn start(count: usize) -> Self {
        let (jobs, queue) = channel();
        let queue = Arc::new(Mutex::new(queue));
        for _ in 0..count {
            let queue = Arc::clone(&queue);
            let started =
                std::thread::Builder::new().name("passwords".to_owned()).spawn(move || work(&queue));
            if let Err(error) = started {
                tracing::error!(%error, "a thread for hashing passwords could not be started");
            }
        }
        Self(jobs)
    }

    /// # Errors
    /// If no thread could be started.
    pub(super) fn run(&self, job: Job) -> Result<(), PasswordError> {
        self.0.send(job).map_err(|_| PasswordError::Failed("there is no thread to hash on".to_owned()))
    }
}

fn work(queue: &Mutex<Receiver<Job>>) {
    step_back();
    let mut memory = Memory::default();
    loop {
        let next = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = next else { return };
        // The job's sender notices by itself that there is no answer.
        if catch_unwind(AssertUnwindSafe(|| job(&mut memory))).is_err() {
            memory = Memory::default();
        }
    }
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
