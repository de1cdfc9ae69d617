//! Pages of rows some of which cannot be read.

use accounts::ports::DatabaseError;

/// A row: where it stands, so that the next page can begin behind it, and what it says. Either may be unreadable.
pub(crate) type Placed<C, T> = (Option<C>, Option<T>);

/// The first `limit` rows behind `start` that can be read. The others neither shorten the page nor end the list,
/// because a short page counts as the last one.
pub(crate) async fn page<C, T, Reading>(
    start: C,
    limit: u32,
    read: impl Fn(C, u32) -> Reading,
) -> Result<Vec<T>, DatabaseError>
where
    Reading: Future<Output = Result<Vec<Placed<C, T>>, DatabaseError>>,
{
    let (mut found, mut place) = (Vec::new(), start);
    loop {
        let missing = limit.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        if missing == 0 {
            return Ok(found);
        }
        let mut rows = read(place, missing).await?;
        let is_last = rows.len() < missing as usize;
        let last = rows.last_mut().and_then(|(place, _)| place.take());
        found.extend(rows.into_iter().filter_map(|(_, row)| row));
        match last {
            Some(last) if !is_last => place = last,
            Some(_) | None => return Ok(found),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use futures::executor::block_on;

    use super::*;

    /// Rows 1 to 9, of which only 2, 6 and 9 can be read; and how many were asked for each time.
    fn read(limit: u32) -> (Vec<u32>, Vec<u32>) {
        let asked = Mutex::new(Vec::new());
        let rows = |behind: u32, limit: u32| {
            asked.lock().unwrap().push(limit);
            let rows = (behind + 1..=9).take(limit as usize);
            let rows = rows.map(|row| (Some(row), Some(row).filter(|row| [2, 6, 9].contains(row))));
            std::future::ready(Ok(rows.collect()))
        };
        let found = block_on(page(0, limit, rows)).unwrap();
        (found, asked.into_inner().unwrap())
    }

    #[test]
    fn what_cannot_be_read_ends_no_page() {
        assert_eq!(read(0).0, [0; 0]);
        assert_eq!(read(1), (vec![2], vec![1, 1]));
        assert_eq!(read(2).0, [2, 6]);
        assert_eq!(read(3).0, [2, 6, 9]);
        assert_eq!(read(4).0, [2, 6, 9]);
        assert_eq!(read(9), (vec![2, 6, 9], vec![9, 6]));
        assert_eq!(read(10), (vec![2, 6, 9], vec![10]), "a page that is not full is the last one");
    }
}
