//! Gives the person who is measured finished workouts, as the server itself would have stored them.

use std::iter::once;

use accounts::ports::WorkoutAdded;
use configuration::Config;
use database::stores::Stores;
use domain::account::EmailAddress;
use domain::workout::document::{
    Change, Operation, OperationId, Outcome as Applied, Slot, Workout, WorkoutId, Zone,
};
use domain::workout::load::{Load, LoggedSet, SetKind};
use domain::workout::prescription::{Person, prescribe};
use domain::workout::programme::programme;
use domain::workout::training::{Preset, Training, TrainingDetails, Units};
use domain::workout::weight::Weight;
use rand::RngExt as _;
use time::{Duration, OffsetDateTime};
use web::demo_account::DEMO_EMAIL;

use crate::Outcome;
use crate::fill::runtime;
use crate::store::Site;

/// The history that a prescription is made from: more would take long, and change nothing.
const REMEMBERED: usize = 60;

/// Writes the workouts of this site, one every other day until yesterday. The demo account has to be there, and no server
/// may be running on it meanwhile.
///
/// # Errors
/// If the store fails.
pub(crate) fn train(site: &Site) -> Outcome<()> {
    if site.size.workouts == 0 {
        return Ok(());
    }
    eprintln!("writing {} workouts", site.size.workouts);
    runtime()?.block_on(write(site))
}

async fn write(site: &Site) -> Outcome<()> {
    let config = Config::from_vars(&site.variables())?;
    let Stores { rows: _rows, database } = Stores::open(&config.stores()).await?;
    let email = EmailAddress::parse(DEMO_EMAIL).map_err(|error| error.to_string())?;
    let user = database.user_by_email(&email).await?.ok_or("there is no demo account")?;
    let equipment = Preset::ALL[0].equipment.iter().copied().collect();
    let training = Training { equipment, session_minutes: 60, ..Training::default() };
    let person = Person::new(&training, &TrainingDetails::default());
    let now = OffsetDateTime::now_utc();
    let mut history = Vec::new();
    for number in 0..site.size.workouts {
        let ago = i64::try_from(site.size.workouts - number)?;
        let at = now - Duration::days(2 * ago - 1);
        let session = programme(&training, u32::try_from(number)?);
        let recent = history.len().saturating_sub(REMEMBERED);
        let plan = prescribe(&session, &history[recent..], at.date(), &person);
        let id = WorkoutId::from_bytes(rand::rng().random());
        let opened = Workout::open(id, plan, Zone::utc(), at, at);
        let mut workout = opened.map_err(|refusal| refusal.label())?;
        done(&mut workout, at)?;
        if database.add_logged(&user.id, &workout, at).await? != WorkoutAdded::Done {
            return Err("a workout was not added".into());
        }
        history.extend(workout.performances());
    }
    Ok(())
}

/// Logs every set as it is planned, one a minute, and finishes.
fn done(workout: &mut Workout, at: OffsetDateTime) -> Outcome<()> {
    let found = Load::Bar(Weight::parse("40", Units::Kg).map_err(|error| error.to_string())?);
    let mut changes = Vec::new();
    for (block, planned) in workout.blocks() {
        let fits = |load: &Load| planned.exercise.exercise().is_some_and(|exercise| load.fits(exercise));
        let weight = found.weight().into_iter();
        let kinds = weight.flat_map(|weight| [found, Load::PerHand(weight), Load::Stack(weight)]);
        let load = planned.prescription.load.or_else(|| kinds.chain(once(Load::Body)).find(fits));
        // Bands and help have loads that a plan begins with as well; what is left is not done.
        let Some(load) = load else { continue };
        for (number, amount) in (1..).zip(&planned.prescription.targets) {
            let slot = Slot::new(block, SetKind::Work, number).map_err(|error| error.to_string())?;
            let logged_at = at + Duration::minutes(i64::try_from(changes.len())? + 1);
            let exercise = planned.exercise.clone();
            let set = LoggedSet { exercise, load, amount: *amount, rir: None, note: None, logged_at };
            changes.push(Change::Log(slot, set));
        }
    }
    let end = at + Duration::minutes(i64::try_from(changes.len())? + 2);
    changes.push(Change::Finish { at: end });
    for change in changes {
        let operation = Operation { id: OperationId::from_bytes(rand::rng().random()), change };
        if workout.apply(operation, end) != Applied::Applied {
            return Err("a set was not taken".into());
        }
    }
    Ok(())
}
