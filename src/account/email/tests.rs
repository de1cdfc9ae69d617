use proptest::prelude::*;

use super::*;

fn key(typed: &str) -> String {
    EmailAddress::parse(typed).unwrap().key().to_owned()
}

#[test]
fn addresses_are_taken_as_written() {
    for address in [
        "demo@example.com",
        "Demo.Person+gym@mail.example.co.uk",
        "a@localhost",
        "o'neill@example.com",
        "a_b-c.d!#$%&*/=?^`{|}~@example.com",
        "用户@例子.公司",
        "zoë@bücher.example",
        "उदाहरण@परीक्षा.भारत",
        "a@xn--bcher-kva.example",
        "1@1.example",
    ] {
        assert_eq!(EmailAddress::parse(&format!(" {address}\n")).unwrap().as_str(), address);
    }
}

#[test]
fn what_does_not_look_like_an_address_is_refused() {
    for typed in [
        "example.com",
        "@example.com",
        "a@",
        "a@b",
        "a@@example.com",
        "a@b@example.com",
        "\"a@b\"@example.com",
        "a b@example.com",
        "a@exam ple.com",
        "a@.example.com",
        "a@example..com",
        "a@example.com.",
        "a@-example.com",
        "a@example-.com",
        "a@exa_mple.com",
        "a@127.0.0.1",
        "a@[127.0.0.1]",
        "Demo <demo@example.com>",
        "<demo@example.com>",
        "a@example.com,b@example.com",
        "a,b@example.com",
        "a;b@example.com",
        "a\0@example.com",
        "a@example.com\0",
        "a\r\nBcc:b@example.com",
        "a\u{202e}b@example.com",
        "a\u{200b}b@example.com",
        "a\u{a0}b@example.com",
        // These become `@`, `<` and a space when normalised.
        "a\u{ff20}b@example.com",
        "a\u{ff20}example.com",
        "\u{ff1c}a@example.com",
        "a\u{a8}@example.com",
    ] {
        assert_eq!(EmailAddress::parse(typed), Err(FieldError::InvalidAddress), "{typed:?}");
    }
    assert_eq!(EmailAddress::parse(" \t"), Err(FieldError::Required));
}

#[test]
fn lengths_are_those_of_the_mail_standards() {
    let local = "a".repeat(64);
    assert!(EmailAddress::parse(&format!("{local}@example.com")).is_ok());
    assert_eq!(EmailAddress::parse(&format!("a{local}@example.com")), Err(FieldError::InvalidAddress));
    assert!(EmailAddress::parse(&format!("a@{}.com", "b".repeat(63))).is_ok());
    assert_eq!(EmailAddress::parse(&format!("a@{}.com", "b".repeat(64))), Err(FieldError::InvalidAddress));

    let domain = format!("{0}.{0}.{0}", "b".repeat(62));
    let longest = format!("{local}@{domain}");
    assert_eq!(longest.chars().count(), 253);
    assert!(EmailAddress::parse(&longest.replace("@", "@c")).is_ok());
    assert_eq!(EmailAddress::parse(&longest.replace("@", "@cc")), Err(FieldError::TooLong(254)));
    // One character that becomes eighteen when normalised.
    assert_eq!(
        EmailAddress::parse(&format!("{}@example.com", "\u{fdfa}".repeat(30))),
        Err(FieldError::InvalidAddress)
    );
}

#[test]
fn spellings_of_one_address_are_equal() {
    for (one, other) in [
        ("Demo@Example.COM", "demo@example.com"),
        ("zo\u{eb}@example.com", "zoe\u{308}@example.com"),
        ("ZO\u{cb}@example.com", "zoe\u{308}@example.com"),
        ("\u{ff44}\u{ff45}mo@example.com", "demo@example.com"),
        ("demo@example\u{ff0e}com", "demo@example.com"),
        ("\u{212a}im@example.com", "kim@example.com"),
        ("\u{fb01}t@example.com", "fit@example.com"),
        ("ΟΔΥΣΣΕΥΣ@example.com", "οδυσσευς@example.com"),
        ("STRASSE@example.com", "straße@example.com"),
        ("\u{1e9e}@example.com", "ß@example.com"),
    ] {
        assert_eq!(key(one), key(other), "{one} {other}");
        assert_eq!(EmailAddress::parse(one), EmailAddress::parse(other));
    }
    assert_ne!(key("a@example.com"), key("b@example.com"));
    // A diaeresis is not a matter of case or Unicode form, so this is a different address.
    assert_ne!(key("zoe@example.com"), key("zoë@example.com"));
}

