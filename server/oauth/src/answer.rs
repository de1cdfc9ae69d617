//! Reads the JSON that providers send. What they send is not always what the standards say, so an answer is
//! first read as an object of anything, and then only the members that are used are looked at: a member that
//! nobody uses cannot make a login fail, whatever its type.

use http::header;
use oauth2::HttpResponse;
use serde_json::{Map, Value};

pub(super) type Object = Map<String, Value>;

/// The object in a body, whatever the content type says.
pub(super) fn object(body: &[u8]) -> Option<Object> {
    let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
    serde_json::from_slice(body).ok()
}

/// A text that is not blank.
pub(super) fn text<'o>(object: &'o Object, key: &str) -> Option<&'o str> {
    object.get(key).and_then(Value::as_str).filter(|text| !text.trim().is_empty())
}

/// A member that is there and not null.
pub(super) fn member<'o>(object: &'o Object, key: &str) -> Option<&'o Value> {
    object.get(key).filter(|value| !value.is_null())
}

/// What a value says where a boolean belongs. Some providers send texts or numbers; anything unclear is no.
pub(super) fn truth(value: Option<&Value>) -> bool {
    match value {
        Some(Value::Bool(truth)) => *truth,
        Some(Value::Number(number)) => number.as_u64() == Some(1),
        Some(Value::String(text)) => {
            let text = text.trim();
            text == "1" || text.eq_ignore_ascii_case("true")
        }
        Some(Value::Null | Value::Array(_) | Value::Object(_)) | None => false,
    }
}

/// A list of texts. `None` if there is no list, or if it lists something else.
pub(super) fn texts(object: &Object, key: &str) -> Option<Vec<String>> {
    let all = object.get(key)?.as_array()?;
    all.iter().map(|one| one.as_str().map(str::to_owned)).collect()
}

/// For the log: a text as it is, anything else as JSON.
pub(super) fn shown(value: Option<&Value>) -> String {
    match value {
        None => "(nothing)".to_owned(),
        Some(Value::String(text)) => text.clone(),
        Some(other) => other.to_string(),
    }
}

/// For the log: an answer that cannot be used. A redirect is not followed, so where it points to is said, up
/// to its query.
pub(super) fn outline(answer: &HttpResponse) -> String {
    let value = |name| answer.headers().get(name).and_then(|value: &http::HeaderValue| value.to_str().ok());
    let to = value(header::LOCATION).and_then(|to| to.split(['?', '#']).next());
    let content_type = value(header::CONTENT_TYPE).unwrap_or("no content type");
    match to {
        Some(to) => format!("{} to {to}", answer.status()),
        None => format!("{}, {content_type}", answer.status()),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn a_truth_is_what_it_says_and_otherwise_no() {
        for yes in [json!(true), json!("true"), json!("True"), json!(" TRUE "), json!(1), json!("1")] {
            assert!(truth(Some(&yes)), "{yes}");
        }
        for no in [
            json!(false),
            json!("false"),
            json!("yes"),
            json!(""),
            json!(0),
            json!(2),
            json!(-1),
            json!(null),
            json!([true]),
            json!({"true": true}),
        ] {
            assert!(!truth(Some(&no)), "{no}");
        }
        assert!(!truth(None));
    }

    #[test]
    fn an_object_is_one_whatever_stands_before_it() {
        assert!(object(b"\xef\xbb\xbf {\"a\": 1}\n").is_some());
        for body in [&b""[..], b"[]", b"\"text\"", b"{", b"null"] {
            assert!(object(body).is_none());
        }
    }
}
