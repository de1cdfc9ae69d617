//! `/history`: finished workouts and their progress.

use std::sync::LazyLock;

use accounts::Error;
use accounts::ports::WorkoutSummary;
use accounts::training::{Cursor, HistoryEntry, HistoryState, local_time};
use domain::workout::document::{Workout, WorkoutId};
use domain::workout::performance::Performance;
use domain::workout::prescription::{Person, Plan};
use domain::workout::records::records;
use domain::workout::volume::four_weeks;
use domain::workout::week::{ThisWeek, Week, last_weeks, streak};
use model::{DeleteWorkoutPage, HistoryItem, HistoryPage, Rendered, WorkoutDetailPage, lines};
use time::Date;

use crate::Trainee;
use crate::kept::Kept;
use crate::past::Past;

/// On a page of the list.
const WORKOUTS_SHOWN: u32 = 20;
/// In the strip above it.
const WEEKS_SHOWN: u32 = 12;
/// The streak is counted through so many weeks at most.
const WEEKS_COUNTED: u32 = 520;

/// All that the first page depends on.
#[derive(Debug, PartialEq, Eq)]
struct PageBasis {
    workouts: HistoryState,
    today: Date,
    person: Person,
    days_per_week: u8,
}

static FIRST_PAGES: LazyLock<Kept<PageBasis, HistoryPage>> =
    LazyLock::new(|| Kept::new(8 << 20, |page| 10_000 + 500 * page.workouts.len() + 150 * points(page)));

fn points(page: &HistoryPage) -> usize {
    page.lines.iter().map(|line| line.points.len()).sum()
}

impl Trainee<'_> {
    /// `/history`, or the page of it that begins at `before`.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn history_page(&self, before: &str) -> Result<HistoryPage, Error> {
        match (Cursor::parse(before), self.user()) {
            (None, Some(user)) => {
                let workouts = self.accounts.history_state(user).await?;
                let basis = PageBasis {
                    workouts,
                    today: self.today(),
                    person: self.person.clone(),
                    days_per_week: self.preferences.training.days_per_week,
                };
                let unchanged = self.unchanged(user, workouts);
                FIRST_PAGES.get_or_make(user, basis, self.page_behind(None), unchanged).await
            }
            (before, _) => self.page_behind(before).await,
        }
    }

    async fn page_behind(&self, before: Option<Cursor>) -> Result<HistoryPage, Error> {
        let today = self.today();
        let since = Week::of(today).before(WEEKS_COUNTED).monday();
        let (found, (finished, days)) = futures::try_join!(
            self.accounts.history(&self.client, self.user(), before, WORKOUTS_SHOWN),
            self.accounts.finished_and_days(&self.client, self.user(), since),
        )?;
        let past = Past::new(finished);
        Ok(HistoryPage {
            week: ThisWeek::new(&days, today, self.preferences.training.days_per_week),
            streak: streak(&days, today),
            weeks: last_weeks(&days, today, WEEKS_SHOWN),
            today,
            workouts: found.entries.into_iter().map(|entry| item(entry, &past, &self.person)).collect(),
            older: found.next.map(|cursor| cursor.to_string()),
            is_older: before.is_some(),
            lines: lines(past.all(), &self.person),
            volume: four_weeks(past.all(), today),
            rendered: Rendered::default(),
            notice: None,
        })
    }

    /// `/history/{id}`
    ///
    /// # Errors
    /// If a store fails.
    pub async fn detail_page(&self, id: WorkoutId) -> Result<Found<WorkoutDetailPage>, Error> {
        let found = futures::try_join!(
            self.accounts.workout(&self.client, self.user(), id),
            self.accounts.finished(&self.client, self.user()),
        )?;
        let (Some(workout), finished) = found else { return Ok(Found::Nothing) };
        let past = Past::new(finished);
        let page = WorkoutDetailPage::new(&workout, past.before(&workout), &self.person);
        let Some(mut page) = page else { return Ok(Found::Open) };
        // In a night of a clock change it has another offset than the start.
        page.ended_at = local_time(workout.zone(), page.ended_at);
        page.next = Some(self.begins_with(&self.plan().await));
        Ok(Found::Finished(page))
    }

    /// `/history/{id}/delete`: the question.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn delete_page(&self, id: WorkoutId) -> Result<Found<DeleteWorkoutPage>, Error> {
        let found = self.accounts.workout(&self.client, self.user(), id).await?;
        Ok(found.map_or(Found::Nothing, |workout| Found::Finished(delete_page(&workout))))
    }

    /// `Full body B: Barbell deadlift, 60 kg; Overhead press.`
    fn begins_with(&self, plan: &Plan) -> String {
        let unit = self.preferences.training.units;
        let mains = plan.blocks.iter().filter(|block| block.main).map(|block| {
            let load = block.prescription.load.map(|load| format!(", {}", load.for_reader(unit)));
            format!("{}{}", block.exercise.name(), load.unwrap_or_default())
        });
        let mains: Vec<String> = mains.collect();
        if mains.is_empty() {
            format!("{}.", plan.name)
        } else {
            format!("{}: {}.", plan.name, mains.join("; "))
        }
    }
}

/// What an id leads to.
#[derive(Debug)]
pub enum Found<T> {
    Finished(T),
    /// It is in the player.
    Open,
    /// There is no such workout, or it is somebody else's.
    Nothing,
}

fn delete_page(workout: &Workout) -> DeleteWorkoutPage {
    DeleteWorkoutPage {
        id: workout.id(),
        name: workout.plan().name.clone(),
        day: workout.day(),
        sets: workout.sets().len(),
    }
}

fn item(entry: HistoryEntry, past: &Past, person: &Person) -> HistoryItem {
    match entry {
        HistoryEntry::Logged(summary) => HistoryItem {
            records: records_of(&summary, past, person),
            id: Some(summary.id),
            day: summary.day(),
            minutes: (summary.ended_at - summary.started_at).whole_minutes(),
            sets: summary.sets,
            name: summary.name,
        },
        HistoryEntry::Counted(workout) => HistoryItem {
            id: None,
            day: workout.started_at.date(),
            minutes: (workout.finished_at - workout.started_at).whole_minutes().max(0),
            sets: workout.sets_done.into(),
            name: workout.name,
            records: 0,
        },
    }
}

fn records_of(summary: &WorkoutSummary, past: &Past, person: &Person) -> usize {
    let earlier = past.before_summary(summary);
    let of = |performance: &Performance| records(earlier, &performance.sets, person.body_weight).len();
    summary.performances.iter().map(of).sum()
}
