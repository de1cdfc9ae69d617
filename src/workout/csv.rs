//! Workouts as a table for spreadsheets: RFC 4180, UTF-8.

use time::format_description::well_known::Rfc3339;
use time::{OffsetDateTime, UtcOffset};

use crate::workout::document::{Block, Slot, Workout};
use crate::workout::load::{Amount, Load, LoggedSet};

/// The names of the columns, with the end of the line.
pub const HEADER: &str = "workout_id,day,start,end,utc_offset,workout,exercise_id,exercise,set,kind,load_type,\
    weight,unit,reps,reps_left,reps_right,seconds,rir,skipped,note\r\n";

/// Appends a line for each set of a workout, and one for each exercise that was skipped.
///
/// Times are in RFC 3339 with the offset of the workout. Weights are as typed, with a decimal point. The
/// `load_type` of a band names its strength: `band_medium`, or `assisted_band_medium` where it helps.
pub fn write(workout: &Workout, to: &mut String) {
    for (block, _) in workout.blocks() {
        for (slot, set) in workout.sets().iter().filter(|(slot, _)| slot.block() == block) {
            line(&of_set(workout, *slot, set), to);
        }
        if let Some(skipped) = of_skipped(workout, block) {
            line(&skipped, to);
        }
    }
}

/// The cells of a line, in the order of [`HEADER`].
type Cells = [String; 20];

fn of_set(workout: &Workout, slot: Slot, set: &LoggedSet) -> Cells {
    let [workout_id, day, start, end, utc_offset, name] = of_workout(workout);
    let load_type = match set.load {
        load @ (Load::Band(tone) | Load::AssistedBand(tone)) => format!("{}_{}", load.word(), tone.word()),
        load @ (Load::Body
        | Load::Added(_)
        | Load::Assisted(_)
        | Load::Bar(_)
        | Load::PerHand(_)
        | Load::Stack(_)) => load.word().to_owned(),
    };
    let weight = set.load.weight();
    let [reps, left, right, seconds] = match set.amount {
        Amount::Reps(reps) => [Some(reps.into()), None, None, None],
        Amount::Sides { left, right } => [None, Some(left.into()), Some(right.into()), None],
        Amount::Seconds(seconds) => [None, None, None, Some(seconds)],
    }
    .map(|number: Option<u16>| number.map_or_else(String::new, |number| number.to_string()));
    [
        workout_id,
        day,
        start,
        end,
        utc_offset,
        name,
        set.exercise.to_string(),
        text(set.exercise.name()),
        slot.set().to_string(),
        slot.kind().word().to_owned(),
        load_type,
        weight.map_or_else(String::new, |weight| weight.number()),
        weight.map_or("", |weight| weight.unit().word()).to_owned(),
        reps,
        left,
        right,
        seconds,
        set.rir.map_or("", |rir| rir.word()).to_owned(),
        String::new(),
        text(set.note.as_ref().map_or("", |note| note.as_str())),
    ]
}

fn of_skipped(workout: &Workout, block: Block) -> Option<Cells> {
    let why = workout.skipped(block)?;
    let exercise = workout.exercise(block)?;
    let [workout_id, day, start, end, utc_offset, name] = of_workout(workout);
    let mut cells: Cells = Default::default();
    for (cell, value) in cells.iter_mut().zip([workout_id, day, start, end, utc_offset, name]) {
        *cell = value;
    }
    cells[6] = exercise.to_string();
    cells[7] = text(exercise.name());
    cells[18] = why.word().to_owned();
    Some(cells)
}

fn of_workout(workout: &Workout) -> [String; 6] {
    let start = workout.started_at();
    let end = workout.ended_at().map_or_else(String::new, moment);
    let name = text(&workout.plan().name);
    [workout.id().to_string(), workout.day().to_string(), moment(start), end, offset(start.offset()), name]
}

fn moment(at: OffsetDateTime) -> String {
    // Only years before 0 and after 9999 cannot be written, and no workout is of then.
    at.format(&Rfc3339).unwrap_or_default()
}

/// `+01:00`.
fn offset(offset: UtcOffset) -> String {
    let (hours, minutes, _) = offset.as_hms();
    let sign = if offset.is_negative() { '-' } else { '+' };
    format!("{sign}{:02}:{:02}", hours.unsigned_abs(), minutes.unsigned_abs())
}

/// A cell with text that people wrote or read. Spreadsheets take one that begins like this for a formula, so it
/// gets an apostrophe in front (OWASP, CSV injection).
fn text(cell: &str) -> String {
    if cell.starts_with(['=', '+', '-', '@', '\t']) { format!("'{cell}") } else { cell.to_owned() }
}

