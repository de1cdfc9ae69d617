//! Workouts in every state.

use std::collections::BTreeMap;

use domain::form::{FieldError, FieldErrors, FormFields};
use domain::workout::document::{Block, Change, Operation, OperationId, Slot, Workout, WorkoutId, Zone};
use domain::workout::exercise::{Exercise, Muscle};
use domain::workout::load::LoggedSet;
use domain::workout::performance::{Performance, Why};
use domain::workout::prescription::{Person, prescribe};
use domain::workout::programme::{Assignment, Range, Remark, Session, WeekVolume};
use domain::workout::training::{Equipment, Units};
use domain::workout::volume::four_weeks;
use domain::workout::week::{ThisWeek, last_weeks};
use model::*;
use time::{Date, Duration, OffsetDateTime};

use super::{NOW, fields, preferences};

pub(crate) const ID: WorkoutId = WorkoutId::from_bytes([7; 16]);

fn exercise(id: &str) -> &'static Exercise {
    Exercise::find(id).expect("an exercise of the catalogue")
}

fn session() -> Session {
    let block = |id, sets, range, rest_seconds| Assignment {
        exercise: exercise(id),
        main: id == "goblet_squat",
        sets,
        range,
        reps_in_reserve: 3,
        rest_seconds,
    };
    Session {
        name: "Full body A",
        ordinal: 3,
        warm_up: vec![exercise("march"), exercise("arm_circle")],
        blocks: vec![
            block("goblet_squat", 4, Range::Reps { low: 8, high: 12 }, 90),
            block("dumbbell_row", 3, Range::Reps { low: 10, high: 15 }, 75),
            block("side_plank", 3, Range::Seconds { low: 40, high: 40 }, 75),
        ],
        minutes: 42,
        remarks: vec![Remark::Added { muscle: Muscle::Chest, half_sets: 12 }],
        week: WeekVolume::default(),
    }
}

fn person() -> Person {
    Person::new(&preferences().training, &preferences().details)
}

fn about<'a>(history: &'a [Performance], person: &'a Person) -> About<'a> {
    About { history, person, now: NOW, assumes_utc: false, sound: false }
}

/// Ids as random as a test needs them.
fn ids() -> impl FnMut() -> OperationId {
    let mut number = 0_u16;
    move || {
        number += 1;
        let mut bytes = [0; 16];
        bytes[..2].copy_from_slice(&number.to_be_bytes());
        OperationId::from_bytes(bytes)
    }
}

fn set(id: &str, typed: &[(&str, &str)], at: OffsetDateTime) -> LoggedSet {
    let exercise = exercise(id);
    LoggedSet::from_form(&fields(typed), exercise.into(), exercise.into(), Units::Kg, at).expect("a set")
}

/// Started at `at`, with some sets, one of them below its target, and an exercise skipped.
fn workout(history: &[Performance], at: OffsetDateTime) -> Workout {
    let plan = prescribe(&session(), history, at.date(), &person());
    let mut workout = Workout::open(ID, plan, Zone::utc(), at, at).expect("it fits");
    let slot = |text| Slot::parse(text).expect("a slot");
    let logged = at + Duration::minutes(2);
    let squat = |weight, reps| {
        set("goblet_squat", &[("weight", weight), ("reps", reps), ("note", "slow <b>")], logged)
    };
    let changes = [
        Change::Log(slot("b1s1"), squat("16", "12")),
        Change::Log(slot("b1s2"), squat("16", "3")),
        Change::Log(slot("b1s3"), squat("20", "12")),
        Change::Skip(Block::parse("b3").expect("a block"), Some(Why::Time)),
    ];
    let mut ids = ids();
    for change in changes {
        workout.apply(Operation { id: ids(), change }, logged);
    }
    workout
}

fn finished(history: &[Performance], at: OffsetDateTime) -> Workout {
    let mut workout = workout(history, at);
    let end = at + Duration::minutes(50);
    let change = Change::Finish { at: end };
    workout.apply(Operation { id: OperationId::from_bytes([9; 16]), change }, end);
    workout
}

