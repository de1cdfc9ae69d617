//! Amounts and times in words, for server and browser.

use domain::workout::plan::{Block, Dose};

/// Sets and the amount per set: `3 × 10`, `3 × 8 each side`, `3 × 40 s`.
pub(crate) fn amount(block: &Block) -> String {
    match block.dose {
        Dose::Repetitions(n) => format!("{} × {n}", block.sets),
        Dose::RepetitionsPerSide(n) => format!("{} × {n} each side", block.sets),
        Dose::Seconds(n) => format!("{} × {n} s", block.sets),
    }
}

/// A duration in words: `45 seconds`, `1 minute 30 seconds`.
pub(crate) fn spoken(seconds: u32) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match (minutes, seconds) {
        (0, s) => counted(s, "second"),
        (m, 0) => counted(m, "minute"),
        (m, s) => format!("{} {}", counted(m, "minute"), counted(s, "second")),
    }
}

/// A duration as on a clock: `1:30`.
pub(crate) fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}

/// `1 set`, `3 sets`.
pub(crate) fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
