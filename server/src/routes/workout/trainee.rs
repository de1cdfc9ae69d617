//! The person who trains: what they prefer, and the day they live in.

use accounts::training::{known_zone, local_time};
use app::model::{About, Player};
use domain::preferences::Preferences;
use domain::workout::document::{OperationId, Workout, WorkoutId, Zone};
use domain::workout::performance::Performance;
use domain::workout::prescription::{Person, Plan, prescribe};
use domain::workout::programme::{Remark, programme};
use rand::RngExt as _;
use time::{Date, OffsetDateTime};

use crate::context::Context;

/// The person who trains.
pub(in crate::routes) struct Trainee {
    pub(in crate::routes) preferences: Preferences,
    pub(in crate::routes) person: Person,
    /// By the cookie of their browser, else UTC.
    pub(in crate::routes) zone: Zone,
    /// With the offset of the zone.
    pub(in crate::routes) now: OffsetDateTime,
}

impl Trainee {
    pub(in crate::routes) fn of(context: &Context) -> Self {
        let preferences = context.visitor.preferences();
        let zone = context.time_zone.as_deref().and_then(known_zone).unwrap_or_else(Zone::utc);
        Self {
            // Of bar, plates and body weight nothing is known yet.
            person: Person::new(&preferences.training, None, None, None),
            now: local_time(&zone, context.app.clock.now()),
            preferences,
            zone,
        }
    }

    pub(in crate::routes) fn today(&self) -> Date {
        self.now.date()
    }

    /// The open workout, or the one that is next and not begun, with what is to be said about it.
    pub(in crate::routes) async fn player(&self, context: &Context) -> (Player, Vec<Remark>) {
        let (workout, history) = match self.open(context).await {
            Ok(found) => found,
            Err(error) => {
                tracing::debug!(%error, "the open workout could not be read");
                (None, Vec::new())
            }
        };
        if let Some(workout) = workout {
            return (self.shown(&workout, true, &history), Vec::new());
        }
        let plan = self.plan(context).await;
        let remarks = programme(&self.preferences.training, plan.ordinal).remarks;
        let id = WorkoutId::from_bytes(rand::rng().random());
        let workout = Workout::open(id, plan, self.zone.clone(), self.now, self.now)
            // No plan of ours is too large; the first one certainly is not.
            .or_else(|_| Workout::open(id, self.first_plan(), self.zone.clone(), self.now, self.now));
        match workout {
            Ok(workout) => (self.shown(&workout, false, &history), remarks),
            Err(refusal) => unreachable!("the first plan does not fit: {refusal:?}"),
        }
    }

    /// As the player shows it.
    pub(in crate::routes) fn shown(
        &self,
        workout: &Workout,
        started: bool,
        history: &[Performance],
    ) -> Player {
        let about = About { history, person: &self.person, now: self.now };
        Player::new(workout, started, about, || OperationId::from_bytes(rand::rng().random()))
    }

    /// What comes next.
    pub(in crate::routes) async fn plan(&self, context: &Context) -> Plan {
        let (client, today) = (context.caller(), self.today());
        let plan =
            context.app.accounts.todays_plan(&client, context.user_id(), &self.preferences, today).await;
        plan.unwrap_or_else(|error| {
            tracing::debug!(%error, "today's plan could not be made from the history");
            self.first_plan()
        })
    }

    /// For somebody of whom nothing is known.
    fn first_plan(&self) -> Plan {
        prescribe(&programme(&self.preferences.training, 0), &[], self.today(), &self.person)
    }

    async fn open(&self, context: &Context) -> Result<(Option<Workout>, Vec<Performance>), accounts::Error> {
        let (client, user, accounts) = (context.caller(), context.user_id(), &context.app.accounts);
        tokio::try_join!(accounts.open_workout(&client, user), accounts.performances(&client, user, None))
    }
}