/// Of two workouts.
fn history() -> Vec<Performance> {
    let first = finished(&[], NOW - Duration::days(9)).performances();
    let second = finished(&first, NOW - Duration::days(2)).performances();
    first.into_iter().chain(second).collect()
}

pub(crate) fn player(started: bool) -> Player {
    let history = history();
    let workout = if started {
        workout(&history, NOW - Duration::minutes(3))
    } else {
        let plan = prescribe(&session(), &history, NOW.date(), &person());
        Workout::open(ID, plan, Zone::utc(), NOW, NOW).expect("it fits")
    };
    Player::new(&workout, started, about(&history, &person()), ids())
}

/// With a first set that was heavier than all before and too hard, for somebody who is asked about effort or not.
pub(crate) fn player_with_record(asks_effort: bool) -> Player {
    let history = history();
    let person = Person { asks_effort, ..person() };
    let plan = prescribe(&session(), &history, NOW.date(), &person);
    let mut workout = Workout::open(ID, plan, Zone::utc(), NOW, NOW).expect("it fits");
    let squat = set("goblet_squat", &[("weight", "25"), ("reps", "7")], NOW);
    let change = Change::Log(Slot::parse("b1s1").expect("a slot"), squat);
    workout.apply(Operation { id: OperationId::from_bytes([5; 16]), change }, NOW);
    Player::new(&workout, true, about(&history, &person), ids())
}

/// With a set of 65 kg on the bar.
pub(crate) fn player_with_barbell() -> Player {
    let block = Assignment {
        exercise: exercise("back_squat"),
        main: true,
        sets: 3,
        range: Range::Reps { low: 5, high: 8 },
        reps_in_reserve: 3,
        rest_seconds: 150,
    };
    let session = Session { blocks: vec![block], remarks: vec![], ..session() };
    let person = Person { equipment: [Equipment::Barbell, Equipment::Rack].into(), ..person() };
    let plan = prescribe(&session, &[], NOW.date(), &person);
    let mut workout = Workout::open(ID, plan, Zone::utc(), NOW, NOW).expect("it fits");
    let squat = set("back_squat", &[("weight", "65"), ("reps", "5")], NOW);
    let change = Change::Log(Slot::parse("b1s1").expect("a slot"), squat);
    workout.apply(Operation { id: OperationId::from_bytes([5; 16]), change }, NOW);
    Player::new(&workout, true, about(&[], &person), ids())
}

pub(crate) fn player_page(started: bool) -> WorkoutPage {
    WorkoutPage {
        player: player(started),
        remarks: if started { vec![] } else { session().remarks },
        sheet: None,
        notice: None,
        owner: None,
        out_of_reach: false,
        refused: RefusedRows::default(),
    }
}

/// The player of a workout whose last operation came so long ago, with or without sets.
pub(crate) fn left_open(ago: Duration, has_sets: bool) -> WorkoutPage {
    let at = NOW - ago;
    // The sets of the sample come two minutes after its start.
    let workout = if has_sets {
        workout(&[], at - Duration::minutes(2))
    } else {
        Workout::open(ID, prescribe(&session(), &[], at.date(), &person()), Zone::utc(), at, at)
            .expect("it fits")
    };
    let player = Player::new(&workout, true, about(&[], &person()), ids());
    WorkoutPage { player, ..player_page(true) }
}

/// With an estimate of the squat on so many days.
pub(crate) fn history_with_points(points: usize) -> HistoryPage {
    let all = lines(&history(), &person());
    let line = all.into_iter().next().expect("a line of the sample");
    let lines = (points > 0)
        .then(|| Line { points: line.points.into_iter().take(points).collect(), ..line })
        .into_iter()
        .collect();
    HistoryPage { lines, ..history_page(true) }
}

