use std::sync::Arc;

use session_rows::SessionRows;

use super::*;
use crate::Sessions;
use crate::clock::Clock;
use crate::data::{EndReason, Section};
use crate::keys::Keys;
use crate::samples::{NOW, login, settings};
use crate::store::MemoryRows;
use crate::typed::{CookieAction, SessionStatus};
use domain::preferences::Preferences;

const NOTE: Section<u32> = Section::new("note");
const SECRET: [u8; 32] = [1; 32];
const PROOF: [u8; 32] = [2; 32];

/// An instance with these secrets.
fn instance(rows: &Arc<dyn SessionRows>, clock: &Clock, secrets: &[&str]) -> Arc<Sessions> {
    Sessions::new(Arc::clone(rows), &Keys::new(secrets).unwrap(), clock.clone(), settings())
}

struct Site {
    rows: Arc<dyn SessionRows>,
    clock: Clock,
    sessions: Arc<Sessions>,
}

const OLD: &str = "an old secret of more than thirty-two bytes";
const NEW: &str = "a new secret of more than thirty-two bytes!";

impl Site {
    fn new() -> Self {
        let rows: Arc<dyn SessionRows> = Arc::new(MemoryRows::new());
        let clock = Clock::manual(NOW);
        let sessions = instance(&rows, &clock, &[OLD]);
        Self { rows, clock, sessions }
    }

    /// A request without a cookie.
    fn request(&self) -> TypedSession {
        TypedSession::absent(Arc::clone(&self.sessions), SessionStatus::None)
    }

    async fn live(&self) -> u64 {
        self.rows.stats(self.clock.now()).await.unwrap().live
    }
}

fn note(number: u32) -> Sections {
    let mut sections = Sections::default();
    sections.set(NOTE, &number);
    sections
}

async fn begin(session: &TypedSession, number: u32) -> bool {
    session.begin_as(&SECRET, Duration::seconds(90), note(number)).await.unwrap()
}

#[tokio::test]
async fn one_request_is_first_and_the_others_find_what_it_noted() {
    let site = Site::new();
    let (first, second) = (site.request(), site.request());
    assert!(begin(&first, 1).await);
    assert!(!begin(&second, 2).await);
    let found = second.catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap();
    assert_eq!(found.sections.get(NOTE), 1);
    assert!(second.meta().is_none(), "the row was only read");
    for session in [first, second] {
        assert_eq!(session.cookie_action().await, CookieAction::Keep, "no cookie is sent for it");
    }
    let other = site.request();
    assert!(other.catch_up_as(&[9; 32], &PROOF).await.unwrap().is_none());
    assert!(other.begin_as(&[9; 32], Duration::MINUTE, note(3)).await.unwrap());
}

#[tokio::test]
async fn it_ends_with_its_lifetime() {
    let site = Site::new();
    assert!(begin(&site.request(), 1).await);
    site.clock.advance(Duration::seconds(89));
    assert!(site.request().catch_up_as(&SECRET, &PROOF).await.unwrap().is_some());
    site.clock.advance(Duration::SECOND);
    assert!(site.request().catch_up_as(&SECRET, &PROOF).await.unwrap().is_none());
    assert_eq!(site.live().await, 0);
}

#[tokio::test]
async fn after_a_login_the_same_proof_leads_from_the_tombstone_to_the_new_session() {
    let site = Site::new();
    let first = site.request();
    assert!(begin(&first, 1).await);
    first.prepare_successor_as(&SECRET, &PROOF, note(4)).await;
    first.log_in(&login(), |_| None).await.unwrap();
    assert_eq!(first.cookie_action().await, CookieAction::Issue);

    let again = site.request();
    assert!(!begin(&again, 2).await);
    assert!(again.catch_up_as(&SECRET, &[3; 32]).await.unwrap().is_none(), "another proof");
    let found = again.catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap();
    assert!(found.login.is_some());
    assert_eq!(found.sections.get(NOTE), 4);
    assert_eq!(again.cookie_action().await, CookieAction::Issue);
    assert_eq!(again.meta().unwrap().key, first.meta().unwrap().key);
    assert_eq!(site.live().await, 1);
}

#[tokio::test]
async fn instances_with_different_secrets_agree_on_the_id() {
    let site = Site::new();
    assert!(begin(&site.request(), 1).await);
    let rotated = instance(&site.rows, &site.clock, &[NEW, OLD]);
    let elsewhere = TypedSession::absent(rotated, SessionStatus::None);
    assert!(!begin(&elsewhere, 2).await);
    assert!(elsewhere.catch_up_as(&SECRET, &PROOF).await.unwrap().is_some());
}

#[tokio::test]
async fn a_request_with_a_session_keeps_it() {
    let site = Site::new();
    let visitor = site.request();
    visitor.set_preferences(&Preferences::default(), None).await.unwrap();
    let own = visitor.meta().unwrap().key;
    assert!(begin(&visitor, 1).await);
    assert_eq!(visitor.meta().unwrap().key, own);
    assert!(!begin(&site.request(), 2).await);
    let found = visitor.catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap();
    assert_eq!(found.sections.get(NOTE), 1);
    assert_eq!(visitor.meta().unwrap().key, own);
    assert_eq!(visitor.data().await.sections.get(NOTE), 0);
}

