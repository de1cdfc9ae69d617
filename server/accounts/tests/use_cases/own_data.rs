//! What belongs to a person: taking it along, and removing it.

use accounts::ports::SecurityEvent;
use accounts::{ChangePassword, Deleted, LoggedIn, PasswordChanged};
use domain::form::FieldError;
use domain::preferences::Preferences;
use domain::workout::log::FinishedWorkout; // slim: trainer
use futures::{StreamExt as _, TryStreamExt as _};
use time::Duration;

use crate::site::{NOW, OTHER, PASSWORD, Site, identity, login};

// slim: trainer
fn workout(hours: i64) -> FinishedWorkout {
    FinishedWorkout {
        name: "Full body A".to_owned(),
        started_at: NOW - Duration::hours(hours),
        finished_at: NOW - Duration::hours(hours) + Duration::minutes(40),
        sets_done: 12,
    }
}
// slim: end

#[tokio::test]
async fn an_export_holds_everything_about_the_person_and_no_secret() {
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    site.registered("bob@example.com").await;
    site.database.link_identity(&ann.id, &identity("ann-at-demo"), NOW).await.unwrap();
    // slim: trainer
    for hours in [50, 2] {
        site.database.add_workout(&ann.id, &workout(hours)).await.unwrap();
    }
    // slim: end
    let preferences = Preferences { updated_at: Some(NOW), ..Preferences::default() };
    site.accounts.save_preferences(&client, Some(&ann.id), &preferences).await.unwrap();
    let phone = site.client_at("192.0.2.7");
    assert_eq!(site.log_in(&phone, PASSWORD).await, LoggedIn::Done);

    let ann = site.database.user(&ann.id).await.unwrap().unwrap();
    let pieces: Vec<String> = site.accounts.export(&client, &ann).await.unwrap().try_collect().await.unwrap();
    let json: serde_json::Value = serde_json::from_str(&pieces.concat()).unwrap();
    assert_eq!(json["account"]["email"], "ann@example.com");
    assert_eq!(json["account"]["has_password"], true);
    assert_eq!(json["identities"][0]["subject"], "ann-at-demo");
    assert_eq!(json["preferences"]["theme"], "system");
    // slim: trainer
    let names: Vec<_> = json["workouts"].as_array().unwrap().iter().map(|workout| &workout["name"]).collect();
    assert_eq!(names, ["Full body A", "Full body A"]);
    // slim: end
    let addresses: Vec<_> =
        json["sessions"].as_array().unwrap().iter().map(|session| &session["ip_address"]).collect();
    assert_eq!(addresses.len(), 2);
    assert!(addresses.iter().any(|address| *address == "192.0.2.7"));
    let events: Vec<_> =
        json["security_events"].as_array().unwrap().iter().map(|event| &event["event"]).collect();
    assert!(events.iter().any(|event| *event == "user_created"), "{events:?}");
    let text = json.to_string();
    for secret in ["$argon2", "bob@example.com", PASSWORD] {
        assert!(!text.contains(secret), "{secret}");
    }
    // That it was done is itself an event.
    let exported = site.database.events(&ann.id, 1).await.unwrap();
    assert_eq!(exported[0].kind, "user_exported");
}

/// An export holds one page in memory, however slowly it is taken and however much there is.
#[tokio::test]
async fn an_export_is_read_no_faster_than_it_is_taken() {
    const EVENTS: i64 = 1_200;
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    for minutes in 0..EVENTS {
        let at = NOW - Duration::minutes(minutes);
        let event = SecurityEvent { at, kind: "canary".to_owned(), ip_address: None };
        site.database.add_event(&ann.id, &event).await.unwrap();
    }
    let mut pieces = std::pin::pin!(site.accounts.export(&client, &ann).await.unwrap());
    let (mut taken, mut found) = (0, 0);
    while let Some(piece) = pieces.next().await {
        taken += 1;
        assert!(site.overtaken.calls_of("events_behind") <= taken, "read ahead");
        let events = piece.unwrap().matches("canary").count();
        assert!(events <= 500, "{events} at once");
        found += events;
    }
    assert_eq!(i64::try_from(found), Ok(EVENTS));
}

// slim: trainer
/// The same of the lists before.
#[tokio::test]
async fn a_page_of_an_export_is_read_when_the_one_before_has_been_taken() {
    const WORKOUTS: i64 = 1_200;
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    for hours in 0..WORKOUTS {
        site.database.add_workout(&ann.id, &workout(hours + 1)).await.unwrap();
    }
    let mut pieces = std::pin::pin!(site.accounts.export(&client, &ann).await.unwrap());
    let mut workouts = 0;
    assert_eq!(
        site.overtaken.calls_of("workouts_before"),
        1,
        "so that an outage is told before anything is sent"
    );
    for page in 1.. {
        let piece = pieces.next().await.unwrap().unwrap();
        assert_eq!(site.overtaken.calls_of("workouts_before"), page);
        let found = i64::try_from(piece.matches("Full body A").count()).unwrap();
        assert!((1..=500).contains(&found), "{found} at once");
        workouts += found;
        if workouts == WORKOUTS {
            break;
        }
    }
    assert_eq!(site.overtaken.calls_of("events_behind"), 0);
    let rest: Vec<String> = pieces.try_collect().await.unwrap();
    assert!(rest.concat().contains("user_created"));
}
// slim: end

