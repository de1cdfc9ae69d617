//! What becomes of a visitor's workouts when they log in.

use accounts::LoggedIn;
use accounts::training::{WorkoutChanged, WorkoutDiscarded};
use domain::workout::document::{Outcome, Status};
use serde_json::Value;
use sessions::Section;
use time::Duration;

use crate::site::{PASSWORD, Site};
use crate::training::{change, finished, history, log, started};

#[tokio::test]
async fn a_login_brings_the_visitors_workouts_along() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let visitor = site.client();
    let done = finished(&site, &visitor, None).await;
    let open = started(&site, &visitor, None).await.id();
    change(&site, &visitor, None, open, &[log(1, "b1s1")]).await;
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    for client in [&ann, &visitor] {
        assert_eq!(history(&site, client, Some(&user.id)).await, [done]);
        let found = site.accounts.open_workout(client, Some(&user.id)).await.unwrap().unwrap();
        assert_eq!((found.id(), found.sets().len()), (open, 1));
    }
    assert_eq!(history(&site, &visitor, None).await, [], "the session holds none any more");
    // What is deleted now does not come back with the next request of that browser.
    assert!(site.accounts.delete_workout(&ann, Some(&user.id), done).await.unwrap());
    assert_eq!(history(&site, &visitor, Some(&user.id)).await, []);
}

#[tokio::test]
async fn of_two_open_workouts_the_one_touched_last_stays_open_and_the_other_keeps_its_sets() {
    for account_is_newer in [false, true] {
        let site = Site::new().await;
        let (ann, user) = site.ann().await;
        let user = Some(&user.id);
        let visitor = site.client();
        let theirs = started(&site, &ann, user).await.id();
        let own = started(&site, &visitor, None).await.id();
        let mut touch = [(&ann, user, theirs), (&visitor, None, own)];
        if account_is_newer {
            touch.reverse();
        }
        for (client, user, id) in touch {
            change(&site, client, user, id, &[log(1, "b1s1")]).await;
            site.clock.advance(Duration::MINUTE);
        }
        assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
        let (stays, ended) = if account_is_newer { (theirs, own) } else { (own, theirs) };
        assert_eq!(site.accounts.open_workout(&ann, user).await.unwrap().unwrap().id(), stays);
        let ended = site.accounts.workout(&ann, user, ended).await.unwrap().unwrap();
        assert_eq!(ended.status(), Status::Finished);
        assert_eq!(ended.sets().len(), 1);
        assert_eq!(ended.ended_at(), ended.last_set_at(), "at its last set");
    }
}

#[tokio::test]
async fn of_two_open_workouts_an_empty_one_gives_way() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let user = Some(&user.id);
    started(&site, &ann, user).await;
    site.clock.advance(Duration::MINUTE);
    let visitor = site.client();
    let own = started(&site, &visitor, None).await.id();
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    assert_eq!(site.accounts.open_workout(&ann, user).await.unwrap().unwrap().id(), own);
    assert_eq!(history(&site, &ann, user).await, []);
}

#[tokio::test]
async fn sets_that_wait_on_a_phone_find_the_workout_that_gave_way() {
    for visitor_gives_way in [true, false] {
        let site = Site::new().await;
        let (ann, user) = site.ann().await;
        let user = Some(&user.id);
        let visitor = site.client();
        let mut begun = [(&ann, user), (&visitor, None)];
        if visitor_gives_way {
            begun.reverse();
        }
        let mut ids = Vec::new();
        for (client, user) in begun {
            ids.push(started(&site, client, user).await.id());
            site.clock.advance(Duration::MINUTE);
        }
        // The newer one has a set. Those of the older one have not arrived yet.
        let (client, whose) = begun[1];
        change(&site, client, whose, ids[1], &[log(1, "b1s1")]).await;
        assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
        assert_eq!(history(&site, &ann, user).await, [], "it is in no list without a set");

        let (late, outcomes) = change(&site, &visitor, user, ids[0], &[log(2, "b1s1"), log(3, "b1s2")]).await;
        assert_eq!(outcomes, [Outcome::Applied, Outcome::Applied]);
        assert_eq!((late.status(), late.ended_at()), (Status::Finished, late.last_set_at()));
        assert_eq!(history(&site, &ann, user).await, [ids[0]]);
        assert_eq!(site.accounts.open_workout(&ann, user).await.unwrap().unwrap().id(), ids[1]);
    }
}

#[tokio::test]
async fn what_another_device_deletes_before_a_move_is_over_does_not_come_back() {
    const WORKOUTS: Section<Value> = Section::new("workouts");
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let user = Some(&user.id);
    let visitor = site.client();
    let done = finished(&site, &visitor, None).await;
    let open = started(&site, &visitor, None).await.id();
    let before = visitor.session.data().await.sections.get(WORKOUTS);
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    // As if the session could not be saved after the account had them.
    visitor.session.change_sections(|sections| sections.set(WORKOUTS, &before)).await.unwrap();
    assert!(site.accounts.delete_workout(&ann, user, done).await.unwrap());
    let discarded = site.accounts.discard_workout(&ann, user, open, false).await.unwrap();
    assert_eq!(discarded, WorkoutDiscarded::Done);
    for client in [&visitor, &ann] {
        // Moves what the session holds.
        let late = site.accounts.change_workout(client, user, open, &[log(1, "b1s1")]).await.unwrap();
        assert_eq!(late, WorkoutChanged::Gone);
        assert_eq!(history(&site, client, user).await, []);
        assert_eq!(site.accounts.open_workout(client, user).await.unwrap(), None);
        assert_eq!(site.accounts.workout(client, user, done).await.unwrap(), None);
        assert!(!site.accounts.delete_workout(client, user, done).await.unwrap(), "there is none");
    }
    assert_eq!(history(&site, &visitor, None).await, [], "the session holds none any more");
    assert_eq!(site.accounts.open_workout(&visitor, None).await.unwrap(), None);
}

#[tokio::test]
async fn an_empty_workout_does_not_end_one_with_sets() {
    let site = Site::new().await;
    let (ann, user) = site.ann().await;
    let user = Some(&user.id);
    let theirs = started(&site, &ann, user).await.id();
    change(&site, &ann, user, theirs, &[log(1, "b1s1")]).await;
    site.clock.advance(Duration::MINUTE);
    let visitor = site.client();
    started(&site, &visitor, None).await;
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Done);
    assert_eq!(site.accounts.open_workout(&ann, user).await.unwrap().unwrap().id(), theirs);
}

#[tokio::test]
async fn a_login_that_is_overtaken_leaves_the_workouts_in_the_browser() {
    let site = Site::new().await;
    site.ann().await;
    let visitor = site.client();
    let open = started(&site, &visitor, None).await.id();
    *site.overtaken.before.lock().unwrap() = Some("user");
    assert_eq!(site.log_in(&visitor, PASSWORD).await, LoggedIn::Superseded);
    assert_eq!(visitor.session.data().await.login, None);
    assert_eq!(site.accounts.open_workout(&visitor, None).await.unwrap().unwrap().id(), open);
}
