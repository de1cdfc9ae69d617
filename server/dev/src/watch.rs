//! Says when to look at the sources again.

use std::path::Path;
use std::sync::mpsc::{Sender, channel};
use std::thread;
use std::time::Duration;

use notify::{RecommendedWatcher, RecursiveMode, Watcher as _};

use crate::console;
use crate::debounce::settled;
use crate::sources::DIRECTORIES;

/// Longer than an editor takes for one save, shorter than a person notices.
const QUIET: Duration = Duration::from_millis(30);
/// A checkout of another branch may take a while.
const LONGEST: Duration = Duration::from_secs(1);
/// Where the operating system reports nothing.
const INTERVAL: Duration = Duration::from_secs(1);

/// Watches until dropped.
pub(crate) struct Watch {
    _watcher: Option<RecommendedWatcher>,
}

impl Watch {
    /// Calls `changed` from another thread until that returns false.
    pub(crate) fn new(workspace: &Path, changed: impl Fn() -> bool + Send + 'static) -> Self {
        let (sender, reports) = channel();
        let watcher = watcher(workspace, sender);
        let watcher = watcher.inspect_err(|error| {
            let every = INTERVAL.as_secs();
            console::warning(&format!("changes are looked for every {every} s, because {error}"));
        });
        let watcher = watcher.ok();
        let polls = watcher.is_none();
        thread::spawn(move || {
            if polls {
                while changed() {
                    thread::sleep(INTERVAL);
                }
            }
            while settled(&reports, QUIET, LONGEST) && changed() {}
        });
        Self { _watcher: watcher }
    }
}

fn watcher(workspace: &Path, reports: Sender<()>) -> notify::Result<RecommendedWatcher> {
    let mut watcher = notify::recommended_watcher(move |event: notify::Result<notify::Event>| {
        // Builds read the sources. An error may mean that reports were lost.
        if event.is_ok_and(|event| event.kind.is_access()) {
            return;
        }
        // Fails when nobody listens any more.
        let _ = reports.send(());
    })?;
    watcher.watch(workspace, RecursiveMode::NonRecursive)?;
    for directory in DIRECTORIES.map(|name| workspace.join(name)).iter().filter(|path| path.is_dir()) {
        watcher.watch(directory, RecursiveMode::Recursive)?;
    }
    Ok(watcher)
}
