//! What the server tells those who operate it.
//!
//! - Log output: one line per event, of a bounded length, whatever an event contains.
//! - [`metrics`]: counts, as text for Prometheus.
//! - [`traces`]: spans, for a collector of OpenTelemetry.
//!
//! All by a facade: packages use `tracing` and `metrics` and know nothing of what is here.
#![forbid(unsafe_code)]

mod bounded;
mod detached;
pub mod metrics;
mod named;
pub mod process;
pub mod traces;

use std::fmt::{self, Write as _};
use std::io::{self, IsTerminal as _};

use tracing::Subscriber;
use tracing::field::Field;
use tracing_subscriber::EnvFilter;
use tracing_subscriber::field::MakeExt as _;
use tracing_subscriber::fmt::format::{self, Writer};
use tracing_subscriber::fmt::{FormatFields, MakeWriter};
use tracing_subscriber::layer::SubscriberExt as _;
use tracing_subscriber::registry::LookupSpan;
use tracing_subscriber::util::SubscriberInitExt as _;

use self::bounded::BoundedLines;
pub use self::bounded::Short;
use self::detached::Detached;
pub use self::detached::Log;
use self::named::CountNamed;
use self::traces::Traces;

/// How a line is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LogFormat {
    /// For people.
    Pretty,
    /// One JSON object.
    Json,
}

/// Starts logging to standard output, what `filter` (in the notation of `RUST_LOG`) lets through, in colour only on a
/// terminal.
/// Returns `None` if the process is already logging (tests that share one), which is not an error.
///
/// # Errors
/// If the system has no thread left for it.
pub fn init(format: LogFormat, filter: &str, traces: Option<&Traces>) -> io::Result<Option<Log>> {
    let ansi = io::stdout().is_terminal();
    let lines = Detached::spawn(io::stdout(), |lost| {
        tracing::warn!(event = "sys_log_lost", lost, "the log stood still, and lines were lost");
    })?;
    let first = subscriber(format, filter, ansi, lines.clone(), traces).try_init().is_ok();
    if first && format == LogFormat::Json {
        // The default hook writes several lines of plain text.
        std::panic::set_hook(Box::new(|panic| {
            let place = panic.location().map(ToString::to_string);
            let cause = panic.payload_as_str().unwrap_or("a panic without words");
            tracing::error!(event = "sys_crash", place, cause, "a task panicked");
        }));
    }
    Ok(first.then_some(Log(lines)))
}

/// Writes why the server does not start, as one JSON line. Logging may not have begun, and a filter must not hide
/// this.
pub fn start_failed(error: &dyn fmt::Display) {
    let alone = subscriber(LogFormat::Json, "error", false, io::stdout, None);
    tracing::subscriber::with_default(alone, || {
        tracing::error!(event = "sys_start_failed", "the server does not start: {error}");
    });
}

/// What [`init`] installs, with a different writer. A filter that does not parse (the configuration rejects
/// it) counts as `info`.
fn subscriber<W>(
    format: LogFormat,
    filter: &str,
    ansi: bool,
    writer: W,
    traces: Option<&Traces>,
) -> Box<dyn Subscriber + Send + Sync>
where
    W: for<'w> MakeWriter<'w> + Send + Sync + 'static,
{
    let filter = EnvFilter::try_new(filter).unwrap_or_else(|_| EnvFilter::new("info"));
    // It logs as errors what is not an error here: saving a session that has ended has a regular response.
    let filter = match "tower_sessions_core=off".parse() {
        Ok(directive) => filter.add_directive(directive),
        Err(_) => filter,
    };
    let writer = BoundedLines { inner: writer, format };
    let builder = tracing_subscriber::fmt().with_env_filter(filter).with_writer(writer);
    // Colours are on by default in the library, which respects NO_COLOR.
    let builder = if ansi { builder } else { builder.with_ansi(false) };
    match format {
        LogFormat::Pretty => observed(builder.compact().fmt_fields(fields()).finish(), traces),
        // JSON escapes control characters itself.
        LogFormat::Json => observed(builder.json().flatten_event(true).finish(), traces),
    }
}

/// With what else looks at what the filter lets through.
#[cfg_attr(not(feature = "otlp"), expect(unused_variables, reason = "for who has the feature"))]
fn observed<S>(subscriber: S, traces: Option<&Traces>) -> Box<dyn Subscriber + Send + Sync>
where
    S: Subscriber + for<'s> LookupSpan<'s> + Send + Sync,
{
    let subscriber = subscriber.with(CountNamed);
    #[cfg(feature = "otlp")]
    if let Some(traces) = traces {
        return Box::new(subscriber.with(traces.layer()));
    }
    Box::new(subscriber)
}

