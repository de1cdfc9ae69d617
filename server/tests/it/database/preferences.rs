//! The account's copy of the preferences: the newer side wins.

use std::sync::Arc;

use database::Database;
use domain::preferences::{Preferences, SitePreferences, Theme};
use domain::workout::document::Zone;
use domain::workout::training::{Equipment, Goal, Training, TrainingDetails, Units, YesNo};
use domain::workout::weight::Weight;
use time::OffsetDateTime;

use crate::database::backends::{account, all_at_once, at};

fn saved(rest_seconds: u16, updated_at: OffsetDateTime) -> Preferences {
    let training = Training { rest_seconds, ..Training::default() };
    Preferences { training, updated_at: Some(updated_at), ..Preferences::default() }
}

pub(crate) async fn preferences_are_kept_as_they_were_saved(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    assert_eq!(ada.preferences, None);
    let all = Preferences {
        training: Training {
            units: Units::Lb,
            goal: Goal::FatLoss,
            equipment: [Equipment::PullUpBar, Equipment::Band].into(),
            rest_seconds: 75,
            ..Training::default()
        },
        details: TrainingDetails {
            time_zone: Some(Zone::parse("America/Denver").unwrap()),
            bar: Some(Weight::parse("35", Units::Lb).unwrap()),
            smallest_plate: Some(Weight::parse("1.25", Units::Lb).unwrap()),
            body_weight: Some(Weight::parse("81.5", Units::Kg).unwrap()),
            effort: Some(YesNo::No),
            sound: YesNo::Yes,
        },
        site: SitePreferences { theme: Theme::Dark },
        updated_at: Some(at(0)),
    };
    database.set_preferences(&ada.id, &all).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(all));
}

pub(crate) async fn older_preferences_do_not_replace_newer_ones(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for (preferences, stays) in [
        (saved(60, at(10)), 60),
        (saved(30, at(9)), 60),
        (saved(45, at(10)), 45), // as old: the later call
        (saved(90, at(11)), 90),
    ] {
        database.set_preferences(&ada.id, &preferences).await.unwrap();
        let read = database.user(&ada.id).await.unwrap().unwrap().preferences.unwrap();
        assert_eq!(read.training.rest_seconds, stays);
    }
}

pub(crate) async fn defaults_never_replace_saved_ones(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(Preferences::default()));
    database.set_preferences(&ada.id, &saved(60, at(0))).await.unwrap();
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(saved(60, at(0))));
}

pub(crate) async fn of_parallel_saves_the_newest_stays(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    all_at_once((0..50_u16).map(|n| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        // 7 and 50 have no common divisor: every second once, in a mixed order.
        let second = n * 7 % 50;
        async move { database.set_preferences(&id, &saved(100 + second, at(second.into()))).await.unwrap() }
    }))
    .await;
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(saved(149, at(49))));
}
