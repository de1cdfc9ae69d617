//! The rolling restart again, now with processes of the server binary, stopped by SIGTERM.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use web::demo_account::{DEMO_EMAIL, DEMO_PASSWORD};

use crate::instances::balancer::Balancer;
use crate::instances::rolling::Load;
use crate::support::browser::{Browser, client};
use crate::support::site::site;
use crate::support::stack::{Stack, Urls, say};

/// A running server; killed when dropped.
pub(crate) struct Process {
    child: Child,
    pub(crate) url: String,
}

impl Process {
    async fn start(directory: &Path, urls: &Urls, public_url: &str) -> Self {
        Self::start_with(directory, urls, public_url, &[]).await
    }

    /// With these additional variables.
    pub(crate) async fn start_with(
        directory: &Path,
        urls: &Urls,
        public_url: &str,
        variables: &[(&str, &str)],
    ) -> Self {
        let port = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap().port();
        let child = Command::new(env!("CARGO_BIN_EXE_server"))
            .current_dir(directory)
            .env_clear()
            .env("PATH", std::env::var_os("PATH").unwrap_or_default())
            .env("SITE_ADDR", format!("127.0.0.1:{port}"))
            .env("SITE_ROOT", site(directory))
            .env("PUBLIC_URL", public_url)
            .env("DATABASE_URL", &urls.database)
            .env("SESSION_STORE", &urls.sessions)
            .env("SESSION_SECRETS", "one secret for both instances of this test")
            .env("STORE_TIMEOUT", "20s")
            .envs(variables.iter().copied())
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let mut process = Self { child, url: format!("http://127.0.0.1:{port}") };
        let begun = Instant::now();
        while tokio::net::TcpStream::connect(("127.0.0.1", port)).await.is_err() {
            let ended = process.child.try_wait().unwrap();
            assert!(
                ended.is_none() && begun.elapsed() < Duration::from_secs(60),
                "the server does not start: {ended:?}"
            );
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        process
    }

    /// Asks the server to stop; requests in progress are answered.
    pub(crate) async fn terminate(mut self) {
        let asked = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status().unwrap();
        assert!(asked.success());
        let begun = Instant::now();
        let status = loop {
            if let Some(status) = self.child.try_wait().unwrap() {
                break status;
            }
            assert!(begun.elapsed() < Duration::from_secs(12), "draining takes at most ten seconds");
            tokio::time::sleep(Duration::from_millis(20)).await;
        };
        assert!(status.success(), "{status}");
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub(crate) async fn a_rolling_restart_of_processes_loses_neither(stack: Stack) {
    let directory = tempfile::tempdir().unwrap();
    let Some(urls) = stack.fresh(directory.path()) else { return };
    let balancer = Balancer::start().await;
    let start = || Process::start(directory.path(), &urls, &balancer.url);
    let (mut a, mut b) = (start().await, start().await);
    balancer.send_to(&[&a.url, &b.url]);
    let (client, mut people) = (client(), Vec::new());
    for _ in 0..3 {
        let person = Browser::new(&client, &balancer.url, &balancer.url);
        person.log_in(DEMO_EMAIL, DEMO_PASSWORD).await.assert_redirect("/");
        people.push(person);
    }
    let load = Load::of(people);
    tokio::time::sleep(Duration::from_millis(300)).await;
    a.terminate().await;
    a = start().await;
    balancer.send_to(&[&a.url, &b.url]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    b.terminate().await;
    b = start().await;
    balancer.send_to(&[&a.url, &b.url]);
    tokio::time::sleep(Duration::from_millis(300)).await;
    let counts = load.end().await;
    assert!(counts.looked > 10 && balancer.retried() > 0, "{counts:?}");
    counts.assert_saved(3, 2);
    say(&format!("rolling restart of processes, {stack:?}: {counts:?}"));
    b.terminate().await;
    a.terminate().await;
}
