//! The player: a form for each set.

use domain::form::{FieldError, FieldErrors};
use domain::workout::training::Units;
use domain::workout::week::ThisWeek;
use domain::workout::weight::Weight;
use model::{HistoryPage, HomePage, Line, Page, WorkoutPage};
use scraper::{ElementRef, Html};

use super::{page, samples, select, text};

fn group<'a>(page: &'a Html, name: &str) -> ElementRef<'a> {
    let found = select(page, &format!("[role=group][aria-label='{name}']"));
    assert_eq!(found.len(), 1, "{name}");
    found[0]
}

fn inside<'a>(element: ElementRef<'a>, selector: &str) -> Vec<ElementRef<'a>> {
    element.select(&scraper::Selector::parse(selector).expect("a selector")).collect()
}

fn labels(group: ElementRef<'_>) -> Vec<String> {
    inside(group, "label").into_iter().map(text).collect()
}

#[test]
fn a_set_has_the_fields_of_its_exercise() {
    let player = page("workout");
    assert_eq!(labels(group(&player, "Goblet squat, set 1")), ["Weight", "Repetitions", "Note"]);
    let row = labels(group(&player, "Dumbbell row, set 1"));
    assert_eq!(row, ["Weight", "Repetitions left", "Repetitions right", "Note"]);
    assert_eq!(labels(group(&player, "Side plank, set 1")), ["Seconds", "Note"]);
}

#[test]
fn the_unit_describes_the_weight() {
    let player = page("workout");
    let group = group(&player, "Goblet squat, set 1");
    let weight = inside(group, "input[name=weight]")[0];
    assert_eq!(weight.attr("inputmode"), Some("decimal"));
    let described = weight.attr("aria-describedby").expect("a description");
    assert_eq!(text(select(&player, &format!("#{described}"))[0]), "kg");
}

#[test]
fn every_form_that_changes_a_workout_is_sent_with_an_id_of_its_own() {
    let player = page("workout-open");
    let forms = select(&player, "form[action='/api/workouts/log']");
    assert_eq!(forms.len(), 10, "one for each set");
    let mut ids: Vec<_> =
        forms.iter().map(|form| inside(*form, "input[name=operation]")[0].attr("value")).collect();
    ids.sort_unstable();
    ids.dedup();
    assert_eq!(ids.len(), 10);
}

#[test]
fn only_a_workout_that_was_started_is_named_by_its_forms() {
    assert!(select(&page("workout"), "input[name=workout]").is_empty());
    let named = select(&page("workout-open"), "form[action='/api/workouts/log'] input[name=workout]").len();
    assert_eq!(named, 10);
}

#[test]
fn one_card_is_open() {
    for name in ["workout", "workout-open"] {
        let player = page(name);
        let open = select(&player, "details.block[open]");
        assert_eq!(open.len(), 1, "{name}");
        assert!(text(open[0]).starts_with("Goblet squat"), "{name}");
    }
}

#[test]
fn a_state_is_a_word_and_a_shape_besides_a_colour() {
    let player = page("workout-open");
    for (set, class, mark, word) in [
        ("Goblet squat, set 2", "short", "↓", "below the target"),
        ("Goblet squat, set 4", "current", "→", "next"),
    ] {
        let group = group(&player, set);
        assert!(group.attr("class").is_some_and(|classes| classes.split(' ').any(|c| c == class)), "{set}");
        let label = text(inside(group, ".set-label")[0]);
        assert!(label.starts_with(mark) && label.contains(word), "{set}: {label}");
    }
}

#[test]
fn a_logged_set_can_be_corrected_and_cleared_and_others_can_be_logged() {
    let player = page("workout-open");
    let shown = ".set-buttons button:not([hidden])";
    let buttons = |set| inside(group(&player, set), shown).into_iter().map(text).collect::<Vec<_>>();
    assert_eq!(buttons("Goblet squat, set 1"), ["Log", "Clear"]);
    assert_eq!(buttons("Goblet squat, set 4"), ["Log"]);
}

#[test]
fn without_scripts_nothing_is_shown_that_only_an_island_can_do() {
    let player = page("workout-open");
    let steppers = select(&player, "button[data-step]");
    assert!(!steppers.is_empty());
    assert!(steppers.iter().all(|button| button.attr("hidden").is_some()));
    assert!(select(&player, ".hold").iter().all(|timer| timer.attr("hidden").is_some()));
    assert_eq!(text(select(&player, ".sync [role=status]")[0]), "");
}

