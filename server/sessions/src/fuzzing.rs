//! What holds for any bytes, in a form that fuzzers and the replay of their corpora share.

pub use crate::cookie::checks::any_cookie;
pub use crate::data::checks::any_record;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpora_hold() {
        replay::replay("cookie", any_cookie);
        replay::replay("record", any_record);
    }
}