#[tokio::test]
async fn a_deleted_account_is_gone_with_everything_and_everywhere() {
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    let (_, bob) = site.registered("bob@example.com").await;
    let phone = site.client();
    assert_eq!(site.log_in(&phone, PASSWORD).await, LoggedIn::Done);
    site.database.link_identity(&ann.id, &identity("ann-at-demo"), NOW).await.unwrap();
    site.database.add_workout(&ann.id, &workout(2)).await.unwrap(); // slim: trainer

    let own = login(&client).await.unwrap();
    let deleted = site.accounts.delete(&client, &own, &ann, Ok(" ANN@Example.com ")).await.unwrap();
    assert_eq!(deleted, Deleted::Done);
    assert_eq!(site.database.user(&ann.id).await.unwrap(), None);
    assert_eq!(site.database.user_by_identity(&identity("ann-at-demo")).await.unwrap(), None);
    assert_eq!(site.database.workouts(&ann.id, 10).await.unwrap(), []); // slim: trainer
    assert_eq!(site.database.events(&ann.id, 10).await.unwrap(), []);
    assert_eq!(site.accounts.profile(&ann.id).await.unwrap(), None, "not in the cache either");
    assert!(client.session.meta().is_none(), "this session");
    assert_eq!(site.sessions.rows.stats(NOW).await.unwrap().signed_in, 1, "only that of the other person");
    assert_eq!(site.log_in(&site.client(), PASSWORD).await, LoggedIn::InvalidCredentials);
    assert!(site.database.user(&bob.id).await.unwrap().is_some());
    // The address is free again.
    site.ann().await;
}

#[tokio::test]
async fn an_account_is_deleted_only_by_its_address_and_a_fresh_login() {
    let site = Site::new().await;
    let (client, ann) = site.ann().await;
    let own = login(&client).await.unwrap();
    for (typed, error) in [
        (Ok(""), FieldError::Required),
        (Ok("ann"), FieldError::Mismatch),
        (Ok("bob@example.com"), FieldError::Mismatch),
        (Err(FieldError::Repeated), FieldError::Repeated),
    ] {
        let refused = site.accounts.delete(&client, &own, &ann, typed).await.unwrap();
        assert_eq!(refused, Deleted::NotConfirmed(error), "{typed:?}");
    }
    site.clock.advance(Duration::minutes(11));
    let refused = site.accounts.delete(&client, &own, &ann, Ok("ann@example.com")).await.unwrap();
    assert_eq!(refused, Deleted::FreshLoginRequired);
    assert!(site.database.user(&ann.id).await.unwrap().is_some());
}

#[tokio::test]
async fn an_account_that_came_by_a_provider_gets_its_first_password() {
    let site = Site::new().await;
    let (client, olga) = site.olga().await;
    let own = login(&client).await.unwrap();
    let set = async |new| {
        let input = ChangePassword { current: Ok(""), new: Ok(new) };
        site.accounts.change_password(&client, &own, &olga, input).await.unwrap()
    };
    let PasswordChanged::Invalid(errors) = set("short").await else { panic!("accepted") };
    assert_eq!(errors.get("current_password"), None, "there is none to ask for");
    assert_eq!(set(OTHER).await, PasswordChanged::Done);
    assert_eq!(set(OTHER).await, PasswordChanged::Superseded, "only one first password");
    let by_password = site.client();
    let input = accounts::LogIn { email: "olga@example.com", password: OTHER };
    assert_eq!(site.accounts.log_in(&by_password, input).await.unwrap(), LoggedIn::Done);

    let known: SecurityEvent = site.database.events(&olga.id, 2).await.unwrap().remove(1);
    assert_eq!(known.kind, "authn_password_change");
}

#[tokio::test]
async fn a_first_password_needs_a_fresh_login() {
    let site = Site::new().await;
    let (client, olga) = site.olga().await;
    let own = login(&client).await.unwrap();
    site.clock.advance(Duration::minutes(11));
    let input = ChangePassword { current: Ok(""), new: Ok(OTHER) };
    let refused = site.accounts.change_password(&client, &own, &olga, input).await.unwrap();
    assert_eq!(refused, PasswordChanged::FreshLoginRequired);
}
