//! What somebody sees who has not trained here: worked out once for all who have the same preferences on the same day.
//! Most requests for the home page are theirs.

use std::num::NonZeroUsize;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use domain::workout::document::Zone;
use domain::workout::programme::Remark;
use domain::workout::training::{Training, TrainingDetails};
use lru::LruCache;
use model::Player;
use time::Date;

use crate::Trainee;

/// Some 20 kB each. (Not zero: the `unwrap` is evaluated at compile time.)
const CAPACITY: NonZeroUsize = NonZeroUsize::new(100).unwrap();

/// All that the page depends on.
#[derive(Debug, PartialEq, Eq, Hash)]
struct Stranger {
    training: Training,
    details: TrainingDetails,
    day: Date,
    zone: Zone,
    assumes_utc: bool,
}

/// The next workout, to be looked at: identities and times in it are those of the first who asked.
#[derive(Debug, Clone)]
pub(crate) struct Outlook {
    pub(crate) player: Arc<Player>,
    pub(crate) remarks: Vec<Remark>,
}

/// One for the process: the answer is the same for everybody.
static OUTLOOKS: LazyLock<Mutex<LruCache<Stranger, Outlook>>> =
    LazyLock::new(|| Mutex::new(LruCache::new(CAPACITY)));

impl Trainee<'_> {
    /// Makes it by `make` if nobody has asked yet.
    pub(crate) fn outlook_of_a_stranger(&self, make: impl FnOnce() -> Outlook) -> Outlook {
        let stranger = Stranger {
            training: self.preferences.training.clone(),
            details: self.preferences.details.clone(),
            day: self.today(),
            zone: self.zone.clone(),
            assumes_utc: self.assumes_utc,
        };
        // Nothing panics while the lock is held; even then every entry would be whole.
        let outlooks = || OUTLOOKS.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(outlook) = outlooks().get(&stranger) {
            return outlook.clone();
        }
        let outlook = make();
        outlooks().put(stranger, outlook.clone());
        outlook
    }
}