/// Appends a line. Cells with a comma, a quote or the end of a line are quoted, and quotes in them doubled.
fn line(cells: &Cells, to: &mut String) {
    for (i, cell) in cells.iter().enumerate() {
        if i > 0 {
            to.push(',');
        }
        if cell.contains([',', '"', '\r', '\n']) {
            to.push('"');
            to.push_str(&cell.replace('"', "\"\""));
            to.push('"');
        } else {
            to.push_str(cell);
        }
    }
    to.push_str("\r\n");
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use time::macros::offset;

    use super::*;
    use crate::workout::document::Change;
    use crate::workout::document::tests::{apply_all, bar, block, finish, log, opened, plan, slot, workout};
    use crate::workout::load::{Note, Rir, Tone};
    use crate::workout::performance::Why;
    use crate::workout::performance::tests::{kg, set};

    fn csv(workout: &Workout) -> String {
        let mut text = String::new();
        write(workout, &mut text);
        text
    }

    #[test]
    fn every_set_is_a_line() {
        let mut workout = workout();
        let noted = LoggedSet {
            rir: Some(Rir::Two),
            note: Note::parse("slow, \"deep\"").unwrap(),
            load: Load::Bar(kg("62,5")),
            ..bar("back_squat", 8)
        };
        apply_all(
            &mut workout,
            [
                log("b1w1"),
                Change::Log(slot("b1s1"), noted),
                Change::Skip(block(2), Some(Why::Busy)),
                finish(),
            ],
        );
        let start = "07070707-0707-0707-0707-070707070707,2026-03-01,2026-03-01T23:30:00+01:00,\
            2026-03-02T00:00:00+01:00,+01:00,Full body A";
        assert_eq!(
            csv(&workout),
            format!(
                "{start},back_squat,Barbell back squat,1,warm_up,bar,60,kg,8,,,,,,\r\n\
                 {start},back_squat,Barbell back squat,1,work,bar,62.5,kg,8,,,,2,,\"slow, \"\"deep\"\"\"\r\n\
                 {start},bench_press,Barbell bench press,,,,,,,,,,,busy,\r\n"
            )
        );
    }

    #[test]
    fn every_load_and_amount_has_its_columns() {
        let mut workout = opened(plan(&["band_row", "dead_bug", "plank", "band_assisted_pull_up"]));
        apply_all(
            &mut workout,
            [
                Change::Log(slot("b1s1"), set("band_row", Load::Band(Tone::Medium), Amount::Reps(12))),
                Change::Log(slot("b2s1"), set("dead_bug", Load::Body, Amount::Sides { left: 8, right: 7 })),
                Change::Log(slot("b3s1"), set("plank", Load::Body, Amount::Seconds(45))),
                Change::Log(
                    slot("b4s1"),
                    set("band_assisted_pull_up", Load::AssistedBand(Tone::Light), Amount::Reps(6)),
                ),
            ],
        );
        let text = csv(&workout);
        let ends: Vec<&str> = text.lines().map(|line| line.split_once(",work,").unwrap().1).collect();
        assert_eq!(
            ends,
            ["band_medium,,,12,,,,,,", "body,,,,8,7,,,,", "body,,,,,,45,,,", "assisted_band_light,,,6,,,,,,"]
        );
        assert!(text.contains(",2026-03-01T23:30:00+01:00,,+01:00,"), "an open workout has no end");
    }

    #[test]
    fn no_cell_is_a_formula() {
        for (written, safe) in [
            ("=1+1", "'=1+1"),
            ("+1", "'+1"),
            ("-1", "'-1"),
            ("@SUM(A1)", "'@SUM(A1)"),
            ("\tx", "'\tx"),
            ("a=1", "a=1"),
            ("", ""),
        ] {
            assert_eq!(text(written), safe);
        }
        let mut workout = workout();
        let note = Note::parse("=HYPERLINK(\"http://example.com\",\"x\")").unwrap();
        apply_all(&mut workout, [Change::Log(slot("b1s1"), LoggedSet { note, ..bar("back_squat", 8) })]);
        assert!(csv(&workout).ends_with(",\"'=HYPERLINK(\"\"http://example.com\"\",\"\"x\"\")\"\r\n"));
    }

    #[test]
    fn offsets_have_a_sign() {
        for (given, expected) in [
            (offset!(UTC), "+00:00"),
            (offset!(+5:45), "+05:45"),
            (offset!(-3:30), "-03:30"),
            (offset!(-0:30), "-00:30"),
        ] {
            assert_eq!(super::offset(given), expected);
        }
    }

    /// A reader of RFC 4180, strict.
    fn read(text: &str) -> Vec<Vec<String>> {
        let (mut lines, mut cells, mut cell) = (Vec::new(), Vec::new(), String::new());
        let (mut quoted, mut letters) = (false, text.chars().peekable());
        while let Some(letter) = letters.next() {
            match (quoted, letter) {
                (true, '"') if letters.next_if_eq(&'"').is_some() => cell.push('"'),
                (_, '"') => quoted = !quoted,
                (false, ',') => cells.push(std::mem::take(&mut cell)),
                (false, '\r') => {
                    assert_eq!(letters.next(), Some('\n'));
                    cells.push(std::mem::take(&mut cell));
                    lines.push(std::mem::take(&mut cells));
                }
                (_, other) => cell.push(other),
            }
        }
        assert!(!quoted && cells.is_empty());
        lines
    }

    /// Spreadsheets of people refer to them.
    #[test]
    fn the_names_of_the_columns_stay_what_they_are() {
        let names = [
            "workout_id",
            "day",
            "start",
            "end",
            "utc_offset",
            "workout",
            "exercise_id",
            "exercise",
            "set",
            "kind",
            "load_type",
            "weight",
            "unit",
            "reps",
            "reps_left",
            "reps_right",
            "seconds",
            "rir",
            "skipped",
            "note",
        ];
        assert_eq!(read(HEADER), [names.map(str::to_owned).to_vec()]);
    }

    proptest! {
        #[test]
        fn what_is_written_is_read_back(written in "[\",;=+a-zäß\r\n💪 ]{0,40}") {
            let mut cells: Cells = Default::default();
            cells[19] = written;
            cells[5] = "x,".to_owned();
            let mut text = String::new();
            line(&cells, &mut text);
            prop_assert_eq!(read(&text), vec![cells.to_vec()]);
        }
    }
}