#[test]
fn the_rows_of_an_open_workout_are_children_of_the_player_and_say_what_a_set_consists_of() {
    let player = page("workout-open");
    let rows = select(&player, "leptos-island leptos-children .set[role=group]");
    assert_eq!(rows.len(), 10);
    for island in [".timer", ".hold"] {
        let inside = format!("leptos-island leptos-children leptos-island {island}");
        assert!(!select(&player, &inside).is_empty(), "{island}");
    }
    let squat = group(&player, "Goblet squat, set 4");
    assert_eq!(squat.attr("data-format"), Some("per_hand"));
    assert!(squat.attr("data-least").is_some_and(|least| least.parse::<u16>().is_ok()));
    assert_eq!(group(&player, "Side plank, set 1").attr("data-format"), Some("body timed"));
    let card = select(&player, "#b1")[0];
    assert_eq!((card.attr("data-rest"), card.attr("data-steps")), (Some("90"), Some("kg dumbbell")));
    let planned = select(&page("workout"), "leptos-children leptos-island").len();
    assert_eq!(planned, 1, "before the start the rest alone: what waits for another workout is sent");
}

#[test]
fn the_rest_says_when_it_ends_and_what_comes_next() {
    let player = page("workout-open");
    let rest = text(select(&player, "#rest")[0]);
    assert!(rest.contains("Rest until 14:03:39."), "{rest}");
    assert!(rest.contains("Next: Goblet squat, set 4"), "{rest}");
}

#[test]
fn a_row_that_comes_back_keeps_what_was_typed_with_the_error_beside_it() {
    let player = page("workout-refused");
    let weight = select(&player, "#b1s4-weight")[0];
    assert_eq!(weight.attr("value"), Some("a lot"));
    assert_eq!(weight.attr("aria-invalid"), Some("true"));
    assert_eq!(text(select(&player, "#b1s4-weight-error")[0]), "Please check this value.");
    let link = select(&player, "main [role=alert] a")[0];
    assert_eq!((link.attr("href"), text(link)), (Some("#b1s4-weight"), "Weight".to_owned()));
    assert!(text(select(&player, "title")[0]).starts_with("Error: "));
}

#[test]
fn a_sheet_counts_nothing_as_done_that_was_only_planned() {
    let sheet = page("sheet");
    for amount in ["reps", "left", "right", "seconds"] {
        for input in select(&sheet, &format!("input[name$='-{amount}']")) {
            assert_eq!(input.attr("value"), Some(""), "{amount}");
        }
    }
    assert_eq!(select(&sheet, "form[action^='/api/workouts/']").len(), 1, "one form");
}

#[test]
fn the_times_of_a_sheet_have_their_errors_beside_them_and_a_link_to_each() {
    let mut times = samples::training::times();
    times.errors = FieldErrors::from(("end", FieldError::Invalid));
    let page = WorkoutPage { sheet: Some(times), ..samples::training::player_page(false) };
    let html = app::document::render(samples::layout(false), Page::Workout(Box::new(page)));
    let html = Html::parse_document(&html);
    let links: Vec<_> = select(&html, "main [role=alert] a").into_iter().map(text).collect();
    assert_eq!(links, ["End"]);
    assert_eq!(select(&html, "#end[aria-invalid=true]").len(), 1);
    assert_eq!(text(select(&html, "#end-error")[0]), "Please check this value.");
}

#[test]
fn the_plates_of_a_bar_are_drawn_with_their_figures_and_said_in_words() {
    let player = samples::training::player_with_barbell();
    let shown = WorkoutPage { player, ..samples::training::player_page(false) };
    let html = app::document::render(samples::layout(false), Page::Workout(Box::new(shown)));
    let html = Html::parse_document(&html);
    let plates = select(&html, "#b1s1 .plates")[0];
    let drawn = inside(plates, "svg[role=img]")[0];
    assert_eq!(drawn.attr("aria-label"), Some("20 + 2.5 each side"));
    let figures: Vec<_> = inside(drawn, "text").into_iter().map(text).collect();
    assert_eq!(figures, ["20", "2.5"]);
    assert_eq!(inside(drawn, "rect").len(), 2);
    assert_eq!(text(inside(plates, "p")[0]), "20 + 2.5 each side");
    assert!(select(&page("workout-open"), ".plates").is_empty(), "dumbbells have none");
}

