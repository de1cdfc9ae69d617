//! An open page, as far as events are concerned.

use std::time::Duration;

use serde_json::Value;

pub(crate) struct Events {
    response: reqwest::Response,
    /// Received, and not yet read to the end of an event.
    text: String,
}

impl Events {
    pub(crate) async fn open(url: &str) -> Self {
        let response = reqwest::get(format!("{url}/dev/events")).await.unwrap();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        Self { response, text: String::new() }
    }

    /// The next status; none if the stream has ended.
    pub(crate) async fn next(&mut self) -> Option<Value> {
        loop {
            if let Some((event, rest)) = self.text.split_once("\n\n") {
                let data = event.lines().find_map(|line| line.strip_prefix("data: "));
                let status = data.map(|data| serde_json::from_str(data).unwrap());
                self.text = rest.to_owned();
                if status.is_some() {
                    return status;
                }
                continue;
            }
            let chunk = tokio::time::timeout(Duration::from_secs(60), self.response.chunk());
            let chunk = chunk.await.unwrap().ok()??;
            self.text.push_str(&String::from_utf8_lossy(&chunk));
        }
    }
}
