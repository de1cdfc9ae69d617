//! When to stop.

/// Waits for Ctrl-C, or for the signals by which process managers (SIGTERM) and terminals that are closed (SIGHUP)
/// ask a process to end. After any of them requests in progress are finished.
///
/// SIGHUP does not reload the configuration; a new process has to be started for that.
pub(crate) async fn stop() {
    #[cfg(unix)]
    {
        use tokio::signal::unix::SignalKind;
        // `nohup` has this signal ignored, and it stays so.
        let hangup = async {
            if ignores_hangup(&std::fs::read_to_string("/proc/self/status").unwrap_or_default()) {
                std::future::pending::<()>().await;
            }
            received(SignalKind::hangup()).await;
        };
        tokio::select! {
            () = received(SignalKind::interrupt()) => {}
            () = received(SignalKind::terminate()) => {}
            () = hangup => {}
        }
    }
    #[cfg(not(unix))]
    if tokio::signal::ctrl_c().await.is_err() {
        std::future::pending::<()>().await;
    }
}

/// If no handler can be installed, the signal's default action still ends the process.
#[cfg(unix)]
async fn received(kind: tokio::signal::unix::SignalKind) {
    match tokio::signal::unix::signal(kind) {
        Ok(mut signal) => drop(signal.recv().await),
        Err(_) => std::future::pending().await,
    }
}

/// Reads the set of ignored signals (proc(5)); the lowest bit is signal 1. Without such a file nothing is ignored.
#[cfg(unix)]
fn ignores_hangup(status: &str) -> bool {
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).is_some_and(|mask| mask & 1 == 1)
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;

    #[test]
    fn an_ignored_hangup_is_noticed() {
        assert!(ignores_hangup("Name:\tserver\nSigIgn:\t0000000000001001\nSigCgt:\t0\n"));
        assert!(!ignores_hangup("SigBlk:\t0000000000000001\nSigIgn:\t0000000000001000\n"));
        assert!(!ignores_hangup(""));
    }
}
