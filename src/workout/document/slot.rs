//! Where a set belongs.

use std::fmt;

use serde::{Deserialize, Serialize};

use crate::form::FieldError;
use crate::workout::load::SetKind;

/// A block of the plan, from 1 on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Block(u8);

/// The place of a set: its block, whether it is a warm-up, and its number, from 1 on. Its text, `b2s3` or
/// `b2w1`, is also the anchor of its row on the page.
///
/// Every number up to [`MAX_SET`](Self::MAX_SET) is a place, whether or not the block shows such a row: a set
/// may arrive before the operation that added its row.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Slot {
    block: Block,
    /// Warm-ups come first.
    kind: SetKind,
    set: u8,
}

impl Block {
    pub const MAX: u8 = 50;

    /// # Errors
    /// [`FieldError::OutOfRange`] unless `number` is 1 to 50.
    pub fn new(number: u8) -> Result<Self, FieldError> {
        if (1..=Self::MAX).contains(&number) {
            Ok(Self(number))
        } else {
            Err(FieldError::OutOfRange(1, Self::MAX.into()))
        }
    }

    /// In the order of the plan.
    pub(super) fn all() -> impl Iterator<Item = Self> {
        (1..=Self::MAX).map(Self)
    }

    /// From 1 on.
    #[must_use]
    pub const fn number(self) -> u8 {
        self.0
    }

    /// In the plan, from 0 on.
    pub(super) fn index(self) -> usize {
        usize::from(self.0) - 1
    }

    /// Parses its text: `b2`.
    ///
    /// # Errors
    /// [`FieldError::Invalid`], [`FieldError::OutOfRange`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        Self::new(number(text.strip_prefix('b').ok_or(FieldError::Invalid)?)?)
    }
}

impl Slot {
    /// The highest number of a set in a block.
    pub const MAX_SET: u8 = 20;

    /// # Errors
    /// [`FieldError::OutOfRange`] unless `set` is 1 to 20.
    pub fn new(block: Block, kind: SetKind, set: u8) -> Result<Self, FieldError> {
        if (1..=Self::MAX_SET).contains(&set) {
            Ok(Self { block, kind, set })
        } else {
            Err(FieldError::OutOfRange(1, Self::MAX_SET.into()))
        }
    }

    #[must_use]
    pub const fn block(self) -> Block {
        self.block
    }

    #[must_use]
    pub const fn kind(self) -> SetKind {
        self.kind
    }

    /// Its number among the sets of its kind in the block, from 1 on.
    #[must_use]
    pub const fn set(self) -> u8 {
        self.set
    }

    /// Parses its text: `b2s3`, `b2w1`.
    ///
    /// # Errors
    /// [`FieldError::Invalid`], [`FieldError::OutOfRange`].
    pub fn parse(text: &str) -> Result<Self, FieldError> {
        for (letter, kind) in [('s', SetKind::Work), ('w', SetKind::WarmUp)] {
            if let Some((block, set)) = text.split_once(letter) {
                return Self::new(Block::parse(block)?, kind, number(set)?);
            }
        }
        Err(FieldError::Invalid)
    }
}

/// A number in the one way that `Display` writes it.
fn number(text: &str) -> Result<u8, FieldError> {
    let number = text.parse::<u8>().map_err(|_| FieldError::Invalid)?;
    if number.to_string() == text { Ok(number) } else { Err(FieldError::Invalid) }
}

impl fmt::Display for Block {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "b{}", self.0)
    }
}

impl fmt::Display for Slot {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let letter = match self.kind {
            SetKind::Work => 's',
            SetKind::WarmUp => 'w',
        };
        write!(f, "{}{letter}{}", self.block, self.set)
    }
}

impl From<Block> for String {
    fn from(block: Block) -> Self {
        block.to_string()
    }
}

impl From<Slot> for String {
    fn from(slot: Slot) -> Self {
        slot.to_string()
    }
}

impl TryFrom<String> for Block {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

impl TryFrom<String> for Slot {
    type Error = FieldError;

    fn try_from(text: String) -> Result<Self, FieldError> {
        Self::parse(&text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_slot_has_one_text() {
        for block in Block::all() {
            for kind in SetKind::ALL {
                for set in 1..=Slot::MAX_SET {
                    let slot = Slot::new(block, *kind, set).unwrap();
                    assert_eq!(Slot::parse(&slot.to_string()), Ok(slot));
                }
            }
        }
        assert_eq!(Slot::parse("b2s3").unwrap().to_string(), "b2s3");
        assert_eq!(Slot::parse("b2w1").map(Slot::kind), Ok(SetKind::WarmUp));
        for wrong in
            ["", "b2", "s3", "b2s", "bs3", "b02s3", "b2s+3", "b2s3 ", "B2S3", "b2w1s1", "b-1s1", "b300s1"]
        {
            assert_eq!(Slot::parse(wrong), Err(FieldError::Invalid), "{wrong}");
        }
    }

    #[test]
    fn slots_have_limits() {
        for wrong in ["b0s1", "b51s1"] {
            assert_eq!(Slot::parse(wrong), Err(FieldError::OutOfRange(1, 50)));
        }
        for wrong in ["b1s0", "b50w21"] {
            assert_eq!(Slot::parse(wrong), Err(FieldError::OutOfRange(1, 20)));
        }
        assert_eq!(Block::parse("b51"), Err(FieldError::OutOfRange(1, 50)));
    }

    #[test]
    fn slots_are_in_the_order_of_the_page() {
        let texts = ["b1w1", "b1w2", "b1s1", "b1s2", "b2w1", "b2s1", "b10s1"];
        let slots = texts.map(|text| Slot::parse(text).unwrap());
        assert!(slots.is_sorted());
    }
}
