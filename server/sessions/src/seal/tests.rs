//! The guarantees of sealing: secret, authentic, bound to its row, readable through a rotation.

use std::collections::HashSet;

use proptest::collection::vec;
use proptest::prelude::*;

use super::*;

const NEW: [u8; 32] = [1; 32];
const OLD: [u8; 32] = [2; 32];
const OLDEST: [u8; 32] = [3; 32];
const ROW: RowKey = RowKey([7; 32]);
const OTHER_ROW: RowKey = RowKey([8; 32]);

fn sealer(secrets: &[[u8; 32]]) -> Sealer {
    Sealer::new(secrets).unwrap()
}

fn fresh(plaintext: &[u8]) -> Opened {
    Opened { plaintext: plaintext.to_vec(), stale_key: false }
}

#[test]
fn what_was_sealed_opens() {
    let sealed = sealer(&[NEW]).seal(&ROW, b"preferences");
    assert_eq!(sealed.len(), OVERHEAD + b"preferences".len());
    assert_eq!(sealer(&[NEW]).open(&ROW, &sealed), Ok(fresh(b"preferences")));
}

#[test]
fn a_sealed_blob_shows_nothing_of_its_plaintext_and_is_never_the_same() {
    let plaintext = [b'x'; 64];
    let (one, two) = (sealer(&[NEW]).seal(&ROW, &plaintext), sealer(&[NEW]).seal(&ROW, &plaintext));
    assert!(!one.windows(4).any(|window| window == b"xxxx"));
    assert_ne!(one[9..], two[9..]);
    assert_eq!(one[..9], two[..9], "version and key id");
}

#[test]
fn every_flipped_bit_is_refused() {
    let sealer = sealer(&[NEW, OLD]);
    let sealed = sealer.seal(&ROW, b"a session");
    for bit in 0..sealed.len() * 8 {
        let mut changed = sealed.clone();
        changed[bit / 8] ^= 1 << (bit % 8);
        let expected = match bit / 8 {
            0 => OpenError::Malformed,
            1..9 => OpenError::UnknownKey,
            _ => OpenError::Forged,
        };
        assert_eq!(sealer.open(&ROW, &changed), Err(expected), "bit {bit}");
    }
}

#[test]
fn every_truncation_and_extension_is_refused() {
    let sealer = sealer(&[NEW]);
    let mut sealed = sealer.seal(&ROW, b"a session");
    for length in 0..sealed.len() {
        assert!(sealer.open(&ROW, &sealed[..length]).is_err(), "{length} bytes");
    }
    sealed.push(0);
    assert_eq!(sealer.open(&ROW, &sealed), Err(OpenError::Forged));
}

#[test]
fn swapped_rows_are_refused() {
    let sealer = sealer(&[NEW]);
    let (one, two) = (sealer.seal(&ROW, b"one"), sealer.seal(&OTHER_ROW, b"two"));
    assert_eq!(sealer.open(&OTHER_ROW, &one), Err(OpenError::Forged));
    assert_eq!(sealer.open(&ROW, &two), Err(OpenError::Forged));
}

#[test]
fn another_purpose_is_refused() {
    let keys = Keys::new(&[NEW]).unwrap();
    let (sessions, other) = (Sealer::from(&keys), Sealer::for_purpose("another-purpose", &keys));
    assert_eq!(sessions.open(&ROW, &other.seal(&ROW, b"x")), Err(OpenError::Forged));
    assert_eq!(sessions.open_value(&other.seal_value(b"x")), Err(OpenError::Forged));
    // Each of the two would be enough.
    let only_the_name = Sealer { purpose: "another-purpose", ..sessions.clone() };
    let only_the_keys = Sealer { purpose: SESSION_DATA, ..other };
    for differing in [only_the_name, only_the_keys] {
        assert_eq!(sessions.open(&ROW, &differing.seal(&ROW, b"x")), Err(OpenError::Forged));
        assert_eq!(sessions.open_value(&differing.seal_value(b"x")), Err(OpenError::Forged));
    }
}

