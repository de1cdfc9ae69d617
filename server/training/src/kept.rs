//! What was derived from somebody's finished workouts, kept until one of them changes.
//!
//! To derive it takes all of them, and longer the more there are. Most requests find them as they were. Nobody has to
//! tell of a change: with each request the store is asked for the state of the workouts, and what was kept counts for
//! that state alone. So it is right whichever instance made the change, in whichever version.

use std::sync::{Mutex, MutexGuard, PoisonError};

use domain::account::UserId;
use lru::LruCache;

/// The newest answer of each person, with all that it depends on. Those that nobody asks for make room for others.
pub(crate) struct Kept<B, T> {
    all: Mutex<All<B, T>>,
    /// How much the answers take together, in bytes.
    most: usize,
    size_of: fn(&T) -> usize,
}

struct All<B, T> {
    answers: LruCache<UserId, Answer<B, T>>,
    bytes: usize,
}

struct Answer<B, T> {
    basis: B,
    found: T,
    bytes: usize,
}

/// What an answer takes besides: its person, what it depends on, and its place.
const BESIDES: usize = 1_000;
/// No answer takes more than this part of the room, so that one person does not drive out all others.
const LARGEST: usize = 8;

impl<B: PartialEq, T: Clone> Kept<B, T> {
    pub(crate) fn new(most: usize, size_of: fn(&T) -> usize) -> Self {
        Self { all: Mutex::new(All { answers: LruCache::unbounded(), bytes: 0 }), most, size_of }
    }

    /// The answer that depends on `basis`, which was read before what `make` reads. What is made is kept if the basis is
    /// `unchanged` after that. Otherwise it may be newer than its basis, and wrong if that comes again, which it can where
    /// a store counts instead of drawing numbers: the next request makes another one.
    pub(crate) async fn get_or_make<E>(
        &self,
        user: &UserId,
        basis: B,
        make: impl Future<Output = Result<T, E>>,
        unchanged: impl Future<Output = bool>,
    ) -> Result<T, E> {
        if let Some(kept) = self.get(user, &basis) {
            return Ok(kept);
        }
        let made = make.await?;
        if unchanged.await {
            let bytes = BESIDES + (self.size_of)(&made);
            self.put(user, Answer { basis, found: made.clone(), bytes });
        }
        Ok(made)
    }

    fn get(&self, user: &UserId, basis: &B) -> Option<T> {
        let mut all = self.all();
        all.answers.get(user).filter(|kept| kept.basis == *basis).map(|kept| kept.found.clone())
    }

    fn put(&self, user: &UserId, answer: Answer<B, T>) {
        let mut all = self.all();
        if let Some(old) = all.answers.pop(user) {
            all.bytes -= old.bytes;
        }
        if answer.bytes > self.most / LARGEST {
            return;
        }
        all.bytes += answer.bytes;
        all.answers.put(user.clone(), answer);
        while all.bytes > self.most
            && let Some((_, oldest)) = all.answers.pop_lru()
        {
            all.bytes -= oldest.bytes;
        }
    }

    /// Nothing panics while the lock is held; even then every answer would be whole.
    fn all(&self) -> MutexGuard<'_, All<B, T>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::future::ready;

    use futures::executor::block_on;

    use super::*;

    #[test]
    fn an_answer_counts_for_its_person_and_its_basis_alone() {
        let (kept, made) = (Kept::<u8, String>::new(100_000, String::len), Cell::new(0));
        let ask = |number: u8, basis| {
            let make = async {
                made.set(made.get() + 1);
                Ok::<_, ()>(format!("{number}, {basis}"))
            };
            let user = UserId::from_random([number; 16]);
            block_on(kept.get_or_make(&user, basis, make, ready(true))).unwrap()
        };
        for (person, basis, times) in
            [(1, 0, 1), (1, 0, 1), (2, 0, 2), (1, 0, 2), (1, 1, 3), (1, 1, 3), (1, 0, 4)]
        {
            assert_eq!(ask(person, basis), format!("{person}, {basis}"));
            assert_eq!(made.get(), times, "{person}, {basis}");
        }
    }

    /// Asks for an answer of so many bytes. Whether it was there.
    fn was_kept(kept: &Kept<u8, usize>, person: u8, bytes: usize) -> bool {
        let made = Cell::new(false);
        let make = async {
            made.set(true);
            Ok::<_, ()>(bytes - BESIDES)
        };
        block_on(kept.get_or_make(&UserId::from_random([person; 16]), 0, make, ready(true))).unwrap();
        !made.get()
    }

    #[test]
    fn the_answers_that_nobody_asks_for_make_room() {
        let kept = Kept::new(80_000, |bytes: &usize| *bytes);
        for person in 1..=8 {
            assert!(!was_kept(&kept, person, 10_000));
        }
        assert!((1..=8).all(|person| was_kept(&kept, person, 10_000)), "there is room for eight");
        assert!(was_kept(&kept, 1, 10_000));
        assert!(!was_kept(&kept, 9, 5_000));
        assert!(!was_kept(&kept, 2, 10_000), "that of nobody for the longest time is gone");
        assert!(was_kept(&kept, 1, 10_000));
        assert!(kept.all().bytes <= 80_000);
    }

    #[test]
    fn an_answer_that_is_too_large_is_not_kept_and_drives_nobody_out() {
        let kept = Kept::new(80_000, |bytes: &usize| *bytes);
        assert!(!was_kept(&kept, 1, 10_000));
        for _ in 0..2 {
            assert!(!was_kept(&kept, 2, 10_001));
        }
        assert!(was_kept(&kept, 1, 10_000));
    }

    #[test]
    fn of_a_person_only_the_newest_answer_takes_room() {
        let (kept, user) = (Kept::<u8, u8>::new(80_000, |_| 0), UserId::from_random([1; 16]));
        for basis in 0..200 {
            block_on(kept.get_or_make(&user, basis, async { Ok::<_, ()>(basis) }, ready(true))).unwrap();
        }
        let all = kept.all();
        assert_eq!((all.answers.len(), all.bytes), (1, BESIDES));
    }

    #[test]
    fn what_failed_is_not_kept() {
        let (kept, user) = (Kept::<u8, u8>::new(80_000, |_| 0), UserId::from_random([1; 16]));
        let ask = |found: Result<u8, &'static str>| {
            block_on(kept.get_or_make(&user, 0, async { found }, ready(true)))
        };
        assert_eq!([ask(Err("down")), ask(Ok(1)), ask(Err("down"))], [Err("down"), Ok(1), Ok(1)]);
    }

    #[test]
    fn what_was_made_during_a_change_is_not_kept() {
        let (kept, user) = (Kept::<u8, u8>::new(80_000, |_| 0), UserId::from_random([1; 16]));
        let state = Cell::new(0);
        let ask = |found: u8, then: u8| {
            let make = async {
                state.set(then);
                Ok::<_, ()>(found)
            };
            let basis = state.get();
            block_on(kept.get_or_make(&user, basis, make, async { state.get() == basis })).unwrap()
        };
        assert_eq!(ask(1, 7), 1, "made of state 7, asked for in state 0");
        state.set(0);
        assert_eq!(ask(2, 0), 2, "state 0 has come again");
        assert_eq!(ask(3, 0), 2);
        // An answer of before stays what it was.
        state.set(5);
        assert_eq!(ask(4, 6), 4);
        state.set(0);
        assert_eq!(ask(5, 0), 2);
    }
}
