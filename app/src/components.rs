//! Bits that several pages share.

pub(crate) mod blocks;
pub(crate) mod field;
pub(crate) mod form;
pub(crate) mod message;
pub(crate) mod providers;
pub(crate) mod when;
