use super::sqlite::of_sqlite_code;
use super::*;
use crate::sqlite::open_memory;

#[test]
fn an_outage_is_told_from_a_mistake_and_from_a_single_value() {
    for (code, fault) in [
        (5, Fault::Unreachable),
        (10, Fault::Unreachable),
        (13, Fault::Full),
        (14, Fault::Unreachable),
        (8, Fault::Misconfigured(Mistake::ReadOnly)),
        (1032, Fault::Misconfigured(Mistake::Replaced)),
        (26, Fault::Misconfigured(Mistake::Foreign)),
        (2067, Fault::Data),
    ] {
        assert_eq!(of_sqlite_code(code), fault, "{code}");
    }
}

#[tokio::test]
async fn the_cause_is_found_below_other_errors() {
    #[derive(Debug, thiserror::Error)]
    #[error("outer")]
    struct Outer(#[source] Box<dyn Error + Send + Sync>);
    let engine = open_memory().await.unwrap();
    let error = engine.batch("SELECT * FROM nowhere").await.unwrap_err();
    let foreign = Fault::Misconfigured(Mistake::Foreign);
    let failure = StoreFailure::of(&error);
    assert_eq!(failure.fault(), foreign);
    assert_eq!(Fault::of(&Outer(error.into())), foreign);
    assert_eq!(Fault::of(&Outer(failure.into())), foreign);
    assert_eq!(Fault::of(&Outer("unheard of".into())), Fault::Unreachable);
}

#[tokio::test]
async fn a_value_that_cannot_be_read_is_not_quoted() {
    let engine = open_memory().await.unwrap();
    let select = "SELECT 'ann@example.com' AS email";
    let read = engine.read(|connection| connection.query_row(select, (), |row| row.get::<_, i64>(0)));
    let failure = StoreFailure::of(&read.await.unwrap_err());
    assert_eq!(failure.fault(), Fault::Data);
    assert!(failure.to_string().contains("email") && !failure.to_string().contains("ann@"), "{failure}");
    let unreadable = StoreFailure::unreadable("users.email");
    assert_eq!(unreadable.to_string(), "users.email holds a value that cannot be read");
}

#[test]
fn every_mistake_says_what_to_do() {
    use Mistake::{Foreign, Newer, NoDatabase, Options, ReadOnly, Replaced, Rights};
    for mistake in [Foreign, Newer, NoDatabase, Options, ReadOnly, Replaced, Rights] {
        assert!(!mistake.advice().is_empty());
    }
}

/// With the old log next to it, a copy that was put in place is destroyed by the next start.
#[test]
fn the_advice_for_a_replaced_file_does_not_leave_its_log_behind() {
    for part in ["stop the server", "-wal", "-shm"] {
        assert!(Mistake::Replaced.advice().contains(part), "{part}");
    }
}
