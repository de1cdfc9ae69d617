use std::env; // slim: mongodb/postgres
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering}; // slim: redis

use crate::mongodb; // slim: mongodb
use crate::postgres; // slim: postgres
use crate::process::{Process, Recipe};
use crate::redis; // slim: redis
use crate::tls::Certificates;
use crate::{Kind, Missing, SPEAKER, say, wire};

/// A server of the tests. One that a test has for itself can be stopped and started again.
#[derive(Debug)]
pub struct Server {
    kind: Kind,
    product: String,
    /// Without the name of a database.
    url: String,
    databases: AtomicUsize, // slim: redis
    ours: Option<Ours>,
}

/// What is known about a server that was started here.
#[derive(Debug)]
struct Ours {
    recipe: Recipe,
    port: u16,
    directory: PathBuf,
    process: Mutex<Option<Process>>,
    certificates: Option<Certificates>,
}

impl Server {
    /// The server that a variable names; otherwise one that is started here.
    pub(crate) fn shared(kind: Kind) -> Result<Self, Missing> {
        // slim: mongodb/postgres
        let name = match kind {
            Kind::Postgres => "TEST_POSTGRES", // slim: postgres
            Kind::MongoDb => "TEST_MONGODB",   // slim: mongodb
            // slim: redis
            // It has only a few databases, and they may hold data that someone needs.
            Kind::Redis => return Self::start_own(kind, &[], false),
            // slim: end
        };
        match env::var(format!("{name}_URL")) {
            Ok(url) if !url.is_empty() => Ok(Self {
                kind,
                product: env::var(format!("{name}_PRODUCT"))
                    .unwrap_or_else(|_| format!("the server of {name}_URL")),
                url,
                databases: AtomicUsize::new(0), // slim: redis
                ours: None,
            }),
            _ => Self::start_own(kind, &[], false),
        }
        // slim: instead
        // Self::start_own(kind, &[], false)
        // slim: end
    }

    pub(crate) fn start_own(kind: Kind, arguments: &[&str], over_tls: bool) -> Result<Self, Missing> {
        // The port was free a moment ago; another process may have taken it since.
        let mut result = Self::start_once(kind, arguments, over_tls);
        for _ in 0..2 {
            if result.is_ok() {
                break;
            }
            result = Self::start_once(kind, arguments, over_tls);
        }
        result
    }

    fn start_once(kind: Kind, arguments: &[&str], over_tls: bool) -> Result<Self, Missing> {
        let port = wire::free_port();
        let temporary = tempfile::Builder::new().prefix("test-server-").tempdir();
        let temporary =
            temporary.map_err(|error| Missing::new(format!("no temporary directory: {error}")))?;
        let certificates = over_tls.then(|| Certificates::make(temporary.path())).transpose()?;
        let of_tls = certificates.as_ref().map(|files| files.arguments(kind)).unwrap_or_default();
        // slim: redis
        // It also answers without TLS, on the other port.
        let tls_port = if kind == Kind::Redis && over_tls { wire::free_port() } else { port };
        let of_tls_port = ["--tls-port".to_owned(), tls_port.to_string()];
        let of_tls = if tls_port == port { of_tls } else { [of_tls, of_tls_port.into()].concat() };
        // slim: end
        let arguments: Vec<&str> =
            arguments.iter().copied().chain(of_tls.iter().map(String::as_str)).collect();
        let (recipe, product) = match kind {
            Kind::Postgres => postgres::recipe(port, temporary.path(), &arguments)?, // slim: postgres
            Kind::Redis => redis::recipe(port, temporary.path(), &arguments)?,       // slim: redis
            Kind::MongoDb => mongodb::recipe(port, temporary.path(), &arguments)?,   // slim: mongodb
        };
        if let Some(certificates) = &certificates {
            certificates.hand_over(temporary.path())?;
        }
        let url = match kind {
            Kind::Postgres => format!("postgres://postgres@127.0.0.1:{port}"), // slim: postgres
            Kind::Redis if over_tls => format!("rediss://127.0.0.1:{tls_port}"), // slim: redis
            Kind::Redis => format!("redis://127.0.0.1:{port}"),                // slim: redis
            Kind::MongoDb => format!("mongodb://127.0.0.1:{port}"),            // slim: mongodb
        };
        // From here on, the keeper of the process removes the directory.
        let directory = temporary.keep();
        let ours = Ours { recipe, port, directory, process: Mutex::new(None), certificates };
        let server = Self {
            kind,
            product,
            url,
            databases: AtomicUsize::new(0), // slim: redis
            ours: Some(ours),
        };
        server.run()?;
        Ok(server)
    }

    /// The name and version of the product, as results name it.
    #[must_use]
    pub fn product(&self) -> &str {
        &self.product
    }

    #[must_use]
    pub fn kind(&self) -> Kind {
        self.kind
    }

