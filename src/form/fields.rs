//! Submitted form fields.

use std::ops::RangeInclusive;

use percent_encoding::percent_decode;

use super::FieldError;

/// More than any form here has: a sheet of 200 sets has some eight fields for each.
const MAX_FIELDS: usize = 2_000;

/// The fields of a form in the order sent. Names may repeat (a group of check boxes).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FormFields(Vec<(String, String)>);

impl FormFields {
    /// Reads `application/x-www-form-urlencoded` strictly: text that is not UTF-8, or more fields than any
    /// real form has, is rejected instead of repaired.
    #[must_use]
    pub fn from_urlencoded(bytes: &[u8]) -> Option<Self> {
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
        Some(Self(fields))
    }

    pub fn all<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a str> {
        self.0.iter().filter(move |(key, _)| key == name).map(|(_, value)| value.as_str())
    }

    /// The value to show for a field: the first one, or an empty text.
    #[must_use]
    pub fn value(&self, name: &str) -> &str {
        self.0.iter().find(|(key, _)| key == name).map_or("", |(_, value)| value)
    }

    /// The value of a field that must not repeat. Absent counts as empty.
    ///
    /// # Errors
    /// [`FieldError::Repeated`] if it was sent more than once.
    pub fn one(&self, name: &str) -> Result<&str, FieldError> {
        let mut values = self.0.iter().filter(|(key, _)| key == name);
        let first = values.next().map_or("", |(_, value)| value.as_str());
        if values.next().is_some() { Err(FieldError::Repeated) } else { Ok(first) }
    }

    /// The value of a field that is required and must not repeat.
    ///
    /// # Errors
    /// [`FieldError::Required`] if it is absent or empty, [`FieldError::Repeated`].
    pub fn required(&self, name: &str) -> Result<&str, FieldError> {
        let value = self.one(name)?;
        if value.is_empty() { Err(FieldError::Required) } else { Ok(value) }
    }

    /// A required whole number, written in ASCII digits only: no sign, space, decimal point or digits of
    /// another script, even where `str::parse` would accept them.
    ///
    /// # Errors
    /// As [`required`](Self::required); [`FieldError::Invalid`] for other characters;
    /// [`FieldError::OutOfRange`] outside `range` or the range of `T`.
    pub fn number<T: TryFrom<u32>>(&self, name: &str, range: RangeInclusive<u32>) -> Result<T, FieldError> {
        let digits = self.required(name)?;
        if !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(FieldError::Invalid);
        }
        // There are only digits, so a parse error means that the number is too large.
        digits
            .parse()
            .ok()
            .filter(|number| range.contains(number))
            .and_then(|number| T::try_from(number).ok())
            .ok_or(FieldError::OutOfRange(*range.start(), *range.end()))
    }

    pub fn iter(&self) -> impl Iterator<Item = (&str, &str)> {
        self.0.iter().map(|(name, value)| (name.as_str(), value.as_str()))
    }

    pub fn push(&mut self, name: impl Into<String>, value: impl Into<String>) {
        self.0.push((name.into(), value.into()));
    }

    /// Only the named fields, which a form may show again. An allow list, so that a password or token is
    /// never shown by mistake.
    #[must_use]
    pub fn keep(&self, names: &[&str]) -> Self {
        Self(self.0.iter().filter(|(key, _)| names.contains(&key.as_str())).cloned().collect())
    }
}

fn decode(bytes: &[u8]) -> Option<String> {
    let spaced: Vec<u8> = bytes.iter().map(|byte| if *byte == b'+' { b' ' } else { *byte }).collect();
    percent_decode(&spaced).decode_utf8().ok().map(|text| text.into_owned())
}

