//! How many connections the operating system lets us have.

/// Files that are not connections of clients: listener, standard streams, connections to identity providers.
const OTHER_FILES: usize = 128;
/// Even if the limit of files leaves no room for them.
const AT_LEAST: usize = 16;

/// The largest number of connections up to `wanted` for which there are enough file descriptors, next to `spare`
/// connections and what stores hold open: `store` connections, or SQLite's files. Raises the process's own limit of
/// open files as far as it may.
pub fn connections_for(wanted: usize, spare: usize, store: usize) -> usize {
    let others = OTHER_FILES + spare + store;
    let needed = u64::try_from(wanted + others).unwrap_or(u64::MAX);
    let allowed = match rlimit::increase_nofile_limit(needed) {
        Ok(allowed) => usize::try_from(allowed).unwrap_or(usize::MAX),
        // Not known on this system: as if it were the usual one.
        Err(_) => 1024,
    };
    within(wanted, others, allowed)
}

fn within(wanted: usize, others: usize, allowed: usize) -> usize {
    wanted.min(allowed.saturating_sub(others).max(AT_LEAST))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_of_other_kinds_keep_their_room() {
        assert_eq!(within(2000, 150, 1_048_576), 2000);
        assert_eq!(within(2000, 150, 1024), 874);
        assert_eq!(
            within(2000, 150, 100),
            16,
            "too few for anything; the system refuses what it cannot bear"
        );
        assert_eq!(within(5, 150, 1024), 5);
    }
}
