//! Sessions of the programme, remembered: one takes longer to plan than its page to render, and depends on nothing but
//! preferences and their place in the programme.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use domain::workout::programme::{Session, programme};
use domain::workout::training::Training;
use lru::LruCache;

/// Some 2 kB each. (Not zero: the `unwrap` is evaluated at compile time.)
const CAPACITY: NonZeroUsize = NonZeroUsize::new(500).unwrap();

type Known = LruCache<(Training, u32), Arc<Session>>;

/// One for the process: the answer is the same for everybody.
static KNOWN: LazyLock<Mutex<Known>> = LazyLock::new(|| Mutex::new(LruCache::new(CAPACITY)));

/// See [`programme`].
#[must_use]
pub fn session_after(training: &Training, ordinal: u32) -> Arc<Session> {
    let key = (training.clone(), ordinal);
    // Nothing panics while the lock is held; even then every entry would be whole.
    let known = || KNOWN.lock().unwrap_or_else(PoisonError::into_inner);
    if let Some(session) = known().get(&key) {
        return Arc::clone(session);
    }
    let session = Arc::new(programme(training, ordinal));
    known().put(key, Arc::clone(&session));
    session
}