#[tokio::test]
async fn a_login_that_replaced_another_session_is_found_by_requests_with_and_without_one() {
    let site = Site::new();
    let visitor = site.request();
    visitor.set_preferences(&Preferences::default(), None).await.unwrap();
    assert!(begin(&visitor, 1).await);
    visitor.prepare_successor_as(&SECRET, &PROOF, note(4)).await;
    visitor.log_in(&login(), |data| data.preferences.clone()).await.unwrap();

    let without = site.request();
    let other = site.request();
    other.set_preferences(&Preferences::default(), None).await.unwrap();
    for again in [without, other] {
        assert!(!begin(&again, 2).await);
        let found = again.catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap();
        assert!(found.login.is_some() && found.preferences.is_some());
        assert_eq!(found.sections.get(NOTE), 4);
        assert_eq!(again.cookie_action().await, CookieAction::Issue);
        assert_eq!(again.meta().unwrap().key, visitor.meta().unwrap().key);
    }
    let guessed = site.request();
    let found = guessed.catch_up_as(&SECRET, &[3; 32]).await.unwrap().unwrap();
    assert!(found.login.is_none() && guessed.meta().is_none(), "another proof");

    visitor.log_out().await.unwrap();
    let late = site.request();
    assert!(late.catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap().login.is_none());
    assert!(late.meta().is_none(), "what was ended stays ended");
}

#[tokio::test]
async fn noting_an_outcome_in_the_row_does_not_extend_its_life() {
    let site = Site::new();
    let first = site.request();
    assert!(begin(&first, 1).await);
    site.clock.advance(Duration::seconds(60));
    let change = async |number: u32| {
        let set = |sections: &mut Sections| sections.set(NOTE, &number);
        site.request().change_sections_as(&SECRET, set).await.unwrap();
    };
    let noted = async || {
        let found = site.request().catch_up_as(&SECRET, &PROOF).await.unwrap();
        found.map(|data| data.sections.get(NOTE))
    };
    change(2).await;
    assert_eq!(noted().await, Some(2));
    site.clock.advance(Duration::seconds(30));
    assert_eq!(noted().await, None);
    change(3).await;
    assert_eq!(noted().await, None, "a change does not bring an ended row back");
}

#[tokio::test]
async fn a_closed_secret_stays_used_even_after_all_sessions_are_ended() {
    let site = Site::new();
    let visitor = site.request();
    visitor.set_preferences(&Preferences::default(), None).await.unwrap();
    assert!(begin(&visitor, 1).await);
    visitor.prepare_successor_as(&SECRET, &PROOF, note(4)).await;
    visitor.log_in(&login(), |_| None).await.unwrap();
    visitor.close_as(&SECRET).await.unwrap();
    visitor.close_as(&SECRET).await.unwrap();
    assert_eq!(site.live().await, 1, "nothing is left but the login");
    let found = site.request().catch_up_as(&SECRET, &PROOF).await.unwrap().unwrap();
    assert_eq!(found.sections.get(NOTE), 4);

    site.rows.end_everyone().await.unwrap();
    let again = site.request();
    assert!(!begin(&again, 2).await);
    assert!(again.catch_up_as(&SECRET, &PROOF).await.unwrap().is_none());
}

#[tokio::test]
async fn a_request_whose_session_another_login_replaced_does_not_get_the_earlier_login() {
    let site = Site::new();
    let first = site.request();
    assert!(begin(&first, 1).await);
    first.prepare_successor_as(&SECRET, &PROOF, note(4)).await;
    first.log_in(&login(), |_| None).await.unwrap();

    let visitor = site.request();
    visitor.set_preferences(&Preferences::default(), None).await.unwrap();
    let own = visitor.meta().unwrap().id;
    visitor.log_in(&login(), |_| None).await.unwrap();
    let late = TypedSession::replaced(Arc::clone(&site.sessions), own);
    assert!(late.catch_up_as(&SECRET, &PROOF).await.unwrap().is_none());
    visitor.log_out().await.unwrap();
    site.clock.advance(TOMBSTONE - Duration::SECOND);
    assert!(late.catch_up_as(&SECRET, &PROOF).await.unwrap().is_none());
    assert!(late.meta().is_none());
    assert_eq!(late.cookie_action().await, CookieAction::Keep);
}

#[tokio::test]
async fn a_reason_alone_does_not_make_a_session_lasting() {
    let site = Site::new();
    let session = site.request();
    assert!(!session.is_lasting().await, "there is no session");
    assert!(begin(&session, 1).await);
    assert!(!session.is_lasting().await, "it ends after 90 seconds");

    let timed_out = site.request();
    timed_out.change(|data| data.end_reason = Some(EndReason::Expired)).await.unwrap();
    assert!(!timed_out.is_lasting().await);
    timed_out.set_preferences(&Preferences::default(), None).await.unwrap();
    assert!(timed_out.is_lasting().await);

    let signed_in = site.request();
    signed_in.log_in(&login(), |_| None).await.unwrap();
    assert!(signed_in.is_lasting().await);
}
