//! MongoDB specifics: commands that fail by a fail point, a primary that steps down.

use domain::account::EmailAddress;
use mongodb::Client;
use mongodb::bson::{Document, doc};
use test_servers::{Kind, Server, own, required};

use crate::outage::fixture::{Case, Outage, Site, assert_cookie_kept};
use crate::support::helpers::{PASSWORD, Setup, preferences};

async fn admin(server: &Server, command: Document) -> mongodb::error::Result<Document> {
    Client::with_uri_str(server.url()).await.unwrap().database("admin").run_command(command).await
}

/// Commands with these names fail with a code, as often as `mode` says.
fn fail(commands: &[&str], mode: Document, code: i32) -> Document {
    doc! {
        "configureFailPoint": "failCommand",
        "mode": mode,
        "data": { "failCommands": commands, "errorCode": code },
    }
}

fn fail_no_more() -> Document {
    doc! { "configureFailPoint": "failCommand", "mode": "off" }
}

/// After a step-down the driver checks for a primary at its next heartbeat, at most half a second later: its
/// second try must come in time. And no clean-up may run meanwhile, whose `find` might be the one that fails.
fn with_time_for_a_second_try(mut setup: Setup) -> Setup {
    let urls = setup.urls.as_mut().unwrap();
    for url in [&mut urls.sessions, &mut urls.database] {
        url.push_str("&heartbeatFrequencyMS=500");
    }
    setup.var("STORE_TIMEOUT", "2s").var("SESSION_SWEEP_INTERVAL", "400d")
}

/// One more than session and account can hold, so that the next one differs from both.
const THEMES: [&str; 3] = ["dark", "light", "system"];

/// Ann's theme in her session and in her account.
async fn saved_themes(outage: &Outage) -> [String; 2] {
    let info = outage.ann.info().await;
    let session = info["preferences"]["theme"].as_str().unwrap().to_owned();
    let email = EmailAddress::parse("ann@example.com").unwrap();
    let ann = outage.app.app.db.user_by_email(&email).await.unwrap().unwrap();
    [session, ann.preferences.unwrap().site.theme.word().to_owned()]
}

/// 189 `PrimarySteppedDown`, 11600 `InterruptedAtShutdown`, 91 `ShutdownInProgress`, at each command of a
/// request: the driver retries once, and if that fails as well, the page answers 503. Nobody is logged out,
/// and saved data is intact.
#[tokio::test(flavor = "multi_thread")]
async fn a_step_down_in_the_middle_logs_nobody_out() {
    let Some(server) = required(own(Kind::MongoDb)) else { return };
    let site = Site::before(Case::ALL_IN_MONGODB, &server).await;
    let outage = Outage::at(site, with_time_for_a_second_try).await;
    let token = outage.ann.csrf_token().await.unwrap();
    assert_eq!(outage.ann.save_preferences(&[("theme", "dark")]).await.status, 303);
    let mut saved = ["dark"; 2];
    for code in [189, 11600, 91] {
        // Saving preferences is a `find` and an `update` of the session, then an `update` of the account.
        for (command, mode, expected, written) in [
            ("find", doc! { "times": 1 }, 303, [true, true]),
            ("find", doc! { "times": 2 }, 503, [false, false]),
            ("update", doc! { "times": 1 }, 303, [true, true]),
            ("update", doc! { "times": 2 }, 503, [false, false]),
            // All but the first: saved in the session, but not in the account.
            ("update", doc! { "skip": 1 }, 503, [true, false]),
        ] {
            let theme = THEMES.into_iter().find(|theme| !saved.contains(theme)).unwrap();
            let story = format!("{code} at {command} {mode}");
            let armed = admin(&server, fail(&[command], mode, code)).await;
            assert!(armed.is_ok(), "the server has fail points: {armed:?}");
            let mut fields = preferences(&[("theme", theme)]);
            fields.push(("csrf_token", &token));
            let answer = outage.ann.post_bare("/api/preferences", &fields).await;
            admin(&server, fail_no_more()).await.unwrap();
            assert_eq!(answer.status, expected, "{story}");
            assert_eq!(answer.status == 503, !answer.header("retry-after").is_empty(), "{story}");
            assert_cookie_kept(&story, &answer);
            outage.assert_back().await;
            for (saved, written) in saved.iter_mut().zip(written) {
                if written {
                    *saved = theme;
                }
            }
            assert_eq!(saved_themes(&outage).await, saved, "{story}: session and account");
        }
    }
}

/// A logout whose command fails permanently is reported as failed, and can be repeated.
#[tokio::test(flavor = "multi_thread")]
async fn a_log_out_that_failed_says_so() {
    let Some(server) = required(own(Kind::MongoDb)) else { return };
    let outage = Outage::at(Site::before(Case::ALL_IN_MONGODB, &server).await, |setup| setup).await;
    let token = outage.ann.csrf_token().await.unwrap();
    // 8000 is not a retryable code.
    admin(&server, fail(&["delete", "findAndModify", "update"], doc! { "times": 100 }, 8000)).await.unwrap();
    let answer = outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    assert_eq!(answer.status, 503);
    assert!(answer.body.contains("still logged in"));
    admin(&server, fail_no_more()).await.unwrap();
    outage.assert_back().await;
    let answer = outage.ann.post_bare("/api/auth/logout", &[("csrf_token", &token)]).await;
    answer.assert_redirect("/login");
    outage.ann.log_in("ann@example.com", PASSWORD).await.assert_redirect("/");
}