pub(crate) fn refused() -> RefusedRows {
    let slot = Slot::parse("b1s4").expect("a slot");
    let form = FormState {
        values: fields(&[("weight", "a lot"), ("reps", "8")]),
        errors: FieldErrors::from(("weight", FieldError::Invalid)),
        alert: None,
    };
    RefusedRows { alert: Some(Alert::CheckFields), rows: BTreeMap::from([(slot, form)]) }
}

pub(crate) fn times() -> FormState {
    let values: FormFields = fields(&[("day", "2026-11-12"), ("start", "13:00"), ("end", "13:50")]);
    FormState { values, ..FormState::default() }
}

pub(crate) fn home(customised: bool) -> HomePage {
    HomePage {
        player: player(customised).into(),
        remarks: session().remarks,
        week: customised.then(|| ThisWeek::new(&[NOW.date()], NOW.date(), 3)),
        preferences: preferences(),
        customised,
    }
}

pub(crate) fn review(discards: bool) -> ReviewPage {
    ReviewPage {
        workout: ID,
        name: "Full body A".to_owned(),
        missing: vec![("Goblet squat".to_owned(), 1), ("Dumbbell row".to_owned(), 3)],
        logged: 3,
        discards,
        last_set_at: Some(NOW),
        operation: OperationId::from_bytes([1; 16]),
    }
}

pub(crate) fn history_page(full: bool) -> HistoryPage {
    let all = history();
    let days: Vec<Date> = [0, 2, 9, 40].map(|ago| NOW.date() - Duration::days(ago)).to_vec();
    let item = |n: i64| HistoryItem {
        id: (n < 3).then_some(WorkoutId::from_bytes([n as u8; 16])),
        name: "Full body A <b>".to_owned(),
        day: NOW.date() - Duration::days(n * 11),
        minutes: 50,
        sets: 18,
        records: usize::from(n == 0),
    };
    HistoryPage {
        week: ThisWeek::new(&days, NOW.date(), 3),
        streak: 2,
        weeks: last_weeks(&days, NOW.date(), 12),
        today: NOW.date(),
        workouts: if full { (0..4).map(item).collect() } else { vec![] },
        older: full.then(|| "1700000000000".to_owned()),
        is_older: false,
        lines: lines(&all, &person()),
        volume: four_weeks(&all, NOW.date()),
        rendered: Rendered::default(),
        notice: full.then_some(Notice::WorkoutDeleted),
    }
}

pub(crate) fn detail() -> WorkoutDetailPage {
    let first = finished(&[], NOW - Duration::days(9));
    let second = finished(&first.performances(), NOW - Duration::days(2));
    let mut page = WorkoutDetailPage::new(&second, &first.performances(), &person()).expect("finished");
    page.next = Some("Full body B: Goblet squat, 20 kg.".to_owned());
    page.notice = Some(Notice::WorkoutSaved);
    page
}

/// Three work sets and a warm-up.
pub(crate) fn detail_with_warm_up() -> WorkoutDetailPage {
    let at = NOW - Duration::days(2);
    let mut workout = finished(&[], at);
    let lighter = set("goblet_squat", &[("weight", "8"), ("reps", "8")], at);
    let change = Change::Log(Slot::parse("b1w1").expect("a slot"), lighter);
    workout.apply(Operation { id: OperationId::from_bytes([8; 16]), change }, NOW);
    WorkoutDetailPage::new(&workout, &[], &person()).expect("finished")
}

pub(crate) fn edit() -> EditWorkoutPage {
    let workout = finished(&[], NOW - Duration::days(2));
    let person = person();
    let about = about(&[], &person);
    EditWorkoutPage {
        player: Player::new(&workout, true, about, ids()),
        times: times(),
        refused: RefusedRows::default(),
    }
}

pub(crate) fn delete() -> DeleteWorkoutPage {
    DeleteWorkoutPage { id: ID, name: "Full body A".to_owned(), day: NOW.date(), sets: 3 }
}