impl FromIterator<(String, String)> for FormFields {
    fn from_iter<I: IntoIterator<Item = (String, String)>>(fields: I) -> Self {
        Self(fields.into_iter().collect())
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::*;

    fn fields(pairs: &[(&str, &str)]) -> FormFields {
        pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
    }

    #[test]
    fn repeated_fields_keep_their_order() {
        let form = fields(&[("a", "2"), ("b", "x"), ("a", "1")]);
        assert_eq!(form.all("a").collect::<Vec<_>>(), ["2", "1"]);
        assert_eq!(form.value("a"), "2");
        assert_eq!(form.iter().collect::<Vec<_>>(), [("a", "2"), ("b", "x"), ("a", "1")]);
    }

    #[test]
    fn a_single_field_must_not_repeat_even_with_the_same_value() {
        let form = fields(&[("a", "1"), ("a", "1"), ("b", "x")]);
        assert_eq!(form.one("a"), Err(FieldError::Repeated));
        assert_eq!(form.required("a"), Err(FieldError::Repeated));
        assert_eq!(form.one("b"), Ok("x"));
    }

    #[test]
    fn an_absent_field_is_an_empty_one() {
        let form = fields(&[("empty", "")]);
        for name in ["absent", "empty"] {
            assert_eq!(form.value(name), "");
            assert_eq!(form.one(name), Ok(""));
            assert_eq!(form.required(name), Err(FieldError::Required));
            assert_eq!(form.number::<u8>(name, 0..=9), Err(FieldError::Required));
        }
    }

    #[test]
    fn numbers_stay_within_range_and_type() {
        let form = fields(&[("n", "300"), ("zeros", "007"), ("huge", "4294967296")]);
        assert_eq!(form.number::<u16>("n", 0..=300), Ok(300));
        assert_eq!(form.number::<u16>("n", 0..=299), Err(FieldError::OutOfRange(0, 299)));
        assert_eq!(form.number::<u8>("n", 0..=999), Err(FieldError::OutOfRange(0, 999)));
        assert_eq!(form.number::<u8>("zeros", 0..=9), Ok(7));
        assert_eq!(form.number::<u32>("huge", 0..=u32::MAX), Err(FieldError::OutOfRange(0, u32::MAX)));
    }

    #[test]
    fn keep_leaves_out_what_it_was_not_asked_to_keep() {
        let form = fields(&[("email", "a@example.com"), ("password", "secret"), ("csrf_token", "t")]);
        assert_eq!(form.keep(&["email"]), fields(&[("email", "a@example.com")]));
    }

    #[test]
    fn fields_are_decoded_in_order_and_may_repeat() {
        let fields = FormFields::from_urlencoded(b"a=1+2%26&b=&a=%C3%A4&c").unwrap();
        assert_eq!(fields.all("a").collect::<Vec<_>>(), ["1 2&", "ä"]);
        assert_eq!(fields.value("b"), "");
        assert_eq!(fields.all("c").count(), 1);
    }

    #[test]
    fn what_is_not_utf8_is_refused() {
        assert!(FormFields::from_urlencoded(b"a=%FF").is_none());
        assert!(FormFields::from_urlencoded(b"\xff=1").is_none());
    }

    #[test]
    fn a_flood_of_fields_is_refused() {
        assert!(FormFields::from_urlencoded("a=1&".repeat(2_001).as_bytes()).is_none());
        assert!(FormFields::from_urlencoded("a=1&".repeat(2_000).as_bytes()).is_some());
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(fields in vec((".{0,8}", ".{0,8}"), 0..8)) {
            let body = url::form_urlencoded::Serializer::new(String::new()).extend_pairs(&fields).finish();
            let read = FormFields::from_urlencoded(body.as_bytes()).unwrap();
            prop_assert_eq!(read, fields.into_iter().collect::<FormFields>());
        }

        #[test]
        fn no_bytes_make_it_panic(bytes in vec(any::<u8>(), 0..200)) {
            if let Some(fields) = FormFields::from_urlencoded(&bytes) {
                prop_assert!(fields.iter().count() <= MAX_FIELDS);
                for (name, _) in fields.iter() {
                    prop_assert_eq!(fields.one(name).is_err(), fields.all(name).count() > 1);
                    let _ = fields.number::<u8>(name, 0..=9);
                }
            }
        }
    }
}
