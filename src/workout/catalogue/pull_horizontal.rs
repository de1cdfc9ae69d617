//! Pulling towards the chest. Trains the back, or the rear shoulders where that is said.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, Kettlebell as Bell, PerHand, Stack};
use crate::workout::exercise::Muscle::{Back, Biceps, Core, Delts, LowerBack};
use crate::workout::exercise::Pattern::PullHorizontal;
use crate::workout::training::Equipment::{Band, Barbell, Bench, Cable, Dumbbell, Kettlebell, Machine};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn row(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(PullHorizontal, Back, level, id, name, how).also(&[Biceps])
}

/// One that works the rear part of the shoulders first.
const fn rear_delts(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(PullHorizontal, Delts, level, id, name, how).also(&[Back]).accessory()
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    row(Intermediate, "barbell_row", "Barbell row", [
        "Hinge forward with a long back and pull the bar to the navel.",
        "Do not stand up a little more with each repetition.",
        "Stand up with the bar, then hinge until the trunk is well below 45 degrees.",
    ]).with(Bar, &[Barbell]).also(&[Biceps, LowerBack]),
    row(Beginner, "dumbbell_row", "Dumbbell row", [
        "One hand on a chair, draw the elbow to the hip without twisting.",
        "Do not jerk the weight up with the trunk.",
        "Put one hand on a chair or bench, back level, dumbbell under the shoulder.",
    ]).with(PerHand, &[Dumbbell]).each_side(),
    row(Beginner, "chest_supported_row", "Chest-supported row", [
        "Chest on the bench, draw the elbows back and squeeze the shoulder blades.",
        "Do not lift the chest off the bench.",
        "Set the bench to about 40 degrees and lie on it face down.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    row(Beginner, "seated_row", "Seated row", [
        "Sit tall, shoulder blades first, then the elbows.",
        "Do not rock back and forth to move the weight.",
        "Set the chest pad or foot plate so that the arms are just straight at the start.",
    ]).with(Stack, &[Machine]),
    row(Intermediate, "one_arm_cable_row", "One-arm cable row", [
        "Draw the elbow to the hip, pause, and let the shoulder blade glide forward.",
        "Do not turn the trunk with the arm.",
        "Set the pulley to navel height and take a split stance facing it.",
    ]).with(Stack, &[Cable]).each_side(),
    row(Beginner, "kettlebell_row", "Kettlebell row", [
        "Hinge forward, free hand on the thigh, draw the bell to the hip.",
        "Do not round the back to reach the bell.",
        "Take a split stance next to the bell, back long and almost level.",
    ]).with(Bell, &[Kettlebell]).each_side(),
    row(Beginner, "band_row", "Band row", [
        "Sit tall, band around the feet, draw the elbows back.",
        "Do not lean back to finish.",
        "Sit with almost straight legs and loop the band around both feet.",
    ]).with(BandLoad, &[Band]),
    row(Intermediate, "table_row", "Table row", [
        "Lie under a sturdy table, hold its edge and pull the chest up to it.",
        "Do not let the hips sag: heels to shoulders stay in one line.",
        "Use a heavy table that cannot tip, and test it first; bent knees make it easier.",
    ]),
    row(Advanced, "renegade_row", "Renegade row", [
        "In a plank on the dumbbells, row one without turning the hips.",
        "Do not use round dumbbells: they roll away.",
        "Feet wider than the hips, a dumbbell under each shoulder.",
    ]).with(PerHand, &[Dumbbell]).also(&[Biceps, Core]).each_side().accessory(),
    row(Beginner, "shrug", "Dumbbell shrug", [
        "Lift the shoulders straight towards the ears, hold briefly, lower slowly.",
        "Do not roll the shoulders in circles.",
        "Stand tall with a heavy dumbbell at each side.",
    ]).with(PerHand, &[Dumbbell]).also(&[]).accessory(),
    row(Beginner, "prone_row", "Prone row", [
        "Face down, lift the chest slightly and draw the elbows to the hips.",
        "Do not throw the head back: look at the floor.",
        "Lie face down with the arms stretched past the head, a towel under the forehead.",
    ]).also(&[LowerBack]).accessory().harder("table_row"),
    row(Beginner, "reverse_snow_angel", "Reverse snow angel", [
        "Face down, sweep straight arms from the hips to overhead above the floor.",
        "Do not rest the arms on the floor between repetitions.",
        "Lie face down with a towel under the forehead and free space around the arms.",
    ]).also(&[Delts, LowerBack]).accessory().harder("table_row"),
    rear_delts(Beginner, "rear_delt_fly", "Rear delt fly", [
        "Hinge forward and open the arms sideways with soft elbows.",
        "Do not pull the shoulder blades together first: the arms lead.",
        "Take light dumbbells and hinge until the trunk is almost level.",
    ]).with(PerHand, &[Dumbbell]),
    rear_delts(Beginner, "reverse_pec_deck", "Reverse pec deck", [
        "Chest on the pad, open the arms to the side and let them back slowly.",
        "Do not push the chest off the pad.",
        "Face the machine and set the handles to the rear position, at shoulder height.",
    ]).with(Stack, &[Machine]),
    rear_delts(Beginner, "face_pull", "Face pull", [
        "Pull the rope to the forehead, elbows high, hands apart at the end.",
        "Do not lean back or use a weight that makes you.",
        "Fix a rope at face height and step back until the arms are straight.",
    ]).with(Stack, &[Cable]),
    rear_delts(Beginner, "band_pull_apart", "Band pull-apart", [
        "Straight arms at shoulder height, pull the band to the chest.",
        "Do not shrug the shoulders.",
        "Hold the band in front of you at shoulder width, palms down.",
    ]).with(BandLoad, &[Band]),
    rear_delts(Beginner, "band_face_pull", "Band face pull", [
        "Pull the band to the forehead, elbows high, hands apart at the end.",
        "Do not let the lower back arch.",
        "Fix the band at face height and step back until it is tight.",
    ]).with(BandLoad, &[Band]),
];
