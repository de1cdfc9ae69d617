//! Lines on their way to an output that may stand still: a full pipe whose reader hangs, a disk that does not answer.
//! A thread of its own writes them, so that nobody else waits. What has no place in its queue is lost, and counted.
//!
//! Not `tracing-appender`: if the queue is full at the end, it prints so to the output that stands still, and never ends.

use std::io::{self, Write};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::mpsc::{Receiver, SyncSender, TryRecvError, TrySendError, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use tracing_subscriber::fmt::MakeWriter;

/// How many lines may wait: about a megabyte, and 32 if all of them are as long as lines can be.
const MOST: usize = 4096;

/// How long the end of the process waits for them.
const LAST_WORDS: Duration = Duration::from_secs(1);

enum Message {
    Line(Vec<u8>),
    /// Everything before this has been written.
    Flushed(SyncSender<()>),
}

/// Writes lines to the queue; each call of `write` is a line.
#[derive(Debug, Clone)]
pub(super) struct Detached {
    queue: SyncSender<Message>,
    lost: Arc<AtomicU64>,
}

impl Detached {
    /// Starts the thread, which ends with the process. When the output has caught up again, it tells how many lines were
    /// lost in the meantime.
    ///
    /// # Errors
    /// If the system has no thread left.
    pub(super) fn spawn(
        output: impl Write + Send + 'static,
        tell: impl Fn(u64) + Send + 'static,
    ) -> io::Result<Self> {
        let (queue, messages) = sync_channel(MOST);
        let lost = Arc::new(AtomicU64::new(0));
        let counted = Arc::clone(&lost);
        thread::Builder::new()
            .name("log".to_owned())
            .spawn(move || forward(&messages, output, &counted, tell))?;
        Ok(Self { queue, lost })
    }

    /// Waits until what was written so far has arrived, for a second at most.
    fn flush_all(&self) {
        let until = Instant::now() + LAST_WORDS;
        let (done, arrived) = sync_channel(1);
        let mut message = Message::Flushed(done);
        while let Err(TrySendError::Full(again)) = self.queue.try_send(message) {
            if Instant::now() >= until {
                return;
            }
            message = again;
            thread::sleep(Duration::from_millis(10));
        }
        // An error says that the time is over.
        let _ = arrived.recv_timeout(until.saturating_duration_since(Instant::now()));
    }
}

fn forward(messages: &Receiver<Message>, mut output: impl Write, lost: &AtomicU64, tell: impl Fn(u64)) {
    loop {
        let message = match messages.try_recv() {
            Ok(message) => message,
            Err(TryRecvError::Disconnected) => return,
            // Only now there is certainly room for another line, which is what telling it takes.
            Err(TryRecvError::Empty) => {
                match lost.swap(0, Ordering::Relaxed) {
                    0 => {}
                    lost => tell(lost),
                }
                let Ok(message) = messages.recv() else { return };
                message
            }
        };
        match message {
            Message::Line(line) => {
                // Nobody can be told that a log cannot be written.
                let _ = output.write_all(&line).and_then(|()| output.flush());
            }
            Message::Flushed(done) => {
                let _ = done.try_send(());
            }
        }
    }
}

impl Write for Detached {
    fn write(&mut self, line: &[u8]) -> io::Result<usize> {
        if self.queue.try_send(Message::Line(line.to_vec())).is_err() {
            self.lost.fetch_add(1, Ordering::Relaxed);
        }
        Ok(line.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl<'a> MakeWriter<'a> for Detached {
    type Writer = Self;

    fn make_writer(&'a self) -> Self {
        self.clone()
    }
}

/// The log of the process. Its last lines are written when this is dropped.
#[derive(Debug)]
#[must_use]
pub struct Log(pub(super) Detached);

impl Drop for Log {
    fn drop(&mut self) {
        self.0.flush_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;
    use std::sync::mpsc::channel;

    use super::*;

    /// Stands still until it is told to go on.
    struct Output {
        go_on: Receiver<()>,
        written: Arc<Mutex<Vec<u8>>>,
    }

    impl Write for Output {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            // When nobody can tell it any more, it goes on for ever.
            let _ = self.go_on.recv();
            self.written.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    #[test]
    fn an_output_that_stands_still_keeps_nobody_waiting_and_what_is_lost_is_counted() {
        let (go_on, told) = channel();
        let written = Arc::new(Mutex::new(Vec::new()));
        let output = Output { go_on: told, written: Arc::clone(&written) };
        let (tell, told) = channel();
        let mut lines = Detached::spawn(output, move |lost| {
            // The test may be over.
            let _ = tell.send(lost);
        })
        .expect("a thread");
        for number in 0..MOST + 100 {
            // In one piece, as the library writes a line.
            lines.write_all(format!("{number}\n").as_bytes()).expect("never an error");
        }
        // One line may be in the hands of the thread.
        let lost = lines.lost.load(Ordering::Relaxed);
        assert!((99..=100).contains(&lost), "{lost}");
        assert!(written.lock().expect("not poisoned").is_empty());
        lines.flush_all();
        assert!(written.lock().expect("not poisoned").is_empty(), "it does not wait for ever");
        assert!(told.try_recv().is_err(), "nothing is told while there is no room for it");
        drop(go_on);
        assert_eq!(told.recv_timeout(Duration::from_secs(60)), Ok(lost), "once everything else is written");
        let text = String::from_utf8(written.lock().expect("not poisoned").clone()).expect("text");
        assert!(text.starts_with("0\n1\n2\n") && text.lines().count() >= MOST, "in order, from the first");
    }
}
