//! Redis specifics: full memory, and losing all data.

use test_servers::{Kind, own_with, required};

use crate::outage::fixture::{Case, Outage, Site};
use crate::support::helpers::PASSWORD;

async fn command(server: &test_servers::Server, words: &[&str]) {
    let client = redis::Client::open(server.url()).unwrap();
    let mut connection = client.get_multiplexed_async_connection().await.unwrap();
    let mut command = redis::cmd(words[0]);
    command.arg(&words[1..]);
    command.query_async::<redis::Value>(&mut connection).await.unwrap();
}

/// `maxmemory` reached under `noeviction`: signed-in people stay so; requests that must write report the
/// error.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_logs_nobody_out() {
    let arguments = ["--maxmemory-policy", "noeviction"];
    let Some(server) = required(own_with(Kind::Redis, &arguments)) else { return };
    let outage = Outage::at(Site::before(Case::SESSIONS_IN_REDIS, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    command(&server, &["CONFIG", "SET", "maxmemory", "1"]).await;
    assert_eq!(outage.ann.get("/account").await.status, 200, "reading needs no memory");
    let stranger = outage.app.browser();
    let answer = stranger.log_in("ann@example.com", PASSWORD).await;
    assert_eq!(answer.status, 503);
    assert!(!answer.role("alert").is_empty() && stranger.session_cookie().is_none());
    let mut fields = crate::support::helpers::preferences(&[("theme", "dark")]);
    fields.push(("csrf_token", &token));
    let answer = outage.ann.post_bare("/api/preferences", &fields).await;
    assert_eq!(answer.status, 503);
    assert!(answer.set_cookies().is_empty());
    command(&server, &["CONFIG", "SET", "maxmemory", "0"]).await;
    outage.assert_back().await;
    stranger.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}

/// Logging out works with a full store.
#[tokio::test(flavor = "multi_thread")]
async fn a_full_store_lets_people_log_out() {
    let arguments = ["--maxmemory-policy", "noeviction"];
    let Some(server) = required(own_with(Kind::Redis, &arguments)) else { return };
    let outage = Outage::at(Site::before(Case::SESSIONS_IN_REDIS, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    command(&server, &["CONFIG", "SET", "maxmemory", "1"]).await;
    let copy = outage.ann.copy();
    let answer = outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    answer.assert_redirect("/login");
    copy.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
}

/// `FLUSHALL`, or a restart without persistence: all sessions end visibly, and new ones can begin.
#[tokio::test(flavor = "multi_thread")]
async fn an_emptied_store_is_told() {
    let Some(server) = required(test_servers::own(Kind::Redis)) else { return };
    let outage = Outage::at(Site::before(Case::SESSIONS_IN_REDIS, &server).await, |setup| setup).await;
    command(&server, &["FLUSHALL"]).await;
    outage.ann.get("/account").await.assert_redirect("/login?return_to=/account&ended=true");
    assert_eq!(outage.ann.session_cookie(), None);
    outage.ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
    tokio::task::block_in_place(|| {
        server.kill();
        server.start();
    });
    let answer = outage.ann.get("/account").await;
    assert!([303, 503].contains(&answer.status.as_u16()), "{}", answer.status);
    crate::outage::fixture::wait_until("log in again", crate::outage::fixture::RECOVERY, async || {
        outage.app.browser().log_in("ann@example.com", PASSWORD).await.status == 303
    })
    .await;
}
