//! The table and its documents.

use std::collections::BTreeSet;

use super::table::all;

#[test]
fn each_metric_is_documented() {
    let page = include_str!("../../../README.md");
    for metric in all() {
        let labels: Vec<String> = metric.labels.iter().map(|label| format!("`{label}`")).collect();
        let (kind, labels) = (metric.kind.as_str(), labels.join(", "));
        let line = format!("| `{}` | {kind} | {labels} | {} |\n", metric.name, metric.meaning);
        assert!(page.contains(&line), "server/README.md, \"Metrics\", lacks\n{line}");
    }
}

#[test]
fn names_follow_the_conventions() {
    let metrics = all();
    assert_eq!(metrics.iter().map(|metric| metric.name).collect::<BTreeSet<_>>().len(), metrics.len());
    for metric in metrics {
        let name = metric.name;
        assert!(name.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase()), "{name}");
        assert_eq!(name.ends_with("_total"), metric.kind.as_str() == "counter", "{name}");
        assert!(metric.kind.as_str() != "histogram" || name.ends_with("_seconds"), "{name}");
        assert!(metric.meaning.ends_with('.') && !metric.meaning.contains('|'), "{name}");
    }
}