#[test]
fn a_full_week_stands_in_nobodys_way() {
    let days: Vec<_> = [0, 1, 2].map(|ago| samples::NOW.date() - time::Duration::days(ago)).to_vec();
    let home = HomePage {
        week: Some(ThisWeek::new(&days[..], samples::NOW.date(), 1)),
        ..samples::training::home(false)
    };
    let html = app::document::render(samples::layout(true), Page::Home(Box::new(home)));
    let html = Html::parse_document(&html);
    let kicker = text(select(&html, ".kicker")[0]);
    assert!(kicker.contains("of 1") && kicker.ends_with("Rest if you like"), "{kicker}");
    assert_eq!(text(select(&html, ".hero a.primary")[0]), "Start training");
}

#[test]
fn a_chart_with_fewer_than_two_points_is_a_sentence() {
    let day = |n: i64| samples::NOW.date() - time::Duration::days(30 - 10 * n);
    let weight = Weight::parse("80", Units::Kg).expect("a weight");
    for (points, drawings) in [(0, 0), (1, 0), (2, 1)] {
        let lines = match points {
            0 => vec![],
            _ => vec![Line {
                exercise: "Back squat".to_owned(),
                points: (0..points).map(|n| (day(n), weight)).collect(),
                unit: Units::Kg,
            }],
        };
        let history = HistoryPage { lines, volume: vec![], ..samples::training::history_page(true) };
        let html = app::document::render(samples::layout(true), Page::History(history));
        let html = Html::parse_document(&html);
        assert_eq!(select(&html, ".multiples svg").len(), drawings, "{points}");
        let said = select(&html, ".multiples figcaption").into_iter().map(text).collect::<String>();
        assert_eq!(said.contains("One more workout makes a line."), points == 1, "{said}");
    }
}

#[test]
fn every_chart_has_a_sentence_and_its_data_as_a_table() {
    let history = page("history");
    let charts = select(&history, "figure.chart");
    assert!(charts.len() > 2, "{}", charts.len());
    for chart in charts {
        assert!(text(inside(chart, "figcaption")[0]).ends_with('.'));
        assert_eq!(inside(chart, "details table tbody").len(), 1);
        for drawing in inside(chart, "svg") {
            assert_eq!(drawing.attr("role"), Some("img"));
            assert!(drawing.attr("aria-label").is_some_and(|label| !label.is_empty()));
        }
    }
}

#[test]
fn a_workout_from_before_sets_were_logged_is_no_link() {
    let history = page("history");
    let items = select(&history, ".workouts li");
    let links: Vec<_> = items.iter().map(|item| inside(*item, "a").len()).collect();
    assert_eq!(links, [1, 1, 1, 0]);
}

#[test]
fn a_row_of_a_sheet_says_whether_its_set_was_logged() {
    let sheet = page("history-edit");
    let logged = |set| inside(group(&sheet, set), "input[name$='-logged']").len();
    assert_eq!((logged("Goblet squat, set 1"), logged("Goblet squat, set 4")), (1, 0));
}

#[test]
fn warm_ups_are_shown_and_not_counted() {
    let page = samples::training::detail_with_warm_up();
    let shown: usize = page.exercises.iter().map(|exercise| exercise.sets.len()).sum();
    assert_eq!((page.sets, shown), (3, 4));
}

#[test]
fn a_zone_that_nobody_has_named_can_be_changed() {
    let shown = |assumes_utc| {
        let mut page = samples::training::player_page(true);
        page.player.assumes_utc = assumes_utc;
        let html = app::document::render(samples::layout(false), Page::Workout(Box::new(page)));
        let html = Html::parse_document(&html);
        let links = select(&html, "main a[href^='/preferences']").len();
        (text(select(&html, ".progress-line")[0]), links)
    };
    let (said, links) = shown(true);
    assert!(said.ends_with("Times in UTC · change"), "{said}");
    assert_eq!(links, 1);
    let (said, links) = shown(false);
    assert!(said.ends_with(", times in UTC"), "{said}");
    assert_eq!(links, 0);
}

#[test]
fn only_a_person_who_wants_it_hears_the_end_of_a_rest() {
    for sound in [true, false] {
        let mut page = samples::training::player_page(true);
        page.player.sound = sound;
        let html = app::document::render(samples::layout(false), Page::Workout(Box::new(page)));
        let html = Html::parse_document(&html);
        assert_eq!(select(&html, ".player")[0].attr("data-sound").is_some(), sound);
    }
}
