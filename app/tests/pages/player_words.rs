//! What the player, the home page and the page of a workout say about exercises and sets.

use model::{Page, Player, WorkoutPage};
use scraper::Html;

use super::{page, samples, select, text};

fn player_page(player: Player) -> Html {
    let page = WorkoutPage { player, ..samples::training::player_page(true) };
    Html::parse_document(&app::document::render(samples::layout(false), Page::Workout(Box::new(page))))
}

fn texts(page: &Html, selector: &str) -> Vec<String> {
    select(page, selector).into_iter().map(text).collect()
}

#[test]
fn a_card_says_why_what_was_done_last_time_and_how() {
    let player = page("workout");
    assert_eq!(texts(&player, "#b1 .block-name"), ["Goblet squat"]);
    assert_eq!(texts(&player, "#b1 > .reason"), ["Missed 2 of 4 sets: once more."]);
    let card = samples::training::player(false).cards.swap_remove(0);
    let last = card.last_time.expect("done before");
    assert!(last.contains(": ") && last.contains("kg"), "{last}");
    assert_eq!(texts(&player, "#b1 > .last-time"), [format!("Last time, {last}")]);
    let cues = texts(&player, "#b1 .cue");
    let squat = domain::workout::exercise::Exercise::find("goblet_squat").expect("an exercise");
    assert_eq!(cues[1..], [squat.cue, squat.set_up, squat.watch_out]);
}

#[test]
fn who_is_not_asked_about_effort_is_told_how_many_to_leave() {
    const TOLD: &str = "Stop each set while you could still do about 3 more.";
    for asked in [false, true] {
        let player = player_page(samples::training::player_with_record(asked));
        let told = texts(&player, ".block > .cue").into_iter().filter(|cue| cue == TOLD).count();
        // A hold has no repetitions that could be left.
        assert_eq!(told, if asked { 0 } else { 2 }, "{asked}");
        assert_eq!(texts(&player, "#b1 label").contains(&"How many more?".to_owned()), asked);
    }
}

#[test]
fn a_record_and_another_load_to_try_are_said_in_their_rows() {
    let player = player_page(samples::training::player_with_record(true));
    let said = texts(&player, "#b1 .set .set-label .comment");
    assert_eq!(said, ["Heaviest yet: 25 kg.", "That was hard: try 22.5 kg next.", "", ""]);
    assert_eq!(texts(&player, "#b1s1 .spoken"), [", logged, a record"]);
    // An island fills in what follows from the next set, and it is read out.
    let (rows, places) = (".set[role=group]", ".set[role=group] .comment[aria-live=polite]");
    assert_eq!(select(&player, rows).len(), select(&player, places).len());
}

#[test]
fn today_says_how_long_how_much_with_what_and_what_was_done_last_time() {
    let home = page("home");
    assert_eq!(texts(&home, ".figures > div"), ["minutes25", "sets10", "exercises3", "rest1:30"]);
    let today = texts(&home, ".today li");
    let card = samples::training::player(false).cards.swap_remove(0);
    for said in [card.name, card.amount, card.last_time.expect("done before")] {
        assert!(today[0].contains(&said), "{said}: {}", today[0]);
    }
    assert_eq!(today.len(), 3);
}

#[test]
fn the_page_of_a_workout_says_how_many_sets_each_muscle_had() {
    let detail = page("history-workout");
    let muscles = texts(&detail, "section[aria-labelledby=muscles] li");
    assert_eq!(muscles, ["quads3", "glutes1.5"]);
}

#[test]
fn the_chart_of_muscles_has_a_line_at_ten_sets_and_a_bar_is_as_long_as_its_sets() {
    let history = page("history");
    let number = |text: Option<&str>| text.and_then(|text| text.parse::<f64>().ok()).expect("a number");
    let aim = select(&history, "path.aim")[0].attr("d").expect("a line");
    let line = number(aim.strip_prefix('M').and_then(|path| path.split(' ').next()));
    let bars = select(&history, "section[aria-labelledby=muscles] rect");
    let rows = texts(&history, "section[aria-labelledby=muscles] tbody td");
    assert_eq!(bars.len(), rows.len());
    for (bar, sets) in bars.iter().zip(rows) {
        let (start, width, sets) = (number(bar.attr("x")), number(bar.attr("width")), number(Some(&sets)));
        // In whole units of the drawing.
        assert!((width / sets - (line - start) / 10.0).abs() * sets <= 1.0, "{sets}");
    }
}

#[test]
fn what_could_be_lifted_once_is_called_an_estimate() {
    let history = page("history");
    let said = texts(&history, "section[aria-labelledby=progress] > .muted").concat();
    assert!(said.contains("estimated"), "{said}");
    assert_eq!(texts(&history, "section[aria-labelledby=progress] thead th:last-child")[0], "Estimate");
}
