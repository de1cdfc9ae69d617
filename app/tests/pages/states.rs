//! States that are rare: what a page shows then.

use domain::workout::week::ThisWeek;
use model::{HomePage, Page};
use scraper::Html;
use time::Duration;

use super::samples::{self, NOW};
use super::{select, text};

fn html(page: Page) -> Html {
    Html::parse_document(&app::document::render(samples::layout(true), page))
}

#[test]
fn a_week_that_is_full_offers_rest_and_never_blocks() {
    let home = |done: usize, started: bool| {
        let days = vec![NOW.date(); done];
        let week = Some(ThisWeek::new(&days, NOW.date(), 3));
        html(Page::Home(Box::new(HomePage { week, ..samples::training::home(started) })))
    };
    let said = |page: &Html| text(select(page, ".kicker")[0]);
    let way = |page: &Html| text(select(page, ".hero .ways a.primary")[0]);
    for (done, words) in [
        (2, "Today · 2 of 3 this week"),
        (3, "Today · 3 of 3 this week. Rest if you like"),
        (5, "Today · 5 of 3 this week. Rest if you like"),
    ] {
        let page = home(done, false);
        assert_eq!((said(&page), way(&page)), (words.to_owned(), "Start training".to_owned()));
        assert!(!text(select(&page, "h1")[0]).is_empty(), "what is next");
    }
    // Nobody is told to rest in the middle of a workout.
    let page = home(3, true);
    assert_eq!((said(&page), way(&page)), ("Today · 3 of 3 this week".to_owned(), "Continue".to_owned()));
}

#[test]
fn a_workout_that_was_left_open_asks_after_twelve_hours_and_not_before() {
    let open = |ago, has_sets| html(Page::Workout(Box::new(samples::training::left_open(ago, has_sets))));
    let asks = |page: &Html| {
        select(page, "main [role=status]")
            .into_iter()
            .map(text)
            .any(|said| said.contains("open for a long time"))
    };
    let not_yet = open(Duration::hours(12) - Duration::SECOND, true);
    assert!(!asks(&not_yet));
    for ago in [Duration::hours(12), Duration::days(40)] {
        let page = open(ago, true);
        assert!(asks(&page), "{ago}");
        let finish = select(&page, "main [role=status] form[action='/api/workouts/finish']")[0];
        assert!(text(finish).ends_with("(your last set)"), "{}", text(finish));
        let named = |name: &str| select(&page, &format!("main [role=status] input[name={name}]")).len();
        assert_eq!((named("at"), named("confirmed")), (1, 1));
        // Nothing happens by itself: it can be continued and discarded.
        assert_eq!(select(&page, "form[action='/api/workouts/log']").len(), 10);
        assert_eq!(select(&page, "form[action='/api/workouts/discard']").len(), 1);
        assert!(!text(select(&page, "#rest")[0]).contains("Rest until"), "a rest of half a day");
    }
    // There is no last set to end it at.
    let empty = open(Duration::hours(13), false);
    assert!(asks(&empty));
    assert!(select(&empty, "main [role=status] form").is_empty());
}

#[test]
fn a_chart_of_no_one_and_two_points_says_what_it_has() {
    let page = |points| html(Page::History(samples::training::history_with_points(points)));
    let drawings = |page: &Html| select(page, ".multiples figure svg").len();
    let captions = |page: &Html| -> Vec<String> {
        select(page, ".multiples figure figcaption").into_iter().map(text).collect()
    };
    let none = page(0);
    assert!(select(&none, "#progress").is_empty() && captions(&none).is_empty());

    let one = page(1);
    assert_eq!(drawings(&one), 0, "a point is no line");
    assert!(captions(&one)[0].ends_with("One more workout makes a line."), "{:?}", captions(&one));
    assert_eq!(select(&one, ".multiples table tbody tr").len(), 1);

    let two = page(2);
    assert_eq!(drawings(&two), 1);
    let path = select(&two, ".multiples figure svg path.line")[0].attr("d").unwrap_or_default();
    assert_eq!((path.matches('M').count(), path.matches('L').count()), (1, 1), "{path}");
    assert!(!path.contains("NaN"));
    assert!(captions(&two)[0].ends_with(" in 7 days.") || captions(&two)[0].ends_with(" for 7 days."));
    assert_eq!(select(&two, ".multiples table tbody tr").len(), 2);
}

#[test]
fn a_long_name_is_whole_wherever_it_stands() {
    let name = format!("{} {}", "Maximiliane".repeat(4), "von und zu Ende");
    assert_eq!(name.chars().count(), 60);
    let mut layout = samples::layout(true);
    layout.display_name = Some(name.clone());
    let page = Page::Home(Box::new(samples::training::home(false)));
    let page = Html::parse_document(&app::document::render(layout, page));
    assert_eq!(text(select(&page, "header .person a")[0]), name);
}