    /// Its URL, without the name of a database.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Its port on `127.0.0.1`, if it was started here.
    #[must_use]
    pub fn port(&self) -> Option<u16> {
        self.ours.as_ref().map(|ours| ours.port)
    }

    /// The URL of an empty database that nothing else uses.
    ///
    /// # Panics
    /// If the server refuses to create one, or has none left.
    #[must_use]
    pub fn fresh_url(&self) -> String {
        // slim: redis
        if self.kind == Kind::Redis {
            let number = self.databases.fetch_add(1, Ordering::Relaxed);
            assert!(number < redis::DATABASES, "all {} databases are in use", redis::DATABASES);
            return with_database(&self.url, &number.to_string());
        }
        // slim: end
        let name = format!("test_{:016x}", rand::random::<u64>());
        // slim: postgres
        if self.kind == Kind::Postgres
            && let Err(error) = postgres::create_database(&with_database(&self.url, "postgres"), &name)
        {
            panic!("no database could be created: {error}");
        }
        // slim: end
        with_database(&self.url, &name)
    }

    /// Shuts it down in an orderly way and waits until it has ended. Its data stay.
    pub fn stop(&self) {
        let signal = "TERM";
        // slim: postgres
        let signal = if self.kind == Kind::Postgres { "INT" } else { signal };
        // slim: end
        self.end(signal);
    }

    /// Ends it at once, as a power cut would, and waits until it has ended. What it had written stays.
    pub fn kill(&self) {
        let signal = "KILL";
        // slim: postgres
        // Its children would outlive a killed parent for a moment and keep its port. QUIT ends them as well, and nothing is
        // written after it.
        let signal = if self.kind == Kind::Postgres { "QUIT" } else { signal };
        // slim: end
        self.end(signal);
    }

    /// Starts it again after [`Server::stop`] or [`Server::kill`], on the same port and data.
    ///
    /// # Panics
    /// If it does not come up.
    pub fn start(&self) {
        if let Err(error) = self.run() {
            panic!("the server cannot be started again: {error}");
        }
    }

    /// Freezes it: connections stay open, nothing is answered. Not for a server of several processes, of which only one would
    /// freeze; use a proxy there.
    pub fn pause(&self) {
        self.with_process(|process| process.signal("STOP"));
    }

    /// Undoes [`Server::pause`].
    pub fn resume(&self) {
        self.with_process(|process| process.signal("CONT"));
    }

    /// The certificate of the authority that signed the server's, if it uses TLS ([`own_over_tls`]).
    ///
    /// [`own_over_tls`]: crate::own_over_tls
    #[must_use]
    pub fn authority(&self) -> Option<&Path> {
        self.ours.as_ref()?.certificates.as_ref().map(|certificates| certificates.authority.as_path())
    }

    /// The path of its log, if it was started here.
    #[must_use]
    pub fn log(&self) -> Option<PathBuf> {
        self.ours.as_ref().map(Ours::log)
    }

    fn with_process<T>(&self, act: impl FnOnce(&Process) -> T) -> Option<T> {
        let process = lock(&self.ours.as_ref()?.process);
        process.as_ref().map(act)
    }

    fn end(&self, signal: &str) {
        if let Some(ours) = &self.ours
            && let Some(process) = lock(&ours.process).take()
        {
            process.end(signal);
        }
    }

    fn run(&self) -> Result<(), Missing> {
        let Some(ours) = &self.ours else { return Ok(()) };
        let mut slot = lock(&ours.process);
        if slot.is_some() {
            return Ok(());
        }
        let process = Process::start(&ours.recipe, &ours.log(), &ours.directory)?;
        process.wait_until(&ours.log(), || match self.kind {
            Kind::Postgres => postgres::is_ready(ours.port), // slim: postgres
            Kind::Redis => wire::pongs(ours.port),           // slim: redis
            Kind::MongoDb => wire::accepts(ours.port),       // slim: mongodb
        })?;
        *slot = Some(process);
        Ok(())
    }
}

impl Ours {
    fn log(&self) -> PathBuf {
        self.directory.join("log")
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // The keeper of a running process removes the directory; one that was stopped has left it.
        if let Some(ours) = &self.ours
            && lock(&ours.process).take().is_none()
            && let Err(error) = fs::remove_dir_all(&ours.directory)
            && error.kind() != std::io::ErrorKind::NotFound
        {
            say(SPEAKER, &format!("{} was not removed: {error}", ours.directory.display()));
        }
    }
}

/// A poisoned lock is no reason to stop: the process behind it is as good as before.
fn lock<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

/// The URL with `name` as its path.
fn with_database(url: &str, name: &str) -> String {
    let (base, query) = url.split_once('?').map_or((url, None), |(base, query)| (base, Some(query)));
    let after_scheme = base.find("://").map_or(0, |at| at + 3);
    let end = base[after_scheme..].find('/').map_or(base.len(), |at| after_scheme + at);
    let query = query.map(|query| format!("?{query}")).unwrap_or_default();
    format!("{}/{name}{query}", &base[..end])
}
