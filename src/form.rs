//! Forms: the submitted fields, their errors, and records read from them.

pub use self::error::{FieldError, FieldErrors};
pub use self::fields::FormFields;

pub(crate) mod choice;
mod error;
mod fields;
pub(crate) mod record;
