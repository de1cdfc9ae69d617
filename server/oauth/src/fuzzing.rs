//! What holds for any bytes, in a form that fuzzers and the replay of their corpora share.

pub use crate::token_answer::checks::any_answer;

#[cfg(test)]
#[path = "../../../fuzz/replay.rs"]
mod replay;

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_corpus_holds() {
        replay::replay("token_answer", any_answer);
    }
}
