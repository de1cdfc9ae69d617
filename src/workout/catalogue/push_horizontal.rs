//! Pushing away from the chest. Trains the chest, or the triceps where that is said.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, PerHand, Stack};
use crate::workout::exercise::Muscle::{Chest, Core, Delts, Triceps};
use crate::workout::exercise::Pattern::PushHorizontal;
use crate::workout::training::Equipment::{Band, Barbell, Bench, Cable, Dumbbell, Machine, Rack};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn push(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(PushHorizontal, Chest, level, id, name, how).also(&[Triceps, Delts])
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    push(Intermediate, "bench_press", "Barbell bench press", [
        "Feet planted, bar to the lower chest, press up and slightly back.",
        "Do not bounce the bar off the chest or press without safety bars.",
        "Eyes under the bar, shoulder blades together, safety bars just below chest height.",
    ]).with(Bar, &[Barbell, Bench, Rack]),
    push(Intermediate, "incline_bench_press", "Incline bench press", [
        "Bar to the upper chest, elbows below the bar, press straight up.",
        "Do not set the bench too steep: above 45 degrees the shoulders take over.",
        "Set the bench to about 30 degrees and the safety bars just below chest height.",
    ]).with(Bar, &[Barbell, Bench, Rack]),
    of(PushHorizontal, Triceps, Intermediate, "close_grip_bench_press", "Close-grip bench press", [
        "Hands at shoulder width, elbows along the ribs, press to straight arms.",
        "Do not grip narrower than the shoulders: the wrists pay for it.",
        "Set up as for the bench press, with the hands at shoulder width.",
    ]).with(Bar, &[Barbell, Bench, Rack]).also(&[Chest, Delts]).accessory(),
    push(Beginner, "dumbbell_bench_press", "Dumbbell bench press", [
        "Lower the dumbbells next to the chest and press until the arms are straight.",
        "Do not let the elbows flare out to shoulder height.",
        "Sit down with the dumbbells on the thighs and lie back with them.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    push(Intermediate, "incline_dumbbell_press", "Incline dumbbell press", [
        "Lower the dumbbells to the sides of the chest, press up and slightly together.",
        "Do not arch the lower back off the bench.",
        "Set the bench to about 30 degrees and rest the dumbbells on the thighs.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    push(Beginner, "floor_press", "Dumbbell floor press", [
        "Lie down, upper arms touch the floor, press until the arms are straight.",
        "Do not drop the elbows onto the floor.",
        "Lie on your back with bent knees, a dumbbell next to each shoulder.",
    ]).with(PerHand, &[Dumbbell]),
    push(Intermediate, "dumbbell_squeeze_press", "Dumbbell squeeze press", [
        "Press the dumbbells together all the way up and down.",
        "Do not lose the pressure between the dumbbells at the bottom.",
        "Lie on the floor or a bench and hold the dumbbells side by side on the chest.",
    ]).with(PerHand, &[Dumbbell]).accessory(),
    push(Beginner, "chest_press", "Chest press", [
        "Shoulder blades on the pad, press until the arms are almost straight.",
        "Do not let the shoulders roll forward at the end.",
        "Set the seat so that the handles are at mid-chest height.",
    ]).with(Stack, &[Machine]),
    push(Beginner, "machine_dip", "Machine dip", [
        "Push the handles down with the elbows close, let them up slowly.",
        "Do not shrug the shoulders towards the ears.",
        "Set the seat so that the elbows are at a right angle at the start.",
    ]).with(Stack, &[Machine]).accessory(),
    push(Intermediate, "dumbbell_fly", "Dumbbell fly", [
        "Open the arms in a wide arc with soft elbows, close them over the chest.",
        "Do not lower the elbows below the bench.",
        "Lie on a bench with the dumbbells above the chest, palms facing.",
    ]).with(PerHand, &[Dumbbell, Bench]).also(&[]).accessory(),
    push(Beginner, "pec_deck", "Pec deck", [
        "Bring the arms together in front of the chest, hold briefly, open slowly.",
        "Do not let the weight pull the shoulders back at the end.",
        "Set the seat so that the upper arms are just below shoulder height.",
    ]).with(Stack, &[Machine]).also(&[]).accessory(),
    push(Intermediate, "cable_fly", "Cable fly", [
        "Step forward, soft elbows, bring the hands together in front of the chest.",
        "Do not turn it into a press: the elbows keep their angle.",
        "Set both pulleys to shoulder height and stand in the middle, one foot ahead.",
    ]).with(Stack, &[Cable]).also(&[]).accessory(),
    push(Intermediate, "band_push_up", "Band push-up", [
        "Band across the back, body stiff, push the floor away.",
        "Do not let the hips sag against the band.",
        "Lay the band over the shoulder blades and hold an end under each hand.",
    ]).with(BandLoad, &[Band]),
    push(Beginner, "band_chest_press", "Band chest press", [
        "Band behind the back, press forward without shrugging.",
        "Do not let the band snap the hands back.",
        "Run the band under the arms across the shoulder blades, one foot ahead.",
    ]).with(BandLoad, &[Band]),
    push(Advanced, "archer_push_up", "Archer push-up", [
        "Hands wide, shift over one arm while the other one stays straight.",
        "Do not twist the hips towards the working arm.",
        "Put the hands about twice as wide as the shoulders, fingers turned out.",
    ]).each_side(),
    push(Intermediate, "push_up", "Push-up", [
        "Elbows at half height, body stiff, chest to the floor.",
        "Do not let the hips sag or the head reach for the floor.",
        "Hands a little wider than the shoulders, feet together.",
    ]).also(&[Triceps, Delts, Core]).weighted().harder("decline_push_up"),
    push(Intermediate, "decline_push_up", "Decline push-up", [
        "Feet raised, body in one line, chest to the floor.",
        "Do not pike the hips to make it easier.",
        "Put the feet on a firm chair or step that cannot slide.",
    ]).harder("archer_push_up"),
    of(PushHorizontal, Triceps, Intermediate, "close_push_up", "Close-grip push-up", [
        "Hands under the chest, elbows along the ribs.",
        "Do not let the elbows point outwards.",
        "Put the hands under the shoulders or slightly closer.",
    ]).also(&[Chest, Delts]).accessory(),
    push(Beginner, "knee_push_up", "Knee push-up", [
        "From knees to head one line; lower the chest between the hands.",
        "Do not bend at the hips: they come down with the chest.",
        "Kneel on something soft and walk the hands forward.",
    ]).harder("push_up"),
    push(Beginner, "incline_push_up", "Incline push-up", [
        "Hands on a table, body in one line, chest to the edge.",
        "Do not let the table slide: test it before the first repetition.",
        "Choose a firm edge about hip high; lower is harder.",
    ]).harder("knee_push_up"),
];
