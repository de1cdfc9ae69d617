//! Discovery of a provider that is slow, hangs or fails.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration as StdDuration;

use futures::future::{join, join_all};
use oauth::OAuthError;
use oauth::attempt::Intent;
use oauth::callback::Callback;
use oauth::config::ProviderKind;
use oauth::flow;
use oauth::http::{HttpClient, Limits};
use oauth::registry::Provider;
use serde_json::json;
use time::Duration;
use tokio::sync::Semaphore;

use crate::oauth::fake::{Fake, START, redirect_uri};
use crate::oauth::key::Key;

async fn start(provider: &Provider) -> Result<(), OAuthError> {
    flow::start(provider, &redirect_uri(), "/".to_owned(), Intent::LogIn, START).await.map(|_| ())
}

/// A server that accepts connections and says nothing.
async fn silent() -> (String, Arc<AtomicUsize>) {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let issuer = format!("http://{}", listener.local_addr().unwrap());
    let accepted = Arc::new(AtomicUsize::new(0));
    let counter = Arc::clone(&accepted);
    tokio::spawn(async move {
        let mut kept = Vec::new();
        while let Ok((socket, _)) = listener.accept().await {
            counter.fetch_add(1, Ordering::SeqCst);
            kept.push(socket);
        }
    });
    (issuer, accepted)
}

#[tokio::test]
async fn a_provider_that_says_nothing_collects_no_waiting_requests() {
    let (issuer, accepted) = silent().await;
    let fake = Fake::spawn().await;
    let config = fake.provider(ProviderKind::OpenId { issuer }).config().clone();
    let limits = Limits { time: StdDuration::from_secs(5), ..Limits::default() };
    let provider = Arc::new(Provider::new(config, HttpClient::with_limits(limits).unwrap()));

    let first = tokio::spawn({
        let provider = Arc::clone(&provider);
        async move { start(&provider).await }
    });
    // The first request has begun the discovery when its connection is there.
    let connected = async {
        while accepted.load(Ordering::SeqCst) == 0 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(StdDuration::from_secs(20), connected).await.unwrap();
    // These share it while it is young.
    for outcome in join_all((0..50).map(|_| start(&provider))).await {
        assert!(matches!(outcome, Err(OAuthError::Unavailable(_))), "{outcome:?}");
    }
    // It is not young any more, so these are answered at once.
    for _ in 0..50 {
        assert!(matches!(start(&provider).await, Err(OAuthError::Unavailable(_))));
    }
    assert!(!first.is_finished(), "all others were answered before it");
    assert!(matches!(first.await.unwrap(), Err(OAuthError::Unavailable(_))));
    assert_eq!(accepted.load(Ordering::SeqCst), 1, "one discovery at a time");
}

#[tokio::test]
async fn a_login_that_comes_back_waits_for_a_slow_discovery_to_its_end() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    // Begun on another instance, or before a restart: this one knows nothing about the provider yet.
    let (_, attempt) = fake.start(&fake.openid()).await;
    fake.answer_with_id_token(&key.sign(&fake.claims(&attempt)));
    let held = Arc::new(Semaphore::new(0));
    fake.script().held_metadata = Some(Arc::clone(&held));
    let limits = Limits { time: StdDuration::from_secs(5), ..Limits::default() };
    let config = fake.openid().config().clone();
    let provider = Arc::new(Provider::new(config, HttpClient::with_limits(limits).unwrap()));

    let first = tokio::spawn({
        let provider = Arc::clone(&provider);
        async move { start(&provider).await }
    });
    let asked = async {
        while fake.script().metadata_requests < 2 {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(StdDuration::from_secs(20), asked).await.unwrap();
    // This one gives up when the discovery is no longer young, so now it is not.
    assert!(matches!(start(&provider).await, Err(OAuthError::Unavailable(_))));
    // The first of the two is polled first: it is waiting when the provider answers.
    let (person, ()) = join(fake.come_back(&provider, attempt, ""), async { held.add_permits(1) }).await;
    assert_eq!(person.unwrap().subject, "subject-1");
    first.await.unwrap().unwrap();
    assert_eq!(fake.script().metadata_requests, 2, "it was the same discovery");
}

#[tokio::test]
async fn right_after_a_failure_a_login_that_comes_back_begins_a_discovery_and_one_that_starts_does_not() {
    let fake = Fake::spawn().await;
    let key = Key::new("one");
    fake.publish(&[&key]);
    let (_, attempt) = fake.start(&fake.openid()).await;
    fake.answer_with_id_token(&key.sign(&fake.claims(&attempt)));
    let provider = fake.openid();
    let metadata = std::mem::replace(&mut fake.script().metadata, json!({}));
    start(&provider).await.unwrap_err();
    fake.script().metadata = metadata;
    start(&provider).await.unwrap_err();
    assert_eq!(fake.script().metadata_requests, 2, "it was not asked again");
    assert_eq!(fake.come_back(&provider, attempt, "").await.unwrap().subject, "subject-1");
    assert_eq!(fake.script().metadata_requests, 3);
    start(&provider).await.unwrap();
}

#[tokio::test]
async fn without_a_code_nothing_is_discovered() {
    let fake = Fake::spawn().await;
    let (_, attempt) = fake.start(&fake.openid()).await;
    // Another instance would never get an answer.
    let provider = fake.openid();
    fake.script().held_metadata = Some(Arc::new(Semaphore::new(0)));
    let callback = Callback::parse(&format!("error=access_denied&state={}", attempt.state)).unwrap();
    let outcome = flow::finish(&provider, &redirect_uri(), attempt, callback, START).await;
    assert_eq!(outcome.unwrap_err(), OAuthError::Denied);
    assert_eq!(fake.script().metadata_requests, 1, "that was for the start");
}

#[tokio::test]
async fn requests_at_the_same_time_share_one_discovery() {
    let fake = Fake::spawn().await;
    let provider = fake.openid();
    for outcome in join_all((0..20).map(|_| start(&provider))).await {
        outcome.unwrap();
    }
    let script = fake.script();
    assert_eq!((script.metadata_requests, script.key_requests), (1, 1));
}

#[tokio::test]
async fn a_discovery_is_finished_though_its_request_was_broken_off() {
    let fake = Fake::spawn().await;
    let provider = fake.openid();
    assert!(tokio::time::timeout(StdDuration::ZERO, start(&provider)).await.is_err());
    start(&provider).await.unwrap();
    assert_eq!(fake.script().metadata_requests, 1);
}

#[tokio::test]
async fn what_is_known_is_used_for_a_day_if_the_provider_does_not_answer_again() {
    let fake = Fake::spawn().await;
    let provider = fake.openid();
    fake.start(&provider).await;
    fake.script().metadata = json!({});
    for (wait, works) in
        [(Duration::hours(2), true), (Duration::hours(21), true), (Duration::hours(2), false)]
    {
        fake.clock.advance(wait);
        let started =
            flow::start(&provider, &redirect_uri(), "/".to_owned(), Intent::LogIn, fake.now()).await;
        assert_eq!(started.is_ok(), works, "{wait}");
    }
}
