//! Amounts and times in words, for server and browser.

// slim: trainer
use domain::workout::programme::{Assignment, Range};

/// Ends the amount of an exercise that is done with one side at a time.
pub const EACH_SIDE: &str = " each side";

/// Sets and the amount per set: `3 × 8–12`, `3 × 8–12 each side`, `3 × 30 s`.
pub fn amount(block: &Assignment) -> String {
    range(block.sets, block.range, block.exercise.per_side)
}

/// The same for an exercise of a plan.
pub fn range(sets: u8, range: Range, per_side: bool) -> String {
    let (low, high) = (range.low(), range.high());
    let unit = match range {
        Range::Reps { .. } => "",
        Range::Seconds { .. } => " s",
    };
    let side = if per_side { EACH_SIDE } else { "" };
    if low == high {
        format!("{sets} × {low}{unit}{side}")
    } else {
        format!("{sets} × {low}–{high}{unit}{side}")
    }
}

/// A duration as on a clock: `1:30`.
pub fn clock(seconds: u32) -> String {
    format!("{}:{:02}", seconds / 60, seconds % 60)
}
// slim: end

/// A duration in words: `45 seconds`, `1 minute 30 seconds`.
pub fn spoken(seconds: u32) -> String {
    let (minutes, seconds) = (seconds / 60, seconds % 60);
    match (minutes, seconds) {
        (0, s) => counted(s, "second"),
        (m, 0) => counted(m, "minute"),
        (m, s) => format!("{} {}", counted(m, "minute"), counted(s, "second")),
    }
}

/// `1 minute`, `3 minutes`.
pub fn counted(count: u32, what: &str) -> String {
    format!("{count} {what}{}", if count == 1 { "" } else { "s" })
}
