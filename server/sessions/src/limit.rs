//! How many sessions an account may have at once (ASVS 5.0 §7.1.2).

use domain::account::UserId;
use session_rows::{RowKey, StoreError};

use crate::Sessions;

/// Far more than a person has devices. The limit keeps a program that logs in for every request, or a stolen
/// password, from filling the store, and the list of sessions short enough to be read.
const MOST_PER_ACCOUNT: u32 = 100;

/// How many more one login looks through. If there are still others, the next login ends them.
const AT_ONCE: u32 = 500;

impl Sessions {
    /// Ends those sessions of an account that have been idle longest, until 100 are left; never `current`.
    /// Returns how many were ended. For the end of a login, which is never refused because of the limit.
    ///
    /// # Errors
    /// If the store fails.
    pub async fn end_surplus(&self, owner: &UserId, current: &RowKey) -> Result<u64, StoreError> {
        let now = self.clock.now();
        // Almost nobody has that many, and a count is cheaper than the rows.
        let (_, total) = self.rows.list(owner.as_str(), now, 0).await?;
        if total <= u64::from(MOST_PER_ACCOUNT) {
            return Ok(0);
        }
        let (rows, _) = self.rows.list(owner.as_str(), now, MOST_PER_ACCOUNT + AT_ONCE).await?;
        let surplus = rows.iter().skip(MOST_PER_ACCOUNT as usize).map(|row| &row.row);
        let mut ended = 0;
        for row in surplus.filter(|row| row.key != *current) {
            ended += u64::from(self.end(owner, &row.handle).await?);
        }
        Ok(ended)
    }
}
