//! What only MongoDB does (F-22): commands that fail by a fail point, a primary that steps down.

use mongodb::Client;
use mongodb::bson::{Document, doc};
use test_servers::{Kind, Server, own, required};

use crate::fixture::{Case, Outage, Site, assert_cookie_kept};
use crate::helpers::{PASSWORD, preferences};

async fn admin(server: &Server, command: Document) -> mongodb::error::Result<Document> {
    Client::with_uri_str(server.url()).await.unwrap().database("admin").run_command(command).await
}

/// The next `times` commands of these names fail with a code.
fn fail(commands: &[&str], times: i32, code: i32) -> Document {
    doc! {
        "configureFailPoint": "failCommand",
        "mode": { "times": times },
        "data": { "failCommands": commands, "errorCode": code },
    }
}

/// 189 `PrimarySteppedDown`, 11600 `InterruptedAtShutdown`, 91 `ShutdownInProgress`: the driver tries once again, or
/// the page says 503. Nobody is logged out, and what was saved is whole.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_down_in_the_middle_logs_nobody_out() {
    let Some(server) = required(own(Kind::MongoDb)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_MONGODB, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    for code in [189, 11600, 91] {
        for (number, times) in [1, 2].into_iter().enumerate() {
            let commands = ["find", "update", "findAndModify", "insert", "delete", "aggregate"];
            let armed = admin(&server, fail(&commands, times, code)).await;
            assert!(armed.is_ok(), "the server has fail points: {armed:?}");
            let minutes = (20 + number).to_string();
            let mut fields = preferences(&[("session_minutes", &minutes)]);
            fields.push(("csrf_token", &token));
            let answer = outage.ann.post_bare("/api/preferences", &fields).await;
            assert!([303, 503].contains(&answer.status.as_u16()), "{code}: {}", answer.status);
            if answer.status == 503 {
                assert_cookie_kept("/api/preferences", &answer);
            }
            admin(&server, doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.unwrap();
            outage.assert_back().await;
        }
    }
}

/// A log out whose command fails for good is told as such, and can be done again.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_out_that_failed_says_so() {
    let Some(server) = required(own(Kind::MongoDb)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_MONGODB, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    // 8000 is no code that anybody tries again after.
    admin(&server, fail(&["delete", "findAndModify", "update"], 100, 8000)).await.unwrap();
    let answer = outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("still logged in"));
    admin(&server, doc! { "configureFailPoint": "failCommand", "mode": "off" }).await.unwrap();
    outage.assert_back().await;
    let answer = outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    answer.assert_redirect("/login");
    outage.ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}
