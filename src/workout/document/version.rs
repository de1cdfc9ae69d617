//! The version of the stored text.

use serde::{Deserialize, Deserializer, Serialize, Serializer, de};

/// The version that this program writes. It goes up when a text can no longer be read as before; a field that
/// older programs may skip does not need that.
const CURRENT: u8 = 1;

/// The version of a document in memory: always the current one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Version;

impl Serialize for Version {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_u8(CURRENT)
    }
}

impl<'de> Deserialize<'de> for Version {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        match u8::deserialize(from)? {
            1..=CURRENT => Ok(Self),
            other => Err(de::Error::custom(format_args!(
                "version {other} of a workout; this program reads 1 to {CURRENT}"
            ))),
        }
    }
}
