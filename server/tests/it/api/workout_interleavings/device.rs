//! A device that sends its queue over a bad network.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use domain::workout::document::Operation;

use super::dice::Dice;
use super::ledger::Ledger;
use super::operations::batches;

/// How often one batch is tried. Far more than any round needs.
const TRIES: u32 = 500;

/// What a device knows of what it has sent.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Sent {
    /// An answer has named all of it.
    Named,
    /// There is no such workout any more.
    Gone,
    /// It must be sent again.
    Failed,
}

/// The way to the server.
pub(super) trait Line: Send {
    /// One request. Tells the ledger of its answer.
    fn send(&mut self, batch: &[Operation], ledger: &Ledger) -> impl Future<Output = Sent> + Send;

    /// The same request twice at once, as when a page that goes sends what the next page sends as well.
    fn send_twice(&mut self, batch: &[Operation], ledger: &Ledger) -> impl Future<Output = Sent> + Send;

    /// What the last answer was, for a round that does not get on.
    fn last(&self) -> String;

    /// What else may happen to this device, now and then.
    fn meanwhile(&mut self, dice: &mut Dice) -> impl Future<Output = ()> + Send;
}

pub(super) struct Device<L> {
    pub(super) line: L,
    pub(super) dice: Dice,
    pub(super) ledger: Arc<Ledger>,
    /// What arrives a second time, much later, from whichever device.
    pub(super) copies: Arc<Mutex<Vec<Vec<Operation>>>>,
}

impl<L: Line> Device<L> {
    /// Sends a queue in its order, each batch until an answer has named it.
    pub(super) async fn play(mut self, queue: Vec<Operation>) {
        for batch in batches(&mut self.dice, queue) {
            self.line.meanwhile(&mut self.dice).await;
            if self.deliver(&batch).await == Sent::Gone {
                break;
            }
            if self.dice.one_in(2) {
                self.copies.lock().unwrap().push(batch);
            }
            if self.dice.one_in(3) {
                self.deliver_copy().await;
            }
            self.pause().await;
        }
        self.deliver_copy().await;
        self.deliver_copy().await;
    }

    async fn deliver(&mut self, batch: &[Operation]) -> Sent {
        for _ in 0..TRIES {
            match self.dice.roll(6) {
                // It is lost on its way.
                0 => {}
                // Its answer is lost.
                1 => {
                    self.line.send(batch, &self.ledger).await;
                }
                2 => match self.line.send_twice(batch, &self.ledger).await {
                    Sent::Failed => self.pause().await,
                    sent => return sent,
                },
                _ => match self.line.send(batch, &self.ledger).await {
                    Sent::Failed => self.pause().await,
                    sent => return sent,
                },
            }
        }
        panic!("{batch:?} was sent {TRIES} times, and never taken: {}", self.line.last());
    }

    async fn deliver_copy(&mut self) {
        let copy = {
            let mut copies = self.copies.lock().unwrap();
            if copies.is_empty() {
                return;
            }
            let place = usize::try_from(self.dice.roll(copies.len() as u64)).unwrap();
            copies.swap_remove(place)
        };
        self.line.send(&copy, &self.ledger).await;
    }

    async fn pause(&mut self) {
        match self.dice.roll(4) {
            0 => tokio::time::sleep(Duration::from_millis(1 + self.dice.roll(4))).await,
            _ => tokio::task::yield_now().await,
        }
    }
}
