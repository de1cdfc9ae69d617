//! Components shared by several pages.
//!
//! Two things reach a component by context, because they would otherwise have to be passed through everything
//! in between: the page's [`Layout`](model::Layout), provided by the document, and the
//! [`FormState`](model::FormState) of the surrounding form, provided by that form. Everything else is
//! a prop.

pub(crate) mod card;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod icon;
pub(crate) mod markup;
pub(crate) mod message;
pub(crate) mod plates; // slim: trainer
pub(crate) mod providers;
pub(crate) mod set_fields; // slim: trainer
pub(crate) mod time;
pub(crate) mod workout_blocks; // slim: trainer