#[test]
fn a_domain_in_unicode_and_in_ascii_is_one_domain() {
    for (one, other) in [
        ("kim@bücher.example", "kim@xn--bcher-kva.example"),
        ("kim@BÜCHER.example", "kim@XN--BCHER-KVA.example"),
        ("kim@bu\u{308}cher.example", "kim@xn--bcher-kva.example"),
        ("用户@例子.公司", "用户@xn--fsqu00a.xn--55qx5d"),
        // The full stop of a Chinese keyboard.
        ("用户@例子\u{3002}公司", "用户@例子.公司"),
        // One label in each spelling.
        ("kim@bücher.xn--p1ai", "kim@xn--bcher-kva.рф"),
        ("kim@straße.example", "kim@xn--strae-oqa.example"),
    ] {
        assert_eq!(key(one), key(other), "{one} {other}");
        assert_eq!(EmailAddress::parse(one), EmailAddress::parse(other));
    }
    assert_eq!(key("kim@bücher.example"), "kim@xn--bcher-kva.example");
    // Two domains, which may belong to two people, although a browser of 2003 took one for the other.
    assert_ne!(key("kim@straße.example"), key("kim@strasse.example"));
}

#[test]
fn what_earlier_versions_stored_is_looked_for() {
    let keys = |typed: &str| EmailAddress::parse(typed).unwrap().keys().to_vec();
    assert_eq!(keys("Demo@Example.com"), ["demo@example.com"]);
    let (unicode, ascii) = ("kim@bücher.example", "kim@xn--bcher-kva.example");
    assert_eq!(keys("Kim@Bücher.example"), [unicode, ascii]);
    assert_eq!(keys(ascii), [ascii, unicode]);
    assert_eq!(keys("kim@straße.example"), ["kim@strasse.example", "kim@xn--strae-oqa.example"]);
    assert_eq!(keys("a@bücher.xn--p1ai"), ["a@bücher.xn--p1ai", "a@xn--bcher-kva.xn--p1ai", "a@bücher.рф"]);
}

#[test]
fn a_domain_that_idna_refuses_keeps_its_one_spelling() {
    // Not the encoding of anything. Nobody receives mail there, but an account may have it.
    let address = EmailAddress::parse("a@xn--a.example").unwrap();
    assert_eq!(address.key(), "a@xn--a.example");
    assert_eq!(address.keys(), ["a@xn--a.example"]);
}

#[test]
fn addresses_stay_out_of_logs() {
    let address = EmailAddress::parse("demo@example.com").unwrap();
    assert!(!format!("{address:?}").contains("demo"));
    assert_eq!(address.local_part(), "demo");
}

#[test]
fn an_iota_subscript_is_refused_because_its_capital_moves_marks() {
    for local in ["\u{345}\u{897}", "\u{1fb3}", "\u{1fb3}\u{301}", "a\u{345}"] {
        let typed = format!("{local}@example.com");
        assert_eq!(EmailAddress::parse(&typed), Err(FieldError::InvalidAddress), "{typed:?}");
    }
}

proptest! {
    #[test]
    fn case_and_unicode_form_make_no_difference(local in "[\\p{Alphabetic}.+-]{1,8}") {
        let typed = format!("{local}@example.com");
        let Ok(address) = EmailAddress::parse(&typed) else { return Ok(()) };
        let spellings = [
            typed.to_uppercase(), typed.to_lowercase(), typed.nfc().collect(), typed.nfd().collect(),
            typed.nfkc().collect(), typed.nfkd().collect::<String>().to_uppercase(), address.key().to_owned(),
        ];
        for spelling in spellings {
            prop_assert_eq!(fold(&spelling), address.key());
        }
    }

    #[test]
    fn what_is_accepted_is_one_line_with_one_at(typed: String, tail in "@example\\.(com|org)") {
        for typed in [typed.clone(), typed + &tail] {
            if let Ok(address) = EmailAddress::parse(&typed) {
                for text in [address.as_str(), address.key()] {
                    prop_assert_eq!(text.matches('@').count(), 1);
                    prop_assert!(!text.contains(|c: char| c.is_control() || c.is_whitespace()));
                    prop_assert!(!text.contains(['<', '>', ',']));
                }
            }
        }
    }
}
