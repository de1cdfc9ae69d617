//! Many reports about one save become one.

use std::sync::mpsc::{Receiver, RecvTimeoutError};
use std::time::{Duration, Instant};

/// Waits for a report, and then until none has come for `quiet`, or `longest` has passed. False when there will be no more.
pub(crate) fn settled(reports: &Receiver<()>, quiet: Duration, longest: Duration) -> bool {
    if reports.recv().is_err() {
        return false;
    }
    let deadline = Instant::now() + longest;
    while Instant::now() < deadline {
        match reports.recv_timeout(quiet) {
            Ok(()) => {}
            // The sender is gone: this was the last change, which counts.
            Err(RecvTimeoutError::Timeout | RecvTimeoutError::Disconnected) => break,
        }
    }
    true
}

#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "a test that cannot go on should say where")]
mod tests {
    use std::sync::mpsc::channel;

    use super::*;

    const NEVER: Duration = Duration::from_secs(3600);

    #[test]
    fn reports_that_come_together_are_one_change() {
        let (sender, reports) = channel();
        (0..5).for_each(|_| sender.send(()).unwrap());
        assert!(settled(&reports, Duration::from_millis(1), NEVER));
        assert!(reports.try_recv().is_err(), "all were taken");
        drop(sender);
        assert!(!settled(&reports, NEVER, NEVER), "no report, no change");
    }

    #[test]
    fn the_last_reports_count_even_if_nobody_is_left_to_send_others() {
        let (sender, reports) = channel();
        sender.send(()).unwrap();
        drop(sender);
        assert!(settled(&reports, NEVER, NEVER));
    }

    #[test]
    fn reports_without_end_do_not_put_it_off_for_ever() {
        let (sender, reports) = channel();
        (0..5).for_each(|_| sender.send(()).unwrap());
        assert!(settled(&reports, NEVER, Duration::ZERO));
        assert_eq!(reports.try_iter().count(), 4);
    }
}
