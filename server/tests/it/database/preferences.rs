//! The account's copy of the preferences: the newer side wins.

use std::sync::Arc;

use database::Database;
use domain::preferences::{Preferences, Theme};
use domain::workout::document::Zone; // slim: trainer
use domain::workout::training::{Equipment, Goal, Training, TrainingDetails, Units, YesNo}; // slim: trainer
use domain::workout::weight::Weight; // slim: trainer
use time::OffsetDateTime;

use crate::database::backends::{account, all_at_once, at};

fn saved(theme: Theme, updated_at: OffsetDateTime) -> Preferences {
    let mut chosen = Preferences { updated_at: Some(updated_at), ..Preferences::default() };
    chosen.site.theme = theme;
    chosen
}

pub(crate) async fn preferences_are_kept_as_they_were_saved(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    assert_eq!(ada.preferences, None);
    let mut all = Preferences {
        // slim: trainer
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
        // slim: end
        updated_at: Some(at(0)),
        ..Preferences::default()
    };
    all.site.theme = Theme::Dark;
    database.set_preferences(&ada.id, &all).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(all));
}

pub(crate) async fn older_preferences_do_not_replace_newer_ones(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    for (preferences, stays) in [
        (saved(Theme::Dark, at(10)), Theme::Dark),
        (saved(Theme::Light, at(9)), Theme::Dark),
        (saved(Theme::Light, at(10)), Theme::Light), // as old: the later call
        (saved(Theme::Dark, at(11)), Theme::Dark),
    ] {
        database.set_preferences(&ada.id, &preferences).await.unwrap();
        let read = database.user(&ada.id).await.unwrap().unwrap().preferences.unwrap();
        assert_eq!(read.site.theme, stays);
    }
}

pub(crate) async fn defaults_never_replace_saved_ones(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(Preferences::default()));
    database.set_preferences(&ada.id, &saved(Theme::Dark, at(0))).await.unwrap();
    database.set_preferences(&ada.id, &Preferences::default()).await.unwrap();
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(saved(Theme::Dark, at(0))));
}

pub(crate) async fn of_parallel_saves_the_newest_stays(database: Arc<dyn Database>) {
    let ada = account(&database, "ada@example.com").await;
    all_at_once((0..50_u16).map(|n| {
        let (database, id) = (Arc::clone(&database), ada.id.clone());
        // 7 and 50 have no common divisor: every second once, in a mixed order.
        let second = n * 7 % 50;
        let theme = if second == 49 { Theme::Dark } else { Theme::Light };
        async move { database.set_preferences(&id, &saved(theme, at(second.into()))).await.unwrap() }
    }))
    .await;
    assert_eq!(database.user(&ada.id).await.unwrap().unwrap().preferences, Some(saved(Theme::Dark, at(49))));
}
