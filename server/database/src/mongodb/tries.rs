//! Trying again what others have overtaken.

use std::time::Duration;

/// Far more than are ever needed, and with all pauses well below any time limit for an operation.
const MOST: u32 = 50;
/// After the first try that was in vain …
const FIRST_PAUSE: Duration = Duration::from_millis(1);
/// … up to this.
const LONGEST_PAUSE: Duration = Duration::from_millis(10);

/// How often one operation has been tried.
#[derive(Debug, Default)]
pub(super) struct Tries(u32);

impl Tries {
    /// Begins a try, after a pause if it is not the first. `false` if there have been enough: the server answers, and
    /// others change the same thing all the time.
    pub(super) async fn another(&mut self) -> bool {
        if self.0 > 0 {
            tokio::time::sleep((FIRST_PAUSE * self.0).min(LONGEST_PAUSE)).await;
        }
        self.0 += 1;
        self.0 <= MOST
    }
}

#[cfg(test)]
mod tests {
    use tokio::time::Instant;

    use super::*;

    #[tokio::test]
    async fn they_end_within_a_second_and_not_at_once() {
        let (mut tries, begun) = (Tries::default(), Instant::now());
        let mut count = 0;
        while tries.another().await {
            count += 1;
        }
        assert_eq!(count, MOST);
        assert!(begun.elapsed() > Duration::from_millis(200), "{:?}", begun.elapsed());
    }
}
