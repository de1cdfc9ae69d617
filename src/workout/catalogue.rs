//! The exercises the trainer knows, one file per movement.
//!
//! Static data without allocations, compiled into the browser bundle as is. Within a file, those that are loaded
//! in the same way stand in the order in which a programme prefers them: it takes the first one a person can do.

mod conditioning;
mod core;
mod hinge;
mod limbs;
mod lunge;
mod mobility;
mod pull_horizontal;
mod pull_vertical;
mod push_horizontal;
mod push_vertical;
mod squat;

use crate::workout::exercise::{Exercise, LoadKind, Muscle, Pattern, Role};
use crate::workout::training::{Equipment, Level};

const GROUPS: &[&[Exercise]] = &[
    mobility::WARM_UP,
    squat::ALL,
    hinge::ALL,
    lunge::ALL,
    push_horizontal::ALL,
    push_vertical::ALL,
    pull_horizontal::ALL,
    pull_vertical::ALL,
    limbs::ARMS,
    limbs::CALVES,
    core::ALL,
    conditioning::ALL,
    mobility::MOBILITY,
];

/// All groups in one table. Another number of exercises than this does not compile.
pub(super) static EXERCISES: [Exercise; 184] = {
    let mut all = [GROUPS[0][0]; 184];
    let (mut group, mut filled) = (0, 0);
    while group < GROUPS.len() {
        let mut i = 0;
        while i < GROUPS[group].len() {
            all[filled] = GROUPS[group][i];
            filled += 1;
            i += 1;
        }
        group += 1;
    }
    assert!(filled == all.len(), "the length of the table is not the number of exercises");
    all
};

/// A main lift counted in repetitions, with body weight. `how` holds the cue, what to watch out for, and the
/// set-up.
const fn of(
    pattern: Pattern,
    primary: Muscle,
    level: Level,
    id: &'static str,
    name: &'static str,
    how: [&'static str; 3],
) -> Exercise {
    // The browser's preview shows only names and numbers; it need not download sentences for each exercise.
    let [cue, watch_out, set_up] = if cfg!(target_arch = "wasm32") { [""; 3] } else { how };
    Exercise {
        id,
        name,
        cue,
        watch_out,
        set_up,
        needs: &[],
        pattern,
        level,
        primary,
        secondary: &[],
        load: LoadKind::Body,
        weighted: false,
        role: Role::Main,
        harder: None,
        per_side: false,
        timed: false,
    }
}

impl Exercise {
    /// Needs all of this, which also makes it heavy.
    const fn with(mut self, load: LoadKind, needs: &'static [Equipment]) -> Self {
        self.load = load;
        self.needs = needs;
        self
    }

    /// Needs all of this to hold on to; the load is the body.
    const fn needing(mut self, needs: &'static [Equipment]) -> Self {
        self.needs = needs;
        self
    }

    /// Trains these by half. Replaces what was said before.
    const fn also(mut self, secondary: &'static [Muscle]) -> Self {
        self.secondary = secondary;
        self
    }

    const fn accessory(mut self) -> Self {
        self.role = Role::Accessory;
        self
    }

    /// A weight can be added to that of the body.
    const fn weighted(mut self) -> Self {
        self.weighted = true;
        self
    }

    /// Done on one side, then on the other.
    const fn each_side(mut self) -> Self {
        self.per_side = true;
        self
    }

    /// Measured in seconds.
    const fn for_time(mut self) -> Self {
        self.timed = true;
        self
    }

    /// Followed by this one once it has become easy.
    const fn harder(mut self, id: &'static str) -> Self {
        self.harder = Some(id);
        self
    }
}

#[cfg(test)]
mod tests;
