//! What the URL of a page can ask it to say.

use std::collections::BTreeSet;

use domain::form::FormFields;
use model::*;
use scraper::Html;

use super::{samples, select, text};

/// What a browser sends after a redirect to `url`.
fn arrival(url: &str) -> (&str, FormFields) {
    let (page, query) = url.split_once('?').expect("a query");
    let (name, value) = query.split_once('=').expect("a pair");
    (page, samples::fields(&[(name, value)]))
}

#[test]
fn every_notice_is_read_back_on_every_page_that_shows_it() {
    for notice in Notice::ALL.iter().copied() {
        for page in notice.pages() {
            let url = notice.url_on(page);
            let (arrived, query) = arrival(&url);
            assert_eq!(Notice::parse(arrived, &query), Some(notice), "{url}");
        }
    }
}

#[test]
fn every_notice_has_a_sentence_of_its_own() {
    let sentences: BTreeSet<_> = Notice::ALL.iter().map(|notice| notice.sentence()).collect();
    assert_eq!(sentences.len(), Notice::ALL.len());
}

#[test]
fn no_page_shows_the_notice_of_another_page_or_an_unknown_one() {
    let (_, saved) = arrival("/?saved=true");
    assert_eq!(Notice::parse("/preferences", &saved), Some(Notice::PreferencesSaved));
    assert_eq!(Notice::parse("/history", &saved), Some(Notice::WorkoutSaved)); // slim: trainer
    assert_eq!(Notice::parse("/login", &saved), None);
    for pair in [("error", "Call us"), ("error", ""), ("done", "true"), ("saved", "yes")] {
        assert_eq!(Notice::parse("/account", &samples::fields(&[pair])), None, "{pair:?}");
    }
    assert_eq!(Notice::parse("/account", &FormFields::default()), None);
}

/// They are in bookmarks, in other people's links and in `CONTRACT.md`.
#[test]
fn the_urls_of_notices_stay_what_they_are() {
    let urls: Vec<_> = Notice::ALL.iter().map(|notice| notice.url()).collect();
    let expected = [
        "/preferences?saved=true",
        // slim: trainer
        "/history?saved=true",
        "/workout?done=true",
        "/workout?done=discarded",
        "/history?done=changed",
        "/history?done=deleted",
        "/workout?error=gone",
        "/workout?error=too_many_workouts",
        // slim: end
        "/session?done=ended",
        "/session?done=others_ended",
        "/session?error=session_not_found",
        "/account?done=demo",
        "/account?done=password",
        "/account?done=profile",
        "/account?done=seen",
        "/account?done=linked",
        "/account?done=unlinked",
        "/account?error=last_way_in",
        "/account?error=identity_taken",
        "/login?error=oauth_denied",
        "/login?error=oauth_failed",
        "/login?error=oauth_expired",
        "/login?error=oauth_email_taken",
        "/login?error=oauth_no_email",
        "/login?error=too_many_accounts",
        "/login?error=too_many_logins",
        "/login?error=login_superseded",
        "/login?error=store_away",
    ];
    assert_eq!(urls, expected);
}

#[test]
fn why_a_person_is_signed_out_is_read_back() {
    for reason in [SignedOut::Expired, SignedOut::Ended] {
        assert_eq!(SignedOut::parse(&samples::fields(&[reason.query()])), Some(reason));
    }
    assert_eq!(SignedOut::parse(&samples::fields(&[("expired", "yes")])), None);
}

#[test]
fn what_went_wrong_is_an_alert_and_what_went_well_is_not() {
    for notice in [Notice::ProfileSaved, Notice::LastWayIn] {
        let page =
            AccountPage { notice: Some(notice), password_form: FormState::default(), ..samples::account() };
        let html = app::document::render(samples::layout(true), Page::Account(Box::new(page)));
        let html = Html::parse_document(&html);
        let shown: Vec<_> = select(&html, "[role=status], [role=alert]")
            .into_iter()
            .map(|element| (element.attr("role").unwrap_or_default(), text(element)))
            .collect();
        assert_eq!(shown, [(notice.role(), notice.sentence().to_owned())]);
    }
}

#[test]
fn a_missing_fresh_login_leads_to_where_one_confirms() {
    let html = app::document::render(samples::layout(true), Page::Problem(Problem::FreshLoginRequired));
    let html = Html::parse_document(&html);
    assert_eq!(select(&html, "main a[href='/account/confirm']").len(), 1);
}
