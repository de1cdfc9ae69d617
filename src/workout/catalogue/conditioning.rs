//! Getting out of breath; includes carrying weights. None of it counts as sets for a muscle.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Kettlebell as Bell, PerHand};
use crate::workout::exercise::Muscle::{self, Back, Core, Delts, Quads};
use crate::workout::exercise::Pattern::Conditioning;
use crate::workout::training::Equipment::{Dumbbell, Kettlebell, Machine};
use crate::workout::training::Level::{self, Beginner, Intermediate};

const fn breath(
    level: Level,
    primary: Muscle,
    id: &'static str,
    name: &'static str,
    how: [&'static str; 3],
) -> Exercise {
    of(Conditioning, primary, level, id, name, how).accessory().for_time()
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    breath(Beginner, Back, "rowing_machine", "Rowing machine", [
        "Legs first, then the back, then the arms; return in the opposite order.",
        "Do not pull with bent knees in the way: arms go out before the knees bend.",
        "Strap the feet in at the widest part and set a medium resistance.",
    ]).needing(&[Machine]),
    breath(Beginner, Quads, "bike", "Exercise bike", [
        "Pedal in smooth circles at a pace you can keep for the whole interval.",
        "Do not rock the hips: lower the saddle if they do.",
        "Set the saddle so that the knee stays slightly bent at the lowest point.",
    ]).needing(&[Machine]),
    breath(Beginner, Quads, "treadmill_walk", "Treadmill walk", [
        "Walk tall with swinging arms; raise the slope before the speed.",
        "Do not hold on to the rails.",
        "Clip the safety key on and start the belt before you step onto it.",
    ]).needing(&[Machine]),
    of(Conditioning, Quads, Intermediate, "dumbbell_thruster", "Dumbbell thruster", [
        "Front squat, then drive the dumbbells overhead in one move.",
        "Do not press before the legs are straight.",
        "Hold light dumbbells on the shoulders, feet a little wider than the hips.",
    ]).with(PerHand, &[Dumbbell]).also(&[Delts]).accessory(),
    breath(Beginner, Back, "farmers_carry", "Farmer's carry", [
        "A dumbbell in each hand, walk tall with short steps.",
        "Do not let the shoulders hang forward.",
        "Clear a path and put the dumbbells down at its start, handles parallel.",
    ]).with(PerHand, &[Dumbbell]),
    breath(Beginner, Core, "suitcase_carry", "Suitcase carry", [
        "Bell in one hand, walk without leaning; change sides halfway.",
        "Do not rest the bell on the thigh.",
        "Clear a path to walk and turn around in.",
    ]).with(Bell, &[Kettlebell]),
    breath(Beginner, Core, "mountain_climber", "Mountain climbers", [
        "In a plank, run the knees to the chest and keep the hips low.",
        "Do not bounce the hips up and down.",
        "Hands under the shoulders on a floor that is not slippery.",
    ]),
    breath(Beginner, Quads, "high_knees", "High knees", [
        "Run on the spot, knees to hip height, light on the feet.",
        "Do not lean back to get the knees up.",
        "Wear shoes, or choose a soft floor.",
    ]),
    breath(Beginner, Delts, "shadow_boxing", "Shadow boxing", [
        "Stay on your toes and punch straight out, hands back to the chin.",
        "Do not snap the elbows straight.",
        "Stand with one foot ahead and an arm's length of space all around.",
    ]),
    breath(Intermediate, Quads, "burpee", "Burpees", [
        "Hands down, feet back, feet in, jump; find a pace you can keep.",
        "Do not let the hips sag when the feet go back.",
        "Choose a floor that is even and not slippery.",
    ]),
    breath(Intermediate, Quads, "skater_jump", "Skater jumps", [
        "Jump from side to side and land softly on one leg.",
        "Do not let the landing knee fall inwards.",
        "Leave two steps of space on both sides.",
    ]),
    breath(Intermediate, Core, "bear_crawl", "Bear crawl", [
        "Knees just off the floor, small steps, back flat.",
        "Do not let the hips sway or rise.",
        "Clear a path of a few steps on a floor that is not slippery.",
    ]),
];
