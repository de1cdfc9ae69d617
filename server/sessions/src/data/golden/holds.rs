//! The comparison for tests of these records.

use serde_json::Value;

/// Whether everything in a record is in the content too, with the same value. The content may have more
/// members: one that is added later must not be a reason to change what an earlier version has written.
pub(super) fn holds(content: &Value, record: &Value) -> bool {
    match (content, record) {
        (Value::Object(content), Value::Object(record)) => {
            let mut members = record.iter();
            members.all(|(name, value)| content.get(name).is_some_and(|found| holds(found, value)))
        }
        (Value::Array(content), Value::Array(record)) => {
            let mut pairs = content.iter().zip(record);
            content.len() == record.len() && pairs.all(|(found, value)| holds(found, value))
        }
        (content, record) => content == record,
    }
}
