//! The table of one store.

use std::fmt::Write as _;

/// Which way a figure gets better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Better {
    Less,
    More,
}

/// One figure; none where the system does not tell.
pub(crate) struct Row {
    name: String,
    better: Better,
    value: Option<f64>,
}

impl Row {
    pub(crate) fn new(name: impl Into<String>, better: Better, value: Option<f64>) -> Self {
        Self { name: name.into(), better, value }
    }
}

/// What one process has shown; the same rows in every round.
#[derive(Default)]
pub(crate) struct Round {
    pub(crate) rows: Vec<Row>,
    /// Requests that got no answer, or not the right one. They are in no figure.
    pub(crate) failed: u64,
}

/// A column for each size of `what` is stored, and how the figures grow from the first to the last. `rounds` has the sizes
/// within rounds.
pub(crate) fn table(caption: &str, what: &str, sizes: &[u64], rounds: &[Vec<Round>]) -> String {
    let grows = sizes.len() > 1;
    let mut text = format!("{caption}\n\n| {what} stored |");
    for size in sizes {
        let _ = write!(text, " {} |", grouped(&size.to_string()));
    }
    text.push_str(if grows { " growth |\n|---|" } else { "\n|---|" });
    text.push_str(&"---:|".repeat(sizes.len() + usize::from(grows)));
    text.push('\n');
    let Some(first) = rounds.iter().flatten().next() else { return text };
    for (at, row) in first.rows.iter().enumerate() {
        let _ = write!(text, "| {} |", row.name);
        for column in 0..sizes.len() {
            let values = rounds.iter().filter_map(|round| round[column].rows[at].value);
            let _ = write!(text, " {} |", shown(median(values)));
        }
        if grows {
            let _ = write!(text, " {} |", shown(growth(rounds, at)));
        }
        text.push('\n');
    }
    let failed: u64 = rounds.iter().flatten().map(|round| round.failed).sum();
    if failed > 0 {
        let _ = write!(text, "\n{failed} requests failed, so these figures are not to be believed.\n");
    }
    text
}

/// How many times as much the last size costs as the first. Taken in each round, whose measurements are close to each
/// other in time, and only then the median.
fn growth(rounds: &[Vec<Round>], at: usize) -> Option<f64> {
    median(rounds.iter().filter_map(|round| {
        let [first, last] = [round.first()?, round.last()?].map(|round| &round.rows[at]);
        match first.better {
            Better::Less => Some(last.value? / first.value?),
            Better::More => Some(first.value? / last.value?),
        }
    }))
}

/// Of an even number the mean of the two in the middle; of none, none.
pub(crate) fn median(values: impl IntoIterator<Item = f64>) -> Option<f64> {
    let mut values: Vec<f64> = values.into_iter().filter(|value| value.is_finite()).collect();
    values.sort_unstable_by(f64::total_cmp);
    let upper = *values.get(values.len() / 2)?;
    Some(if values.len() % 2 == 1 { upper } else { (values[values.len() / 2 - 1] + upper) / 2.0 })
}

fn shown(value: Option<f64>) -> String {
    value.map_or_else(|| "–".to_owned(), figure)
}

/// With three digits; larger ones whole, their thousands apart.
fn figure(value: f64) -> String {
    match value {
        value if value >= 99.5 => grouped(&format!("{value:.0}")),
        value if value >= 9.95 => format!("{value:.1}"),
        value => format!("{value:.2}"),
    }
}

fn grouped(digits: &str) -> String {
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(' ');
        }
        text.push(digit);
    }
    text
}