/// The library's formatter escapes ESC but not CR and LF in values recorded with `%` or as the message, so a
/// user agent could forge a log line. Here every value of every event and span passes through [`OneLine`].
fn fields() -> impl for<'w> FormatFields<'w> + Send + Sync + 'static {
    let field = |writer: &mut Writer<'_>, field: &Field, value: &dyn fmt::Debug| {
        let value = OneLine(DebugAsDisplay(value));
        match field.name() {
            "message" => write!(writer, "{value}"),
            name => write!(writer, "{}={value}", name.strip_prefix("r#").unwrap_or(name)),
        }
    };
    format::debug_fn(field).delimited(" ")
}

/// tracing records `%value` as a `Debug` that delegates to `Display`.
struct DebugAsDisplay<'a>(&'a dyn fmt::Debug);

impl fmt::Display for DebugAsDisplay<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// Displays a value with control characters and line separators escaped (`\n`, `\u{1b}`), for external text
/// that is written to a log or a terminal.
#[derive(Debug, Clone, Copy)]
pub(crate) struct OneLine<T>(pub T);

impl<T: fmt::Display> fmt::Display for OneLine<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(Escape(f), "{}", self.0)
    }
}

struct Escape<'a, 'f>(&'a mut fmt::Formatter<'f>);

impl fmt::Write for Escape<'_, '_> {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        text.chars().try_for_each(|c| self.write_char(c))
    }

    fn write_char(&mut self, c: char) -> fmt::Result {
        // In addition to control characters: line separators recognised by some viewers, and characters that
        // reverse text.
        let escape = c.is_control()
            || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}');
        if escape { write!(self.0, "{}", c.escape_default()) } else { self.0.write_char(c) }
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write;
    use std::sync::{Arc, Mutex};

    use super::*;

    #[derive(Clone, Default)]
    struct Buffer(Arc<Mutex<Vec<u8>>>);

    impl Write for Buffer {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("not poisoned").extend_from_slice(bytes);
            Ok(bytes.len())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn logged(format: LogFormat, ansi: bool, log: impl FnOnce()) -> String {
        let buffer = Buffer::default();
        let writer = buffer.clone();
        let subscriber = subscriber(format, "info", ansi, move || writer.clone(), None);
        tracing::subscriber::with_default(subscriber, log);
        String::from_utf8(buffer.0.lock().expect("not poisoned").clone()).expect("UTF-8")
    }

    /// Anything an attacker may put into a header, in every way of recording it.
    fn hostile() {
        let evil = "a\r\nb\u{1b}[31mc\u{2028}d\u{85}e";
        let error = io::Error::other(evil);
        let span = tracing::info_span!("request", user_agent = %evil, path = evil);
        span.record("path", evil);
        let _entered = span.enter();
        tracing::info!(a = %evil, b = ?evil, c = evil, error = &error as &dyn std::error::Error, n = 7, "said {evil}");
        tracing::debug!("filtered out");
    }

    #[test]
    fn an_event_is_one_line_whatever_it_holds() {
        for ansi in [false, true] {
            let text = logged(LogFormat::Pretty, ansi, hostile);
            assert_eq!(text.matches(['\n', '\r', '\u{2028}', '\u{85}']).count(), 1, "{text:?}");
            assert!(text.ends_with('\n') && !text.contains("\u{1b}[31mc"), "{text:?}");
            assert!(text.contains("said a\\r\\nb\\u{1b}[31mc\\u{2028}d\\u{85}e"), "{text}");
            assert!(text.contains(" n=7"), "{text}");
            assert!(ansi || !text.contains('\u{1b}'), "{text:?}");
        }
    }

    #[test]
    fn json_is_one_object_per_line() {
        let text = logged(LogFormat::Json, false, hostile);
        assert_eq!(text.matches('\n').count(), 1, "{text:?}");
        let value: serde_json::Value = serde_json::from_str(&text).expect("JSON");
        assert_eq!(value["n"], 7);
        assert_eq!(value["message"], "said a\r\nb\u{1b}[31mc\u{2028}d\u{85}e");
    }

    #[test]
    fn no_line_has_a_length_that_a_client_chooses() {
        let huge = "ü\u{1b}".repeat(40_000);
        for format in [LogFormat::Pretty, LogFormat::Json] {
            let text = logged(format, false, || {
                let _span = tracing::info_span!("request", path = huge.as_str()).entered();
                tracing::info!(user_agent = %huge, n = 7, "said {huge}");
            });
            assert!(text.len() < 10_000 && text.ends_with('\n'), "{}", text.len());
            assert_eq!(text.matches('\n').count(), 1);
            if format == LogFormat::Json {
                let value: serde_json::Value = serde_json::from_str(&text).expect("still JSON");
                assert_eq!(value["n"], 7);
                assert!(value["message"].as_str().is_some_and(|text| text.starts_with("said ü")));
            }
        }
    }

    #[test]
    fn a_second_start_is_no_error() {
        let _log = init(LogFormat::Pretty, "info", None).expect("a thread");
        assert!(init(LogFormat::Pretty, "info", None).expect("a thread").is_none());
    }

    #[test]
    fn harmless_text_stays_as_it_is() {
        assert_eq!(OneLine("Zoë \"x\" \\n").to_string(), "Zoë \"x\" \\n");
    }
}
