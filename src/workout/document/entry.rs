//! What a row's form changes: the set in a slot.

use std::fmt;

use serde::{Deserialize, Serialize};

use super::{Change, Operation, OperationId, Slot};
use crate::form::FieldError;
use crate::workout::load::LoggedSet;

/// A slot with what is in it. Its text is the slot, followed by a tab and the [line](LoggedSet::to_line) of the set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Entry {
    pub slot: Slot,
    /// `None` if the slot is empty.
    pub set: Option<LoggedSet>,
}

/// An [`Operation`] on one set.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SetOperation {
    pub id: OperationId,
    pub entry: Entry,
}

impl From<SetOperation> for Operation {
    fn from(SetOperation { id, entry: Entry { slot, set } }: SetOperation) -> Self {
        let change = match set {
            Some(set) => Change::Log(slot, set),
            None => Change::Clear(slot),
        };
        Self { id, change }
    }
}

impl fmt::Display for Entry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.set {
            Some(set) => write!(f, "{}\t{}", self.slot, set.to_line()),
            None => write!(f, "{}", self.slot),
        }
    }
}

impl From<Entry> for String {
    fn from(entry: Entry) -> Self {
        entry.to_string()
    }
}

/// Reads what `Display` writes.
impl TryFrom<String> for Entry {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Ok(match text.split_once('\t') {
            Some((slot, line)) => {
                let set = LoggedSet::from_line(line).ok_or(FieldError::Invalid)?;
                Self { slot: Slot::parse(slot)?, set: Some(set) }
            }
            None => Self { slot: Slot::parse(&text)?, set: None },
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_entry_is_read_back_and_logs_or_clears() {
        let id = OperationId::from_bytes([7; 16]);
        let slot = Slot::parse("b1s2").unwrap();
        for (text, logs) in [("b1s2", false), ("b1s2\t1772388245123\tplank\tbody \t40s\t\tslow", true)] {
            let entry = Entry::try_from(text.to_owned()).unwrap();
            assert_eq!((entry.slot, entry.set.is_some(), &*entry.to_string()), (slot, logs, text));
            let set = entry.set.clone();
            let change = set.map_or(Change::Clear(slot), |set| Change::Log(slot, set));
            assert_eq!(Operation::from(SetOperation { id, entry }), Operation { id, change });
        }
        for wrong in ["", "b1", "b1s2\t", "\t1\tplank\tbody \t40s\t\t"] {
            assert!(Entry::try_from(wrong.to_owned()).is_err(), "{wrong:?}");
        }
    }
}
