//! Counts log lines that have a name (`event = "authn_login_fail"`).

use std::fmt::Debug;

use metrics::counter;
use tracing::field::{Field, Visit};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Longer than any of our names.
const LONGEST: usize = 40;

/// Sees what the filter of the log lets through.
#[derive(Debug)]
pub(crate) struct CountNamed;

impl<S: Subscriber> Layer<S> for CountNamed {
    fn on_event(&self, event: &Event<'_>, _: Context<'_, S>) {
        event.record(&mut CountName);
    }
}

struct CountName;

impl Visit for CountName {
    fn record_str(&mut self, field: &Field, value: &str) {
        // Our names are constants. A library may have such a field too, and put anything in it.
        if field.name() == "event" && is_name(value) {
            counter!("log_events_total", "event" => value.to_owned()).increment(1);
        }
    }

    fn record_debug(&mut self, _: &Field, _: &dyn Debug) {}
}

fn is_name(value: &str) -> bool {
    (1..=LONGEST).contains(&value.len())
        && value.bytes().all(|byte| byte == b'_' || byte.is_ascii_lowercase())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_names_are_counted() {
        assert!(is_name("authn_login_fail"));
        for other in ["", "Login failed", "a1", &"a".repeat(41)] {
            assert!(!is_name(other), "{other}");
        }
    }
}
