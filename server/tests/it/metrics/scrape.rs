//! Reads the text format of Prometheus, strictly.

use std::collections::BTreeMap;

/// Functions of PromQL and variables of Grafana, which look like metrics.
const NOT_METRICS: [&str; 2] = ["histogram_quantile", "__rate_interval"];

/// The answer of `/metrics`.
pub(super) struct Scrape {
    pub(super) text: String,
    /// By name.
    pub(super) kinds: BTreeMap<String, String>,
    /// By name and labels, as they stand there.
    samples: BTreeMap<String, f64>,
}

impl Scrape {
    /// Each line is a comment, or `name{label="value",…} value` of a metric whose type was told before.
    pub(super) fn parse(text: String) -> Self {
        let (mut kinds, mut samples) = (BTreeMap::new(), BTreeMap::new());
        for line in text.lines().filter(|line| !line.is_empty()) {
            if let Some(told) = line.strip_prefix("# TYPE ") {
                let (name, kind) = told.split_once(' ').unwrap();
                assert!(kinds.insert(name.to_owned(), kind.to_owned()).is_none(), "twice: {line}");
            } else if !line.starts_with("# HELP ") {
                let (metric, value) = line.rsplit_once(' ').unwrap();
                let name = metric.split('{').next().unwrap();
                assert!(kinds.contains_key(base(name, &kinds)), "{line}");
                assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{line}");
                assert_eq!(metric.contains('{'), metric.ends_with("\"}"), "{line}");
                let value: f64 = value.parse().unwrap();
                assert!(samples.insert(metric.to_owned(), value).is_none(), "twice: {line}");
            }
        }
        Self { text, kinds, samples }
    }

    pub(super) fn has(&self, name: &str) -> bool {
        self.kinds.contains_key(name)
    }

    /// Of a metric as it stands in the text.
    pub(super) fn value(&self, metric: &str) -> f64 {
        *self.samples.get(metric).unwrap_or_else(|| panic!("no {metric} in {}", self.text))
    }

    /// Nothing is shown that is not documented, or of another kind.
    pub(super) fn follows(&self, documented: &[(&str, &str)]) {
        for (name, kind) in &self.kinds {
            assert!(documented.contains(&(name, kind)), "{name} ({kind}) is not documented");
            assert!(self.text.contains(&format!("# HELP {name} ")), "{name} has no help");
        }
    }
}

/// The metric that a sample belongs to: histograms have three kinds of samples.
fn base<'a>(name: &'a str, kinds: &BTreeMap<String, String>) -> &'a str {
    let of_histogram = ["_bucket", "_sum", "_count"].iter().find_map(|suffix| name.strip_suffix(suffix));
    of_histogram.filter(|base| kinds.get(*base).is_some_and(|kind| kind == "histogram")).unwrap_or(name)
}

/// The metrics that an expression of PromQL asks for. Ours have a `_`, our labels have none.
pub(super) fn names_in(expr: &str) -> Vec<&str> {
    let words = expr.split(|c: char| c != '_' && !c.is_ascii_alphanumeric());
    words
        .filter(|word| word.contains('_') && !NOT_METRICS.contains(word))
        .map(|word| word.strip_suffix("_bucket").or(word.strip_suffix("_count")).unwrap_or(word))
        .collect()
}
