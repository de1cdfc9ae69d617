//! The server's half of `cargo dev`: what the supervisor (`server/dev`) writes to standard input is passed on to open
//! pages.
//!
//! When standard input ends, because the supervisor wants a new server or has died, the server stops: none is left
//! behind.

use std::future::Future;

use rand::RngExt as _;
use serde::{Deserialize, Serialize};
use tokio::sync::{mpsc, watch};
use tokio_util::sync::{CancellationToken, WaitForCancellationFutureOwned};

use crate::routes::live_reload::SCRIPT;

/// What pages are told: always everything, so that one which was not listening for a while has missed nothing.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Status {
    /// Tells one start of the server from another. A page that an earlier one rendered is out of date.
    start: String,
    /// URL of the style sheet, if it has changed since the start.
    style: Option<String>,
    /// Why the latest sources do not build, in the compiler's words.
    error: Option<String>,
}

/// A line of standard input, as JSON.
#[derive(Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Message {
    /// There is another style sheet.
    Style,
    /// A build has failed.
    Error(String),
    /// The sources are what is served, again.
    Fixed,
}

#[derive(Debug)]
pub(crate) struct LiveReload {
    status: watch::Sender<Status>,
    stopping: CancellationToken,
}

impl LiveReload {
    pub(crate) fn new() -> Self {
        let start = format!("{:016x}", rand::rng().random::<u64>());
        let status = watch::Sender::new(Status { start, style: None, error: None });
        Self { status, stopping: CancellationToken::new() }
    }

    /// The URL names the start, so that a page knows which server has rendered it.
    pub(crate) fn script_url(&self) -> String {
        format!("{SCRIPT}?start={}", self.status.borrow().start)
    }

    /// The first status is there at once.
    pub(crate) fn subscribe(&self) -> watch::Receiver<Status> {
        let mut status = self.status.subscribe();
        status.mark_changed();
        status
    }

    /// Completes when open streams are to end: a stop does not wait for answers that never would.
    pub(crate) fn stopping(&self) -> WaitForCancellationFutureOwned {
        self.stopping.clone().cancelled_owned()
    }

    /// Passes on what comes on standard input, until that ends or `stop` completes. `css` is the URL of the style sheet.
    pub(crate) async fn run(&self, css: &str, stop: impl Future<Output = ()>) {
        let mut lines = lines_of_stdin();
        let follow = async {
            while let Some(line) = lines.recv().await {
                match serde_json::from_str(&line) {
                    Ok(message) => self.apply(message, css),
                    Err(error) => tracing::warn!(%error, "standard input: not a message of `cargo dev`"),
                }
            }
        };
        tokio::select! {
            () = follow => {}
            () = stop => {}
        }
        self.stopping.cancel();
    }

    fn apply(&self, message: Message, css: &str) {
        self.status.send_modify(|status| match message {
            Message::Style => {
                // Another URL each time, also for browsers that have seen those of an earlier start.
                status.style = Some(format!("{css}?{:016x}", rand::rng().random::<u64>()));
                status.error = None;
            }
            Message::Error(error) => status.error = Some(error),
            Message::Fixed => status.error = None,
        });
    }
}

/// On a thread of its own: Tokio's standard input would keep the process from ending until the next line.
fn lines_of_stdin() -> mpsc::UnboundedReceiver<String> {
    let (sender, receiver) = mpsc::unbounded_channel();
    std::thread::spawn(move || {
        for line in std::io::stdin().lines().map_while(Result::ok) {
            if sender.send(line).is_err() {
                break;
            }
        }
    });
    receiver
}
