//! Ids made by clients.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;

/// 128 bits as hexadecimal digits in groups of 8, 4, 4, 4 and 12 (the text format of RFC 9562), whatever the
/// bits mean.
fn parse(text: &str) -> Result<[u8; 16], FieldError> {
    let mut groups = [""; 5];
    let mut parts = text.split('-');
    for (group, length) in groups.iter_mut().zip([8, 4, 4, 4, 12]) {
        *group = parts.next().filter(|part| part.len() == length).ok_or(FieldError::Invalid)?;
    }
    let mut bytes = [0; 16];
    match (parts.next(), hex::decode_to_slice(groups.concat(), &mut bytes)) {
        (None, Ok(())) => Ok(bytes),
        (Some(_), _) | (_, Err(_)) => Err(FieldError::Invalid),
    }
}

fn write(bytes: [u8; 16], f: &mut fmt::Formatter<'_>) -> fmt::Result {
    for (i, byte) in bytes.iter().enumerate() {
        if matches!(i, 4 | 6 | 8 | 10) {
            f.write_str("-")?;
        }
        write!(f, "{byte:02x}")?;
    }
    Ok(())
}

/// Declares an id with this text format.
macro_rules! id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(try_from = "String", into = "String")]
        pub struct $name([u8; 16]);

        impl $name {
            /// From random bytes.
            #[must_use]
            pub const fn from_bytes(bytes: [u8; 16]) -> Self {
                Self(bytes)
            }

            /// Parses text such as `0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60`.
            ///
            /// # Errors
            /// [`FieldError::Invalid`].
            pub fn parse(text: &str) -> Result<Self, FieldError> {
                parse(text).map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, f)
            }
        }

        impl fmt::Debug for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write(self.0, f)
            }
        }

        impl From<$name> for String {
            fn from(id: $name) -> Self {
                id.to_string()
            }
        }

        impl TryFrom<String> for $name {
            type Error = FieldError;

            fn try_from(text: String) -> Result<Self, FieldError> {
                Self::parse(&text)
            }
        }
    };
}

id! {
    /// Which workout.
    WorkoutId
}
id! {
    /// Which operation. Made when the person taps, or with the form, so that the same tap sent twice is
    /// recognized.
    OperationId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_read_as_browsers_write_it() {
        let text = "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60";
        let id = OperationId::parse(text).unwrap();
        assert_eq!(id.to_string(), text);
        assert_eq!(OperationId::parse(&text.to_uppercase()), Ok(id), "the same id");
        assert_eq!(serde_json::to_string(&id).unwrap(), format!("\"{text}\""));
        assert_eq!(WorkoutId::from_bytes([0; 16]).to_string(), "00000000-0000-0000-0000-000000000000");
    }

    #[test]
    fn nothing_else_is_an_id() {
        for wrong in [
            "",
            "0191d2c85b2c7c3e9a4f1b2c3d4e5f60",
            "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f6",
            "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f6g",
            "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60-",
            "0191d2c-85b2c-7c3e-9a4f-1b2c3d4e5f60",
            "{0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5f60}",
            "0191d2c8-5b2c-7c3e-9a4f-1b2c3d4e5fé",
        ] {
            assert_eq!(WorkoutId::parse(wrong), Err(FieldError::Invalid), "{wrong}");
        }
    }
}
