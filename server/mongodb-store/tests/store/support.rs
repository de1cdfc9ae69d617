//! A client that can be stopped before any of its commands, and made to fail.

use std::sync::{Arc, Mutex, mpsc};

use mongodb::bson::{Document, doc};
use mongodb::event::EventHandler;
use mongodb::event::command::CommandEvent;
use mongodb::options::ClientOptions;
use mongodb::{Client, Database};
use time::OffsetDateTime;
use time::macros::datetime;
use tokio::sync::oneshot;
use tokio::task::JoinHandle;
use tower_sessions_mongodb_store::{Created, Key, Lookup, NewRow, Row, Rows};

/// The time at which the tests of rows happen: far enough ahead for any TTL monitor.
pub(crate) const NOW: OffsetDateTime = datetime!(2040-05-06 07:08:09.123 UTC);

/// So many seconds after [`NOW`].
pub(crate) fn at(seconds: i64) -> OffsetDateTime {
    NOW + time::Duration::seconds(seconds)
}

/// The key of a number.
pub(crate) fn key(number: u8) -> Key {
    Key([number; 32])
}

/// A session that expires after 1000 s. All of an owner have the same handle, as sessions that keep theirs.
pub(crate) fn owned(number: u8, owner: &str) -> NewRow {
    NewRow {
        key: key(number),
        handle: "handle".into(),
        owner: Some(owner.into()),
        data: vec![number],
        created_at: NOW,
        last_activity: NOW,
        expires_at: at(1000),
        live_until: at(500),
    }
}

/// The same, signed out.
pub(crate) fn anonymous(number: u8) -> NewRow {
    NewRow { owner: None, ..owned(number, "") }
}

/// One client of a database, with its ear at what it sends.
#[derive(Clone)]
pub(crate) struct Watched {
    pub(crate) database: Database,
    pub(crate) rows: Rows,
    application: String,
    commands: Arc<Mutex<Vec<Document>>>,
    gate: Arc<Mutex<Option<Gate>>>,
}

/// Closes before the command that comes after so many others.
struct Gate {
    before: usize,
    reached: Option<oneshot::Sender<()>>,
    opens: Option<mpsc::Receiver<()>>,
}

/// An operation that stands before one of its commands, until this is dropped.
pub(crate) struct Stopped<T> {
    pub(crate) operation: JoinHandle<T>,
    _open: mpsc::Sender<()>,
}

impl<T> Stopped<T> {
    /// Lets it go on, and hands back what it says.
    pub(crate) async fn go_on(self) -> T {
        let Self { operation, _open } = self;
        drop(_open);
        operation.await.unwrap()
    }

    /// Gives it up where it stands. The command it stood before may still be sent.
    pub(crate) async fn give_up(self) {
        let Self { operation, _open } = self;
        operation.abort();
        drop(_open);
        let _ = operation.await;
    }
}

impl Watched {
    /// A client of this database.
    pub(crate) async fn connect(url: &str) -> Self {
        let application = format!("test-{:x}", rand::random::<u64>());
        let commands: Arc<Mutex<Vec<Document>>> = Arc::default();
        let gate: Arc<Mutex<Option<Gate>>> = Arc::default();
        let mut options = ClientOptions::parse(url).await.unwrap();
        options.app_name = Some(application.clone());
        // After a failure the driver asks at its next heartbeat whether the server is there.
        options.heartbeat_freq = Some(std::time::Duration::from_millis(500));
        let (log, guard) = (commands.clone(), gate.clone());
        options.command_event_handler = Some(EventHandler::callback(move |event| {
            if let CommandEvent::Started(started) = event {
                log.lock().unwrap().push(started.command);
                pass(&guard);
            }
        }));
        let database = Client::with_options(options).unwrap().default_database().unwrap();
        let rows = Rows::new(database.clone());
        rows.ping().await.unwrap();
        Self { database, rows, application, commands, gate }
    }

    /// Runs an operation up to (not including) its command number `before`, counted from 0; `Err` with its outcome
    /// if it has no such command.
    pub(crate) async fn stop_before<T: Send + 'static>(
        &self,
        before: usize,
        operation: impl Future<Output = T> + Send + 'static,
    ) -> Result<Stopped<T>, T> {
        let (reached, was_reached) = oneshot::channel();
        let (open, opens) = mpsc::channel();
        *self.gate.lock().unwrap() = Some(Gate { before, reached: Some(reached), opens: Some(opens) });
        let mut operation = tokio::spawn(operation);
        tokio::select! {
            Ok(()) = was_reached => Ok(Stopped { operation, _open: open }),
            outcome = &mut operation => {
                *self.gate.lock().unwrap() = None;
                Err(outcome.unwrap())
            }
        }
    }

    /// The commands of an operation.
    pub(crate) async fn commands_of<T>(&self, operation: impl Future<Output = T>) -> (T, Vec<Document>) {
        self.commands.lock().unwrap().clear();
        let outcome = operation.await;
        (outcome, std::mem::take(&mut *self.commands.lock().unwrap()))
    }

    /// Lets this client's next commands of these names fail, so many of them.
    pub(crate) async fn fail(&self, commands: &[&str], times: i32, mut how: Document) {
        how.insert("failCommands", commands.to_vec());
        how.insert("appName", &self.application);
        let fail = doc! { "configureFailPoint": "failCommand", "mode": { "times": times }, "data": how };
        self.database.client().database("admin").run_command(fail).await.unwrap();
    }

    /// Takes back what is left of [`Watched::fail`].
    pub(crate) async fn fail_no_more(&self) {
        let off = doc! { "configureFailPoint": "failCommand", "mode": "off" };
        self.database.client().database("admin").run_command(off).await.unwrap();
    }

    /// Inserts a row, which must succeed.
    pub(crate) async fn create(&self, row: &NewRow) {
        assert_eq!(self.rows.create(row).await.unwrap(), Created::Inserted);
    }

    /// The session under a key.
    pub(crate) async fn find(&self, key: &Key) -> Option<Row> {
        match self.rows.load(key, NOW).await.unwrap() {
            Lookup::Found(row) => Some(*row),
            Lookup::Replaced | Lookup::Missing => None,
        }
    }

    /// Documents in the collection that are in this state.
    pub(crate) async fn in_state(&self, state: &str) -> u64 {
        self.database
            .collection::<Document>("sessions")
            .count_documents(doc! { "state": state })
            .await
            .unwrap()
    }
}

/// Stands before the gate if it is to be closed now. It is called by the driver, which sends afterwards.
fn pass(gate: &Mutex<Option<Gate>>) {
    let mut guard = gate.lock().unwrap();
    let Some(gate) = guard.as_mut() else { return };
    if gate.before > 0 {
        gate.before -= 1;
        return;
    }
    let (Some(reached), Some(opens)) = (gate.reached.take(), gate.opens.take()) else { return };
    *guard = None;
    drop(guard);
    let _ = reached.send(());
    // An error is what is waited for: the other end is dropped.
    let _ = tokio::task::block_in_place(|| opens.recv());
}

/// Two clients of one empty database; `None` if there is no server.
pub(crate) async fn two_clients() -> Option<(Watched, Watched)> {
    let server = test_servers::required(test_servers::mongodb())?;
    let url = server.fresh_url();
    Some((Watched::connect(&url).await, Watched::connect(&url).await))
}
