//! Instances with different secrets: by mistake, or during a rotation.

use crate::instances::cluster::Site;
use crate::support::helpers::{Browser, Setup, TestApp};
use crate::support::stack::Stack;

const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";
const WRONG: &str = "a secret from somewhere else altogether....";

async fn with(site: &Site, secrets: &[&str]) -> TestApp {
    let secrets = secrets.join(",");
    site.instance(|setup: Setup| setup.var("SESSION_SECRETS", &secrets)).await
}

async fn sees_account(person: &Browser, instance: &TestApp) -> bool {
    person.by_way_of(&instance.url).get("/account").await.status == 200
}

pub(crate) async fn a_wrong_secret_on_one_instance_destroys_nothing(stack: Stack) {
    let Some(site) = Site::fresh(stack) else { return };
    let (right, wrong) = (with(&site, &[OLD]).await, with(&site, &[WRONG]).await);
    let ann = right.registered("ann@example.com").await;
    let visitor = right.browser();
    visitor.save_preferences(&[("theme", "dark")]).await.assert_redirect("/preferences?saved=true");
    let (cookie, live) = (ann.session_cookie(), right.stats().await.live);
    assert_eq!(live, 2);
    // A balancer that sends every other request to the wrong one.
    for _ in 0..5 {
        let misled = ann.by_way_of(&wrong.url);
        misled.get("/account").await.assert_redirect("/login?return_to=/account");
        assert_eq!(misled.get("/session").await.status, 200);
        visitor.by_way_of(&wrong.url).get("/preferences").await;
        assert!(sees_account(&ann, &right).await);
        assert_eq!(visitor.info().await["preferences"]["theme"], "dark");
    }
    assert_eq!(ann.session_cookie(), cookie);
    assert_eq!(right.stats().await.live, live);
    // Its own sweeper removes only what has expired.
    let swept = wrong.app.sessions.rows.sweep(wrong.clock.now(), 1000).await.unwrap();
    assert_eq!(swept, 0);
    assert!(sees_account(&ann, &right).await);
}

pub(crate) async fn a_rotation_loses_no_session_that_was_seen_in_between(stack: Stack) {
    let Some(site) = Site::fresh(stack) else { return };
    let (mut a, mut b) = (with(&site, &[OLD]).await, with(&site, &[OLD]).await);
    let mut people = Vec::new();
    for number in 0..6 {
        people.push(a.registered(&format!("person{number}@example.com")).await);
    }
    let absent = a.registered("absent@example.com").await;
    for secrets in [&[NEW, OLD][..], &[NEW][..]] {
        // One after the other. While they differ, some requests meet an instance that does not know their
        // cookie; they are rejected there, and lose nothing.
        a.stop().await;
        a = with(&site, secrets).await;
        for person in &people {
            assert!(sees_account(person, &a).await, "{secrets:?}");
            sees_account(person, &b).await;
        }
        b.stop().await;
        b = with(&site, secrets).await;
        for person in &people {
            assert!(sees_account(person, &b).await && sees_account(person, &a).await, "{secrets:?}");
        }
    }
    assert!(!sees_account(&absent, &a).await, "an absent user must log in again");
}

pub(crate) async fn told_to_everybody_first_a_new_secret_is_noticed_by_nobody(stack: Stack) {
    let Some(site) = Site::fresh(stack) else { return };
    let (mut a, mut b) = (with(&site, &[OLD]).await, with(&site, &[OLD]).await);
    let ann = a.registered("ann@example.com").await;
    for secrets in [&[OLD, NEW][..], &[NEW, OLD][..], &[NEW][..]] {
        a.stop().await;
        a = with(&site, secrets).await;
        assert!(sees_account(&ann, &a).await && sees_account(&ann, &b).await, "{secrets:?}");
        b.stop().await;
        b = with(&site, secrets).await;
        assert!(sees_account(&ann, &a).await && sees_account(&ann, &b).await, "{secrets:?}");
    }
}
