//! One leg in front of the other, on each side. Trains the quads.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, Kettlebell as Bell, PerHand};
use crate::workout::exercise::Muscle::{Glutes, Hamstrings, Quads};
use crate::workout::exercise::Pattern::Lunge;
use crate::workout::training::Equipment::{Band, Barbell, Bench, Dumbbell, Kettlebell, Rack};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn lunge(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Lunge, Quads, level, id, name, how).also(&[Glutes]).each_side()
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    lunge(Advanced, "barbell_lunge", "Barbell reverse lunge", [
        "Bar on the back, step back with control and stand up through the front heel.",
        "Do not step too narrow: feet on two rails, not on a rope.",
        "Set the bar at mid-chest height and walk it out to where there is room behind you.",
    ]).with(Bar, &[Barbell, Rack]),
    lunge(Intermediate, "dumbbell_rear_foot_split_squat", "Dumbbell rear-foot elevated split squat", [
        "Back foot on a chair, dumbbells at your sides, lower straight down.",
        "Do not push off with the rear foot.",
        "Put a chair or bench one long step behind you, laces of the rear foot on it.",
    ]).with(PerHand, &[Dumbbell]),
    lunge(Intermediate, "walking_lunge", "Dumbbell walking lunge", [
        "Step forward, lower straight down and bring the rear foot through to the next step.",
        "Do not bounce the knee off the floor.",
        "Find ten steps of free floor and hold the dumbbells at your sides.",
    ]).with(PerHand, &[Dumbbell]),
    lunge(Intermediate, "dumbbell_step_up", "Dumbbell step-up", [
        "Whole foot on the bench, stand up with that leg alone, lower slowly.",
        "Do not push off with the foot on the floor.",
        "Choose a bench about knee high that does not tip.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    lunge(Beginner, "dumbbell_split_squat", "Dumbbell split squat", [
        "Long stance, dumbbells at your sides, back knee straight down.",
        "Do not let the front knee fall inwards.",
        "Step into a long stance first, then pick the dumbbells up from both sides.",
    ]).with(PerHand, &[Dumbbell]),
    lunge(Beginner, "dumbbell_lunge", "Dumbbell lunge", [
        "Dumbbells at your sides, step, lower straight down and push back up.",
        "Do not lean forward to get back up.",
        "Stand tall with free space in front of you.",
    ]).with(PerHand, &[Dumbbell]),
    lunge(Intermediate, "kettlebell_lunge", "Kettlebell goblet lunge", [
        "Bell at the chest, step back and stay upright all the way.",
        "Do not let the bell drift away from the chest.",
        "Lift the bell to the chest with both hands, free space behind you.",
    ]).with(Bell, &[Kettlebell]),
    of(Lunge, Glutes, Beginner, "band_lateral_walk", "Band lateral walk", [
        "Knees slightly bent, step sideways against the band and follow slowly.",
        "Do not let the feet come together or the knees fall inwards.",
        "Loop the band around both legs just above the knees.",
    ]).with(BandLoad, &[Band]).also(&[Quads]).each_side().accessory(),
    lunge(Intermediate, "rear_foot_split_squat", "Rear-foot elevated split squat", [
        "Back foot on a chair, lower straight down and drive through the front heel.",
        "Do not stand too close to the chair: the front heel must stay down.",
        "Put a firm chair against the wall, one long step behind you.",
    ]).weighted(),
    lunge(Beginner, "reverse_lunge", "Reverse lunge", [
        "Step back softly, touch the knee down lightly and push through the front foot.",
        "Do not drop onto the rear knee.",
        "Stand at hip width with free space behind you.",
    ]).harder("rear_foot_split_squat"),
    lunge(Beginner, "split_squat", "Split squat", [
        "Long stance, back knee straight down, weight on the front heel.",
        "Do not slide forward: the knee goes down, not ahead.",
        "Step into a long stance and hold on to a wall if you need to.",
    ]).weighted().harder("rear_foot_split_squat"),
    lunge(Beginner, "step_up", "Step-up", [
        "Whole foot on the step, stand up with that leg alone, lower slowly.",
        "Do not push off with the foot on the floor.",
        "Use a stair or a firm box no higher than the knee.",
    ]).weighted().harder("rear_foot_split_squat"),
    lunge(Intermediate, "lateral_lunge", "Lateral lunge", [
        "Step wide, sit over one foot and keep the other leg straight.",
        "Do not let the heel of the bent leg lift.",
        "Stand tall with free space on both sides.",
    ]).also(&[Glutes, Hamstrings]).accessory(),
    lunge(Advanced, "jump_lunge", "Jumping lunge", [
        "Switch legs in the air and land softly in the next lunge.",
        "Stop the set when the landings get loud or the knee touches down hard.",
        "Choose a floor that is even and not slippery.",
    ]).accessory(),
];
