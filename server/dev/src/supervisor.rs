//! Waits for changes and does what they need, one thing after the other.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::net::{SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::mpsc::{Receiver, RecvTimeoutError, Sender, channel};
use std::thread;
use std::time::{Duration, Instant, SystemTime};

use crate::builds::{Builder, Built, Running};
use crate::console;
use crate::server_process::ServerProcess;
use crate::sources::Sources;
use crate::watch::Watch;
use crate::work::Work;

/// How often to look whether the server still runs.
const LOOK: Duration = Duration::from_millis(500);

/// What to supervise.
#[derive(Debug, Clone)]
pub struct Options {
    /// The directory with the sources, and the working directory of builds and server.
    pub workspace: PathBuf,
    /// Cargo, or what stands in for it.
    pub cargo: OsString,
    /// More arguments for `cargo build`.
    pub build_arguments: Vec<OsString>,
    /// Where to listen.
    pub address: SocketAddr,
    /// The variables of builds and server.
    pub environment: Vec<(OsString, OsString)>,
}

/// Why nothing can be supervised. One line that says what to do.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    #[error(
        "{0} is in use: does another `cargo dev` or `cargo run` still run? SITE_ADDR chooses another address"
    )]
    InUse(SocketAddr),
    #[error("cannot listen on {address} (SITE_ADDR): {source}")]
    Listen { address: SocketAddr, source: io::Error },
}

enum Event {
    /// Files may have changed.
    Changed,
    Built(Built),
    Stop,
}

/// Ends [`Supervisor::run`], from any thread.
#[derive(Debug, Clone)]
pub struct Stop(Sender<Event>);

impl Stop {
    pub fn stop(&self) {
        // Fails if it has ended.
        let _ = self.0.send(Event::Stop);
    }
}

/// A build under way.
struct Round {
    work: Work,
    begun: Instant,
}

/// Holds the socket, and builds and starts servers for it.
pub struct Supervisor {
    builder: Builder,
    /// None where sockets cannot be handed over; the server then binds the address itself.
    socket: Option<TcpListener>,
    sources: Sources,
    _watch: Watch,
    sender: Sender<Event>,
    events: Receiver<Event>,
    /// What has changed since the build under way began.
    pending: Work,
    /// What has failed, to be done again with the next change.
    failed: Work,
    round: Option<Round>,
    /// What `cargo build` has made.
    program: Option<PathBuf>,
    /// The running server is another program than that.
    is_old: bool,
    /// What the file of the running server was like: Cargo may have been called by somebody else, too, who then built what
    /// was new to us.
    served: Option<(SystemTime, u64)>,
    server: Option<ServerProcess>,
}

impl Supervisor {
    /// Binds the address and begins to watch.
    ///
    /// # Errors
    /// The address cannot be bound.
    pub fn start(options: Options) -> Result<Self, StartError> {
        let Options { workspace, cargo, build_arguments, address, environment } = options;
        let socket = if cfg!(unix) { Some(bind(address)?) } else { None };
        let (sender, events) = channel();
        let bell = sender.clone();
        // First watched, then read: no change falls in between.
        let watch = Watch::new(&workspace, move || bell.send(Event::Changed).is_ok());
        let sources = Sources::new(&workspace);
        let running = Running::default();
        let builder = Builder { workspace, cargo, arguments: build_arguments, environment, running };
        Ok(Self {
            builder,
            socket,
            sources,
            _watch: watch,
            sender,
            events,
            pending: Work::ALL,
            failed: Work::default(),
            round: None,
            program: None,
            is_old: false,
            served: None,
            server: None,
        })
    }

    /// The address that is bound; none where the server binds it.
    #[must_use]
    pub fn addr(&self) -> Option<SocketAddr> {
        self.socket.as_ref().and_then(|socket| socket.local_addr().ok())
    }

    #[must_use]
    pub fn stop_handle(&self) -> Stop {
        Stop(self.sender.clone())
    }

    /// Builds, serves and watches until stopped. No process that it has started is left then.
    pub fn run(mut self) {
        self.begin();
        loop {
            match self.events.recv_timeout(LOOK) {
                Ok(Event::Changed) => self.look(),
                Ok(Event::Built(built)) => self.finish(built),
                // There is always a sender: this one.
                Ok(Event::Stop) | Err(RecvTimeoutError::Disconnected) => break,
                Err(RecvTimeoutError::Timeout) => self.check_server(),
            }
        }
        self.builder.running.terminate();
        if let Some(server) = self.server {
            server.stop();
        }
    }

