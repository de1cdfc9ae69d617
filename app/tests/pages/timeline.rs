//! When a session ends, on `/session`.

use app::document::render;
use model::*;
use scraper::Html;
use time::{Duration, OffsetDateTime};

use super::samples::{self, NOW};
use super::{select, text};

/// The session page with this login and removal, if there is a session.
fn page(session: Option<(Option<OffsetDateTime>, OffsetDateTime)>) -> Html {
    let sample = samples::session(true);
    let current = session.map(|(login_time, expires_at)| CurrentSession {
        login_time,
        way_in: login_time.map(|_| "Password".to_owned()),
        created_at: NOW - Duration::hours(2),
        idle_expires_at: login_time.map(|_| NOW + Duration::minutes(30)),
        absolute_expires_at: login_time.map(|at| at + Duration::hours(12)),
        expires_at,
        noticed_within: None,
        ..sample.current.clone().expect("the sample has a session")
    });
    let signed_in = session.is_some_and(|(login, _)| login.is_some());
    let page = SessionPage { current, ..sample };
    Html::parse_document(&render(samples::layout(signed_in), Page::Session(Box::new(page))))
}

fn names(page: &Html) -> Vec<String> {
    select(page, ".timeline li b").into_iter().map(text).collect()
}

#[test]
fn the_stops_follow_their_times() {
    let login = Some(NOW - Duration::hours(1));
    let stops = names(&page(Some((login, NOW + Duration::hours(24)))));
    assert_eq!(stops, ["Logged in", "Now", "Idle", "At the latest", "Removed"]);
    let stops = names(&page(Some((login, NOW + Duration::hours(2)))));
    assert_eq!(stops, ["Logged in", "Now", "Idle", "Removed", "At the latest"]);
}

#[test]
fn without_a_login_nothing_is_said_about_its_end() {
    assert_eq!(names(&page(Some((None, NOW + Duration::hours(24))))), ["Began", "Now", "Removed"]);
}

#[test]
fn without_a_session_the_rules_are_said() {
    let page = page(None);
    assert_eq!(names(&page), ["Log in", "Idle", "At the latest", "Removed"]);
    assert_eq!(select(&page, ".timeline time").len(), 0, "nothing has begun");
    assert!(select(&page, ".timeline small:last-child").into_iter().all(|why| !text(why).is_empty()));
}
