//! The preview of the next workout: what the page hands over to it, and what it shows.

use app::islands::{Handed as _, Preview};
use domain::preferences::Preferences;
use domain::workout::training::{Equipment, Goal, Level, Training};
use model::{Page, PreferencesPage};
use scraper::Html;

use super::{samples, select, text};

#[test]
fn everything_the_plan_depends_on_survives_the_way_to_the_browser() {
    let fields = Training::default().to_form();
    let preview = Preview { fields, ordinal: 7 };
    assert_eq!(Preview::read(&preview.write()), Some(preview.clone()));
    let text = preview.write();
    for name in Training::FIELDS {
        let given = preview.fields.iter().filter(|(given, _)| given == name).count();
        assert_eq!(text.matches(&format!("&{name}=")).count(), given, "{text}");
    }
    let empty = Preview::default();
    assert_eq!(Preview::read(&empty.write()), Some(empty));
}

#[test]
fn what_no_page_has_written_is_not_read() {
    for text in ["", "today", "&goal=strength", "7&goal"] {
        assert_eq!(Preview::read(text), None, "{text}");
    }
}

/// The amount of an exercise in the first workout that a beginner with dumbbells has with it.
fn shown(goal: Goal, exercise: &str) -> String {
    let training = Training {
        goal,
        level: Level::Beginner,
        equipment: [Equipment::Dumbbell].into(),
        session_minutes: 60,
        ..Training::default()
    };
    let preferences = Preferences { training, ..Preferences::default() };
    let workout = |ordinal| {
        let page = PreferencesPage {
            training: preferences.training.clone(),
            ordinal,
            ..samples::preferences_page(true)
        };
        let page =
            Html::parse_document(&app::document::render(samples::layout(false), Page::Preferences(page)));
        let column = |selector| select(&page, selector).into_iter().map(text).collect::<Vec<_>>();
        column(".plain-blocks span").into_iter().zip(column(".plain-blocks b")).collect::<Vec<_>>()
    };
    let found = (0..20).flat_map(workout).find(|(name, _)| name == exercise);
    found.expect("the exercise in one of the workouts").1
}

#[test]
fn an_amount_names_sets_range_unit_and_side() {
    assert_eq!(shown(Goal::Muscle, "Goblet squat"), "3 × 8–12");
    assert_eq!(shown(Goal::Muscle, "Dumbbell row"), "2 × 10–15 each side");
    assert_eq!(shown(Goal::Muscle, "Plank"), "2 × 20–60 s");
    assert_eq!(shown(Goal::Mobility, "Deep squat hold"), "3 × 30 s");
}