#[test]
fn a_value_without_a_row_opens_as_nothing_else() {
    let sealer = sealer(&[NEW, OLD]);
    let (value, of_row) = (sealer.seal_value(b"x"), sealer.seal(&ROW, b"x"));
    assert_eq!(sealer.open_value(&value), Ok(fresh(b"x")));
    assert_eq!(sealer.open(&ROW, &value), Err(OpenError::Forged));
    assert_eq!(sealer.open_value(&of_row), Err(OpenError::Forged));
}

#[test]
fn rotation_opens_the_old_and_reports_it() {
    let (before, oldest) = (sealer(&[OLD]).seal(&ROW, b"old"), sealer(&[OLDEST]).seal(&ROW, b"oldest"));
    let rotated = sealer(&[NEW, OLD, OLDEST]);
    let stale = |plaintext: &[u8]| Opened { plaintext: plaintext.to_vec(), stale_key: true };
    assert_eq!(rotated.open(&ROW, &before), Ok(stale(b"old")));
    assert_eq!(rotated.open(&ROW, &oldest), Ok(stale(b"oldest")));
    assert_eq!(rotated.open(&OTHER_ROW, &before), Err(OpenError::Forged), "still bound to its row");
    let after = rotated.seal(&ROW, b"new");
    assert_eq!(rotated.open(&ROW, &after), Ok(fresh(b"new")));
    assert_eq!(sealer(&[NEW]).open(&ROW, &after), Ok(fresh(b"new")), "written with the newest");
    assert_eq!(sealer(&[NEW]).open(&ROW, &before), Err(OpenError::UnknownKey), "once the old is gone");
}

#[test]
fn a_foreign_secret_under_a_known_id_is_refused() {
    let mut sealed = sealer(&[OLD]).seal(&ROW, b"x");
    let ours = sealer(&[NEW]).seal(&ROW, b"x");
    sealed[1..9].copy_from_slice(&ours[1..9]);
    assert_eq!(sealer(&[NEW]).open(&ROW, &sealed), Err(OpenError::Forged));
}

#[test]
fn plaintext_is_never_taken_for_data() {
    let sealer = sealer(&[NEW]);
    for plain in
        [&b""[..], b"{}", b"{\"login\":{\"user\":\"u-1\"},\"padding\":\"................................\"}"]
    {
        assert_eq!(sealer.open(&ROW, plain), Err(OpenError::Malformed));
    }
}

#[test]
fn a_hundred_thousand_nonces_do_not_repeat() {
    let mut seen: HashSet<XNonce> = (0..100_000).map(|_| fresh_nonce()).collect();
    assert_eq!(seen.len(), 100_000);
    let sealer = sealer(&[NEW]);
    for _ in 0..1000 {
        let sealed = sealer.seal(&ROW, b"");
        assert!(seen.insert(XNonce::try_from(&sealed[9..HEADER_BYTES]).unwrap()), "seal draws a fresh one");
    }
}

#[test]
fn debug_tells_nothing() {
    let sealer = sealer(&[NEW]);
    assert_eq!(format!("{sealer:?}"), "Sealer(1 keys redacted)");
    assert_eq!(format!("{:?}", fresh(b"secret")), "Opened(6 bytes redacted, stale_key: false)");
}

proptest! {
    #[test]
    fn any_data_for_any_row_comes_back(row: [u8; 32], other: [u8; 32], data in vec(any::<u8>(), 0..2000)) {
        let sealer = sealer(&[NEW, OLD]);
        let sealed = sealer.seal(&RowKey(row), &data);
        prop_assert_eq!(sealer.open(&RowKey(row), &sealed), Ok(fresh(&data)));
        if row != other {
            prop_assert_eq!(sealer.open(&RowKey(other), &sealed), Err(OpenError::Forged));
        }
    }

    #[test]
    fn garbage_is_refused_without_a_panic(garbage in vec(any::<u8>(), 0..200)) {
        prop_assert!(sealer(&[NEW]).open(&ROW, &garbage).is_err());
    }

    #[test]
    fn garbage_behind_a_right_header_is_refused(garbage in vec(any::<u8>(), 0..200)) {
        let sealer = sealer(&[NEW]);
        let mut sealed = sealer.seal(&ROW, b"")[..9].to_vec();
        sealed.extend(garbage);
        prop_assert!(sealer.open(&ROW, &sealed).is_err());
    }
}
