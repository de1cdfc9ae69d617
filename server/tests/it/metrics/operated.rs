//! A server with `ADMIN_ADDR`, whose port is read from its log.

use std::fs::File;
use std::path::Path;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::scrape::Scrape;
use crate::command_line::running::Running;
use crate::command_line::server;
use crate::support::browser::{Browser, client};
use crate::support::provider;

pub(super) struct Operated {
    pub(super) running: Running,
    /// Where metrics are.
    pub(super) admin: String,
    pub(super) client: reqwest::Client,
    pub(super) directory: TempDir,
}

impl Operated {
    pub(super) fn start(variables: &[(&str, &str)]) -> Self {
        Self::start_in(tempfile::tempdir().unwrap(), variables)
    }

    fn start_in(directory: TempDir, variables: &[(&str, &str)]) -> Self {
        let log = directory.path().join("log");
        let with_log = || {
            let mut command = server(directory.path());
            command.envs(provider::variables());
            command.stdout(File::create(&log).unwrap());
            command
        };
        let ours = [("ADMIN_ADDR", "127.0.0.1:0"), ("LOG_FORMAT", "json")];
        let running = Running::start_by(directory.path(), &[&ours, variables].concat(), with_log);
        let admin = format!("http://{}", address_in(&log));
        Self { running, admin, client: client(), directory }
    }

    /// On the same stores.
    pub(super) fn restart(self) -> Self {
        drop(self.running);
        Self::start_in(self.directory, &[])
    }

    pub(super) fn browser(&self) -> Browser {
        let url = self.running.url();
        Browser::new(&self.client, &url, &url)
    }

    pub(super) async fn get(&self, path: &str) -> reqwest::Response {
        self.client.get(format!("{}{path}", self.admin)).send().await.unwrap()
    }

    pub(super) async fn scrape(&self) -> Scrape {
        Scrape::parse(self.get("/metrics").await.text().await.unwrap())
    }

    /// Asks until it is so.
    pub(super) async fn until(&self, is_so: impl Fn(&Scrape) -> bool) -> Scrape {
        let start = Instant::now();
        loop {
            let scrape = self.scrape().await;
            if is_so(&scrape) {
                return scrape;
            }
            assert!(start.elapsed() < Duration::from_secs(60), "{}", scrape.text);
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
    }
}

/// Waits for the line that says where metrics are: a thread of its own writes the log.
fn address_in(log: &Path) -> String {
    let start = Instant::now();
    loop {
        let lines = std::fs::read_to_string(log).unwrap();
        // The last line may be half written.
        let mut events = lines.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        if let Some(told) = events.find(|event| event["event"] == "sys_metrics") {
            return told["addr"].as_str().unwrap().to_owned();
        }
        assert!(start.elapsed() < Duration::from_secs(60), "{lines}");
        std::thread::sleep(Duration::from_millis(20));
    }
}
