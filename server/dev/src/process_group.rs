//! Child processes in groups of their own: a key pressed at the terminal reaches this process alone, which ends them in
//! order, each with what it has started.
//!
//! Windows has no such groups; there the terminal's Ctrl-C reaches everybody.

use std::process::Command;

pub(crate) fn in_own_group(command: &mut Command) -> &mut Command {
    #[cfg(unix)]
    std::os::unix::process::CommandExt::process_group(command, 0);
    command
}

/// Lets others go first, and what it starts as well.
#[cfg(unix)]
pub(crate) fn give_way(process: u32) {
    use rustix::process::{Pid, setpriority_process};
    if let Some(process) = i32::try_from(process).ok().and_then(Pid::from_raw) {
        // An error means that it has ended.
        let _ = setpriority_process(Some(process), 10);
    }
}

#[cfg(not(unix))]
pub(crate) fn give_way(_: u32) {}

/// Asks the group of this process to end.
#[cfg(unix)]
pub(crate) fn terminate(leader: u32) {
    use rustix::process::{Pid, Signal, kill_process_group};
    if let Some(leader) = i32::try_from(leader).ok().and_then(Pid::from_raw) {
        // An error means that it has ended.
        let _ = kill_process_group(leader, Signal::TERM);
    }
}

#[cfg(not(unix))]
pub(crate) fn terminate(_: u32) {}
