//! Records whose fields match those of a form, declared once each.

use std::collections::BTreeSet; // slim: trainer
use std::ops::RangeInclusive; // slim: trainer

use super::choice::Choice;
use super::{FieldError, FormFields};

/// How the value of a field is read from a form and written back.
pub(crate) trait Kind<T> {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<T, FieldError>;

    fn write(self, value: &T, fields: &mut FormFields, name: &'static str);
}

// slim: trainer
/// A required whole number within bounds.
pub(crate) struct Number(pub(crate) RangeInclusive<u32>);
// slim: end

/// One of the choices. Where the field is absent or empty it is this one, if any: for fields that older forms do not have.
pub(crate) struct OneOf<T>(pub(crate) Option<T>);

// slim: trainer
/// Any of the choices, or none: a group of check boxes. The only kind that may repeat.
pub(crate) struct AnyOf;

impl<T: TryFrom<u32> + ToString> Kind<T> for Number {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<T, FieldError> {
        fields.number(name, self.0)
    }

    fn write(self, value: &T, fields: &mut FormFields, name: &'static str) {
        fields.push(name, value.to_string());
    }
}
// slim: end

impl<T: Choice> Kind<T> for OneOf<T> {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<T, FieldError> {
        match (self.0, fields.one(name)?) {
            (Some(otherwise), "") => Ok(otherwise),
            _ => fields.required(name).and_then(T::parse),
        }
    }

    fn write(self, value: &T, fields: &mut FormFields, name: &'static str) {
        fields.push(name, value.word());
    }
}

// slim: trainer
impl<T: Choice + Ord> Kind<BTreeSet<T>> for AnyOf {
    fn read(self, fields: &FormFields, name: &'static str) -> Result<BTreeSet<T>, FieldError> {
        fields.all(name).map(T::parse).collect()
    }

    fn write(self, value: &BTreeSet<T>, fields: &mut FormFields, name: &'static str) {
        for choice in value {
            fields.push(name, choice.word());
        }
    }
}
// slim: end

/// Declares a struct together with its form: each field with its type, default and [`Kind`]. Form and stored
/// JSON use the same names, so a field cannot be missing from one of them.
macro_rules! form_record {
    ($(#[$doc:meta])* $name:ident {
        $($(#[$field_doc:meta])* $field:ident: $type:ty = $default:expr, $kind:expr;)+
    }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, Hash, ::serde::Serialize, ::serde::Deserialize)]
        pub struct $name {
            $($(#[$field_doc])* pub $field: $type,)+
        }

        impl Default for $name {
            fn default() -> Self {
                Self { $($field: $default,)+ }
            }
        }

        impl $name {
            /// The names of the fields, in the order declared.
            pub const FIELDS: &'static [&'static str] = &[$(stringify!($field),)+];

            /// Reads every field before giving up, so that all errors are reported at once.
            pub(crate) fn read(
                fields: &$crate::form::FormFields,
                errors: &mut $crate::form::FieldErrors,
            ) -> Option<Self> {
                $(
                    let name = stringify!($field);
                    let $field: Option<$type> =
                        errors.check(name, $crate::form::record::Kind::read($kind, fields, name));
                )+
                Some(Self { $($field: $field?,)+ })
            }

            /// Writes what [`read`](Self::read) reads back.
            pub(crate) fn write(&self, fields: &mut $crate::form::FormFields) {
                $($crate::form::record::Kind::write($kind, &self.$field, fields, stringify!($field));)+
            }
        }
    };
}

pub(crate) use form_record;
