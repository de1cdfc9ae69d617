//! `application/x-www-form-urlencoded`, strictly.

use domain::form::FormFields;
use percent_encoding::percent_decode;

/// No form of ours has that many fields.
const MAX_FIELDS: usize = 100;

/// Parses `application/x-www-form-urlencoded` strictly: text that is not UTF-8, or more fields than any form
/// of ours has, is refused instead of repaired.
#[must_use]
pub fn parse_urlencoded(bytes: &[u8]) -> Option<FormFields> {
    let mut fields = Vec::new();
    for pair in bytes.split(|byte| *byte == b'&').filter(|pair| !pair.is_empty()) {
        let mut halves = pair.splitn(2, |byte| *byte == b'=');
        let name = decode(halves.next().unwrap_or_default())?;
        let value = decode(halves.next().unwrap_or_default())?;
        fields.push((name, value));
        if fields.len() > MAX_FIELDS {
            return None;
        }
    }
    Some(fields.into_iter().collect())
}

fn decode(bytes: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fields_are_decoded_in_order_and_may_repeat() {
        let fields = parse_urlencoded(b"a=1+2%26&b=&a=%C3%A4&c").unwrap();
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1 2&", "ä"]);
        assert_eq!(fields.value("b"), "");
        assert_eq!(fields.all("c").count(), 1);
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert!(parse_urlencoded(b"a=%FF").is_none());
        assert!(parse_urlencoded(b"\xff=1").is_none());
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        assert!(parse_urlencoded("a=1&".repeat(101).as_bytes()).is_none());
        assert!(parse_urlencoded("a=1&".repeat(100).as_bytes()).is_some());
    }
}
