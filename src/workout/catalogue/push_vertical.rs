//! Pushing overhead. Trains the shoulders, or the triceps where that is said.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, Kettlebell as Bell, PerHand, Stack};
use crate::workout::exercise::Muscle::{Chest, Core, Delts, Triceps};
use crate::workout::exercise::Pattern::PushVertical;
use crate::workout::training::Equipment::{Band, Barbell, Bench, Cable, Dumbbell, Kettlebell, Machine};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn press(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(PushVertical, Delts, level, id, name, how).also(&[Triceps])
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    press(Intermediate, "overhead_press", "Barbell overhead press", [
        "Squeeze the glutes, press past the face and finish over mid-foot.",
        "Do not lean back to get the bar past the head.",
        "Bring the bar to the shoulders, from a rack or by a clean, forearms upright.",
    ]).with(Bar, &[Barbell]),
    press(Beginner, "dumbbell_press", "Dumbbell shoulder press", [
        "Ribs down, press until the arms are next to the ears.",
        "Do not arch the lower back.",
        "Lift the dumbbells to the shoulders one at a time, elbows slightly in front.",
    ]).with(PerHand, &[Dumbbell]),
    press(Beginner, "seated_dumbbell_press", "Seated dumbbell press", [
        "Back on the pad, press the dumbbells up and slightly together.",
        "Do not slide down the bench until it becomes a chest press.",
        "Set the bench almost upright and help the dumbbells up with the knees.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    press(Intermediate, "dumbbell_push_press", "Dumbbell push press", [
        "Dip the knees a little and drive the dumbbells overhead in one move.",
        "Do not dip forward: the heels stay down until you drive.",
        "Hold the dumbbells on the shoulders, feet at hip width.",
    ]).with(PerHand, &[Dumbbell]),
    press(Beginner, "lateral_raise", "Lateral raise", [
        "Raise the arms sideways to shoulder height with soft elbows, lower slowly.",
        "Do not swing the weight or shrug.",
        "Take light dumbbells and lean forward very slightly.",
    ]).with(PerHand, &[Dumbbell]).also(&[]).accessory(),
    press(Beginner, "machine_shoulder_press", "Machine shoulder press", [
        "Back on the pad, press up without shrugging.",
        "Do not lower so far that the shoulders roll forward.",
        "Set the seat so that the handles start at shoulder height.",
    ]).with(Stack, &[Machine]),
    press(Beginner, "cable_lateral_raise", "Cable lateral raise", [
        "Raise the arm sideways to shoulder height and let it down slowly.",
        "Do not lean away from the cable.",
        "Set the pulley to the lowest position and hold the handle in the far hand.",
    ]).with(Stack, &[Cable]).also(&[]).each_side().accessory(),
    press(Intermediate, "kettlebell_press", "Kettlebell press", [
        "Wrist straight, press overhead without leaning away.",
        "Do not let the bell bend the wrist back.",
        "Clean the bell to the shoulder, forearm upright, other hand in a fist.",
    ]).with(Bell, &[Kettlebell]).each_side(),
    press(Intermediate, "kettlebell_push_press", "Kettlebell push press", [
        "Dip the knees a little and drive the bell overhead, lower it to the shoulder.",
        "Do not press early: the legs start the movement.",
        "Clean the bell to the shoulder, feet at hip width.",
    ]).with(Bell, &[Kettlebell]).each_side(),
    press(Beginner, "band_press", "Band overhead press", [
        "Stand on the band, ribs down, press straight up.",
        "Do not let the band pull the hands behind the head.",
        "Stand on the band and bring its ends to the shoulders, palms forward.",
    ]).with(BandLoad, &[Band]),
    press(Beginner, "band_lateral_raise", "Band lateral raise", [
        "Raise the arms sideways to shoulder height, lower against the pull.",
        "Do not bend the elbows more as you tire.",
        "Stand on the middle of the band with one end in each hand.",
    ]).with(BandLoad, &[Band]).also(&[]).accessory(),
    press(Intermediate, "pike_push_up", "Pike push-up", [
        "Hips high, look at the feet and lower the head in front of the hands.",
        "Do not let it turn into a push-up: the hips stay up.",
        "Hands at shoulder width, walk the feet in until the hips are high.",
    ]).harder("wall_walk"),
    press(Beginner, "incline_pike_push_up", "Raised pike push-up", [
        "Hands on a chair, hips high, lower the head between the hands.",
        "Do not let the elbows flare out.",
        "Put a firm chair against the wall and walk the feet towards it.",
    ]).harder("pike_push_up"),
    press(Advanced, "wall_walk", "Wall walk", [
        "From a plank walk the feet up the wall, hands towards it, and back again.",
        "Do not arch the back near the wall: stop where you can keep it straight.",
        "Lie face down with your feet against a clear wall, on a floor that is not slippery.",
    ]).also(&[Triceps, Core]).accessory(),
    press(Advanced, "handstand_hold", "Handstand hold", [
        "Chest to the wall, arms straight, push the floor away and breathe.",
        "Do not stay until the arms give way: come down while you can choose how.",
        "Walk your feet up a clear wall, hands about 20 cm (8 in) away from it.",
    ]).for_time().also(&[Triceps, Core]).accessory(),
    of(PushVertical, Triceps, Beginner, "chair_dip", "Chair dip", [
        "Hands on the edge of a chair, bend the elbows straight back.",
        "Do not go lower than a right angle at the elbows.",
        "Put a firm chair against the wall; bent knees make it easier.",
    ]).also(&[Chest, Delts]).accessory(),
];
