//! What holds for any bytes in the place of a stored session. Tried by the corpus in `fuzz/`, and by fuzzers.

use session_rows::RowKey;

use super::SessionData;
use crate::seal::Sealer;

/// Nothing that we did not seal opens; and a record of whatever version is read or refused, and what was read of it is
/// written and read again as the same.
///
/// # Panics
/// If that does not hold.
pub fn any_record(bytes: &[u8]) {
    // New in each process: no corpus can hold something sealed with it.
    let secret = hex::encode(rand::random::<[u8; 32]>());
    let Ok(sealer) = Sealer::new(&[secret]) else { panic!("the secret is long enough") };
    let key = RowKey([7; 32]);
    assert!(sealer.open(&key, bytes).is_err());
    assert!(sealer.open(&key, &sealer.seal(&key, bytes)).is_ok_and(|opened| opened.plaintext == bytes));

    let login = SessionData::read_login(bytes);
    let Ok(data) = SessionData::read(bytes) else { return };
    // The short way refuses what stands there twice.
    assert!(login.is_none() || login == data.login);
    let Ok(again) = data.write() else { panic!("what was read can be written") };
    let Ok(again) = SessionData::read(&again) else { panic!("what was written can be read") };
    assert_eq!(again.login, data.login);
    assert_eq!(again.preferences, data.preferences);
    assert_eq!((again.end_reason, again.ends_at), (data.end_reason, data.ends_at));
    // Their values may be numbers with more digits than are kept.
    assert!(again.sections.0.keys().eq(data.sections.0.keys()));
}
