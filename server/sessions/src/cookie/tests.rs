use proptest::collection::vec;
use proptest::prelude::*;
use time::macros::datetime;

use super::*;
use crate::samples::golden_keys;

const NOW: OffsetDateTime = datetime!(2026-03-01 09:00 UTC);
const KIM: Id = Id(1);
const LEE: Id = Id(2);

fn session_cookie() -> SessionCookie {
    let config = CookieSettings {
        name: "id".to_owned(),
        secure: false,
        same_site: crate::settings::SameSite::Lax,
        domain: None,
    };
    SessionCookie::new(config, &Keys::new(&["a secret of more than thirty-two bytes"]).unwrap())
}

fn read(headers: &[&[u8]]) -> (Vec<Id>, bool) {
    let headers: Vec<_> = headers.iter().map(|header| HeaderValue::from_bytes(header).unwrap()).collect();
    let Sent { tickets, forged } = session_cookie().read(headers.iter());
    (tickets.iter().map(|ticket| ticket.id).collect(), forged)
}

fn signed(id: Id) -> String {
    session_cookie().sign(id, true, NOW)
}

#[test]
fn other_cookies_do_not_disturb_ours_whatever_their_bytes() {
    let own = signed(KIM);
    for other in [
        &b"promo=Zo\xc3\xab"[..],
        b"promo=\xff\xfe",
        b"\xe9=1",
        b"promo",
        b"=",
        b"",
        b"a=b=c",
        b"id2=x",
        b"\"=;\"=",
    ] {
        for header in [
            [other, b"; id=", own.as_bytes()].concat(),
            [&b"id="[..], own.as_bytes(), b"; ", other].concat(),
            [other, b";id=", own.as_bytes(), b";", other].concat(),
        ] {
            assert_eq!(read(&[&header]), (vec![KIM], false), "{}", String::from_utf8_lossy(&header));
        }
        assert_eq!(
            read(&[other, format!("id={own}").as_bytes()]),
            (vec![KIM], false),
            "in a header of its own"
        );
    }
}

#[test]
fn blanks_and_quotes_are_no_part_of_the_value() {
    let own = signed(KIM);
    for header in [format!("id = {own} "), format!("id=\"{own}\""), format!("a=1;\tid=\t{own};b=2")] {
        assert_eq!(read(&[header.as_bytes()]), (vec![KIM], false), "{header}");
    }
    for header in [format!("ID={own}"), format!("xid={own}"), format!("id.{own}")] {
        assert_eq!(read(&[header.as_bytes()]), (vec![], false), "{header}");
    }
}

#[test]
fn every_signed_one_is_found_in_the_order_sent_and_once() {
    let (kim, lee) = (signed(KIM), signed(LEE));
    let header = format!("id=forged; id={lee}; id=\u{e9}; id={kim}; id={lee}");
    assert_eq!(read(&[header.as_bytes()]), (vec![LEE, KIM], true));
    assert_eq!(
        read(&[format!("id={kim}").as_bytes(), format!("id={lee}").as_bytes()]),
        (vec![KIM, LEE], false)
    );
    assert_eq!(read(&[b"id=forged"]), (vec![], true));
    assert_eq!(read(&[b"id="]), (vec![], true));
    assert_eq!(read(&[]), (vec![], false));
}

#[test]
fn a_long_header_is_read_to_its_end_and_a_collection_of_cookies_is_not() {
    let own = signed(KIM);
    let long = format!("{}id={own}", "promo=Zo\u{eb}; ".repeat(5_000));
    assert_eq!(read(&[long.as_bytes()]), (vec![KIM], false));
    let forged = format!("{}id={own}", "id=forged; ".repeat(5_000));
    assert_eq!(read(&[forged.as_bytes()]), (vec![KIM], true), "a forged one costs no read of the store");
    let many: String = (0..1_000).map(|id| format!("id={}; ", signed(Id(id)))).collect();
    assert_eq!(read(&[many.as_bytes()]).0.len(), MOST_TICKETS);
}

/// Computed with another implementation of RFC 5869 and HMAC.
#[test]
fn a_cookie_of_an_earlier_version_is_accepted() {
    let value = "v1.AAAAAAAAAAAAAAAAAAAABw.1772355600000.s.tFb2hw7sQQ1CTsUcapI-iKvLBQCqleD9FKI-_wqj7K4";
    let config = session_cookie().config;
    let ticket = SessionCookie::new(config, &golden_keys()).verify(value).unwrap();
    assert_eq!(ticket, Ticket { id: Id(7), issued_at: NOW, signed_in: true, old_key: false });
}

/// What a header can hold: anything but control characters.
fn in_headers() -> impl Strategy<Value = u8> {
    prop_oneof![b' '..=b'~', 0x80..=0xff_u8]
}

proptest! {
    #[test]
    fn no_bytes_are_a_cookie_that_nobody_signed(bytes in vec(in_headers(), 0..300), ours in any::<bool>()) {
        let bytes = if ours { [b"id=v1.", &bytes[..]].concat() } else { bytes };
        if let Ok(header) = HeaderValue::from_bytes(&bytes) {
            prop_assert_eq!(session_cookie().read([&header].into_iter()).tickets, vec![]);
        }
    }

    #[test]
    fn ours_is_found_between_any_others(before in vec(in_headers(), 0..100), after in vec(in_headers(), 0..100)) {
        prop_assume!(pairs_of(&before).chain(pairs_of(&after)).all(|(name, _)| name != b"id"));
        let header = [&before[..], b"; id=", signed(KIM).as_bytes(), b"; ", &after].concat();
        if let Ok(header) = HeaderValue::from_bytes(&header) {
            let Sent { tickets, forged } = session_cookie().read([&header].into_iter());
            prop_assert_eq!(tickets.iter().map(|ticket| ticket.id).collect::<Vec<_>>(), vec![KIM]);
            prop_assert!(!forged);
        }
    }

    #[test]
    fn any_change_makes_it_forged(at: prop::sample::Index, byte in b'!'..=b'~') {
        let mut value = signed(KIM).into_bytes();
        let at = at.index(value.len());
        prop_assume!(value[at] != byte);
        value[at] = byte;
        let value = String::from_utf8(value).unwrap();
        prop_assert_eq!(session_cookie().verify(&value), None);
    }
}
