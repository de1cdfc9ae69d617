//! Two instances with the same secrets on the same stores.

use sessions::clock::Clock;
use time::macros::datetime;

use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::stack::{Stack, Urls};

/// The public URL of both. Nothing listens there: tests choose the instance a request goes to.
pub(crate) const PUBLIC_URL: &str = "http://127.0.0.1:3000";

/// Stores, and a clock shared by all instances.
pub(crate) struct Site {
    pub(crate) urls: Urls,
    clock: Clock,
    _directory: tempfile::TempDir,
}

pub(crate) struct Cluster {
    pub(crate) a: TestApp,
    pub(crate) b: TestApp,
    /// Removes the stores' directory when dropped.
    _site: Site,
}

impl Site {
    /// `None`, after printing the reason, if a server is missing and may be.
    pub(crate) fn fresh(stack: Stack) -> Option<Self> {
        let directory = tempfile::tempdir().unwrap();
        let urls = stack.fresh(directory.path())?;
        Some(Self { urls, clock: Clock::manual(datetime!(2026-03-01 09:00 UTC)), _directory: directory })
    }

    /// One more instance.
    pub(crate) async fn instance(&self, change: impl FnOnce(Setup) -> Setup) -> TestApp {
        let setup = Setup::default().on(&self.urls).clock(&self.clock).var("PUBLIC_URL", PUBLIC_URL);
        change(setup).spawn().await
    }
}

impl Cluster {
    pub(crate) async fn start(stack: Stack) -> Option<Self> {
        let site = Site::fresh(stack)?;
        let one = || site.instance(|setup| setup.look_every(100));
        let (a, b) = tokio::join!(one(), one());
        Some(Self { a, b, _site: site })
    }

    /// The same person, using the second instance.
    pub(crate) fn on_b(&self, person: &Browser) -> Browser {
        person.by_way_of(&self.b.url)
    }
}