    /// Finds out what has changed and what that needs.
    fn look(&mut self) {
        let mut changed = self.sources.changes();
        if changed.iter().any(|path| path.starts_with("server/dev/src/")) {
            console::warning("`cargo dev` itself has changed; start it again");
        }
        changed.retain(|path| !Work::after_change_of(path).is_nothing());
        match changed.as_slice() {
            [] => return,
            [path] => console::status("Changed", path),
            [path, others @ ..] => console::status("Changed", &format!("{path} and {} more", others.len())),
        }
        for path in &changed {
            self.pending |= Work::after_change_of(path);
        }
        // Otherwise it begins when the build under way has ended.
        if self.round.is_none() {
            self.begin();
        }
    }

    /// Builds what is pending, on another thread.
    fn begin(&mut self) {
        let mut work = std::mem::take(&mut self.pending);
        work |= std::mem::take(&mut self.failed);
        self.round = Some(Round { work, begun: Instant::now() });
        let (builder, program, sender) = (self.builder.clone(), self.program.clone(), self.sender.clone());
        thread::spawn(move || {
            let built = builder.build(work, program.as_deref());
            // Fails if this process is ending.
            let _ = sender.send(Event::Built(built));
        });
    }

    fn finish(&mut self, built: Built) {
        let Some(Round { work, begun }) = self.round.take() else { return };
        self.is_old |= built.is_other;
        self.program = built.server.or(self.program.take());
        match built.error {
            Some(error) => self.fail(work, &error),
            None => self.succeed(work, begun),
        }
        if !self.pending.is_nothing() {
            self.begin();
        }
    }

    fn fail(&mut self, work: Work, error: &str) {
        self.failed = work;
        // Half a change was built; what it said is out of date.
        if !self.pending.is_nothing() {
            return;
        }
        if let Some(server) = &mut self.server {
            server.error(error);
        }
        let serving = if self.server.is_some() { "the server of before is still there; " } else { "" };
        console::warning(&format!("not built; {serving}waiting for a change"));
    }

    fn succeed(&mut self, work: Work, begun: Instant) {
        let is_old = self.is_old || self.program.as_deref().and_then(stamp) != self.served;
        let restart = work.bundle || work.restart || is_old;
        let verb = match &mut self.server {
            Some(server) if !restart => {
                if work.style {
                    server.style();
                    "Swapped"
                } else {
                    server.fixed();
                    "Unchanged"
                }
            }
            _ => {
                self.restart();
                "Started"
            }
        };
        console::status(verb, &format!("after {:.2} s", begun.elapsed().as_secs_f64()));
    }

    fn restart(&mut self) {
        if let Some(server) = self.server.take() {
            server.stop();
        }
        let Some(program) = &self.program else { return };
        self.served = stamp(program);
        let Builder { workspace, environment, .. } = &self.builder;
        let server = runnable(program)
            .and_then(|program| ServerProcess::start(&program, workspace, environment, self.socket.as_ref()));
        match server {
            Ok(server) => {
                self.server = Some(server);
                self.is_old = false;
            }
            Err(error) => {
                console::warning(&format!("{} does not start: {error}", program.display()));
            }
        }
    }

    /// A server that ends by itself, because of its configuration or a bug, is started again with the next change: at once
    /// it would most likely end again.
    fn check_server(&mut self) {
        let Some(status) = self.server.as_mut().and_then(ServerProcess::ended) else { return };
        self.server = None;
        console::warning(&format!("the server has ended ({status}); waiting for a change"));
    }
}

fn bind(address: SocketAddr) -> Result<TcpListener, StartError> {
    TcpListener::bind(address).map_err(|source| match source.kind() {
        io::ErrorKind::AddrInUse => StartError::InUse(address),
        _ => StartError::Listen { address, source },
    })
}

/// By which a file is known that was written anew.
fn stamp(program: &Path) -> Option<(SystemTime, u64)> {
    let metadata = fs::metadata(program).ok()?;
    Some((metadata.modified().ok()?, metadata.len()))
}

/// What can run while Cargo writes to `program`: on Windows only a copy.
fn runnable(program: &Path) -> io::Result<PathBuf> {
    if !cfg!(windows) {
        return Ok(program.to_path_buf());
    }
    let copy = program.with_file_name("server-of-cargo-dev.exe");
    fs::copy(program, &copy)?;
    Ok(copy)
}
