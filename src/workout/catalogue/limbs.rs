//! Small movements of one joint: bending or straightening the elbows, rising onto the toes.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, PerHand, Stack};
use crate::workout::exercise::Muscle::{self, Biceps, Triceps};
use crate::workout::exercise::Pattern::{Arms, Calves};
use crate::workout::training::Equipment::{Band, Barbell, Bench, Cable, Dumbbell, Machine};
use crate::workout::training::Level::{self, Beginner, Intermediate};

const fn curl(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Arms, Biceps, level, id, name, how).accessory()
}

const fn extension(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Arms, Triceps, level, id, name, how).accessory()
}

const fn raise(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Calves, Muscle::Calves, level, id, name, how).accessory()
}

#[rustfmt::skip]
pub(super) const ARMS: &[Exercise] = &[
    curl(Beginner, "barbell_curl", "Barbell curl", [
        "Elbows at your sides, curl the bar to the chest and lower it slowly.",
        "Do not swing the hips forward.",
        "Stand tall and grip the bar at shoulder width, palms forward.",
    ]).with(Bar, &[Barbell]),
    curl(Beginner, "dumbbell_curl", "Dumbbell curl", [
        "Turn the palms up as you curl, lower until the arms are straight.",
        "Do not let the elbows drift forward.",
        "Stand tall with the dumbbells at your sides, palms facing in.",
    ]).with(PerHand, &[Dumbbell]),
    curl(Beginner, "hammer_curl", "Hammer curl", [
        "Palms face each other all the way up and down.",
        "Do not swing the weight with the trunk.",
        "Stand tall with the dumbbells at your sides, thumbs forward.",
    ]).with(PerHand, &[Dumbbell]),
    curl(Intermediate, "incline_curl", "Incline dumbbell curl", [
        "Upper arms hang straight down; curl without moving them.",
        "Do not cut the stretch at the bottom short.",
        "Set the bench to about 60 degrees and lean back with hanging arms.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    curl(Beginner, "cable_curl", "Cable curl", [
        "Elbows at your sides, curl the handle up and let it down slowly.",
        "Do not lean back against the cable.",
        "Set the pulley to the lowest position and stand one step away from it.",
    ]).with(Stack, &[Cable]),
    curl(Beginner, "preacher_curl", "Machine preacher curl", [
        "Upper arms stay on the pad; curl up and lower almost to straight.",
        "Do not let the weight snap the elbows straight.",
        "Set the seat so that the armpits rest on the upper edge of the pad.",
    ]).with(Stack, &[Machine]),
    curl(Beginner, "band_curl", "Band curl", [
        "Elbows at your sides, curl up and resist the band on the way down.",
        "Do not let the elbows drift forward.",
        "Stand on the band with one end in each hand.",
    ]).with(BandLoad, &[Band]),
    extension(Intermediate, "lying_triceps_extension", "Lying triceps extension", [
        "Keep the upper arms still, lower the bar behind the forehead, straighten the elbows.",
        "Do not let the elbows drift apart.",
        "Lie on a bench with the bar above the shoulders, hands at shoulder width.",
    ]).with(Bar, &[Barbell, Bench]),
    extension(Beginner, "overhead_triceps_extension", "Overhead triceps extension", [
        "Hold one dumbbell overhead, lower it behind the head, straighten the arms.",
        "Do not arch the lower back.",
        "Sit or stand tall and hold one dumbbell by its end with both hands.",
    ]).with(PerHand, &[Dumbbell]),
    extension(Beginner, "triceps_push_down", "Triceps push-down", [
        "Elbows at your sides, push down until the arms are straight.",
        "Do not lean over the bar to push it with your weight.",
        "Set the pulley to the highest position and take the bar or rope.",
    ]).with(Stack, &[Cable]),
    extension(Beginner, "band_push_down", "Band push-down", [
        "Elbows at your sides, push the band down until the arms are straight.",
        "Do not let the elbows rise with the band.",
        "Fix the band overhead and hold it with both hands.",
    ]).with(BandLoad, &[Band]),
];

#[rustfmt::skip]
pub(super) const CALVES: &[Exercise] = &[
    raise(Beginner, "standing_calf_machine", "Standing calf raise", [
        "Rise as high as you can, pause, and sink until the calves stretch.",
        "Do not bounce at the bottom.",
        "Shoulders under the pads, balls of the feet on the step.",
    ]).with(Stack, &[Machine]),
    raise(Beginner, "seated_calf_raise", "Seated calf raise", [
        "Rise as high as you can, pause, and lower slowly.",
        "Do not push with the hands.",
        "Balls of the feet on the step, pad on the thighs just above the knees.",
    ]).with(Stack, &[Machine]),
    raise(Beginner, "dumbbell_calf_raise", "Dumbbell calf raise", [
        "Dumbbells at your sides, rise onto the toes and lower slowly.",
        "Do not roll onto the outer edge of the feet.",
        "Stand with the balls of the feet on a step or a thick book.",
    ]).with(PerHand, &[Dumbbell]),
    raise(Intermediate, "single_leg_calf_raise", "Single-leg calf raise", [
        "Rise on one foot, pause at the top, sink below the edge.",
        "Do not bend the knee to help.",
        "Stand on the edge of a stair with one hand on the wall.",
    ]).each_side().weighted(),
    raise(Beginner, "calf_raise", "Calf raise", [
        "Rise onto the toes as high as you can, pause, lower slowly.",
        "Do not hurry: two seconds down.",
        "Stand on the edge of a stair or flat on the floor, one hand on the wall.",
    ]).weighted().harder("single_leg_calf_raise"),
];
