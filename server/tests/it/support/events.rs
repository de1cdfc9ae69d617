//! `/session/events`, as an open page listens to it.

use std::time::Duration;

use http::StatusCode;

use crate::support::browser::Browser;

/// Far longer than anything takes on a busy machine, and shorter than the pause between two looks of a test that wants
/// none.
const PATIENCE: Duration = Duration::from_secs(60);

/// An open stream.
pub(crate) struct Events(reqwest::Response);

impl Events {
    pub(crate) async fn open(browser: &Browser) -> Self {
        let answer = tokio::time::timeout(PATIENCE, browser.begin_get("/session/events")).await;
        let mut response = answer.unwrap_or_else(|_| panic!("no answer: does a proxy wait for its end?"));
        assert_eq!(response.status(), StatusCode::OK);
        let first = tokio::time::timeout(PATIENCE, response.chunk()).await.unwrap().unwrap().unwrap();
        let first = String::from_utf8_lossy(&first);
        assert!(first.starts_with("retry: ") && first.ends_with("\n\n"), "{first}");
        Self(response)
    }

    /// The data of the event `ended`; `None` if the stream closes without it. A stream that is cut off is no closed one.
    pub(crate) async fn end(self) -> Option<String> {
        let rest = tokio::time::timeout(PATIENCE, self.0.text()).await.unwrap().unwrap();
        // Lines with a colon at their beginning are heartbeats.
        let lines: Vec<_> = rest.lines().filter(|line| !line.is_empty() && !line.starts_with(':')).collect();
        match lines.as_slice() {
            [] => None,
            ["event: ended", data] => Some(data.strip_prefix("data: ").unwrap().to_owned()),
            _ => panic!("{rest}"),
        }
    }
}
