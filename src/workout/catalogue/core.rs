//! Holding the trunk.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Stack};
use crate::workout::exercise::Muscle::{self, Glutes, LowerBack};
use crate::workout::exercise::Pattern::Core;
use crate::workout::training::Equipment::{Band, Cable, PullUpBar};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn core(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Core, Muscle::Core, level, id, name, how).accessory()
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    core(Intermediate, "cable_crunch", "Cable crunch", [
        "Kneel, hold the rope at the head and curl the ribs towards the hips.",
        "Do not sit back onto the heels: the hips stay where they are.",
        "Fix a rope at the highest position and kneel one step away, facing it.",
    ]).with(Stack, &[Cable]),
    core(Intermediate, "cable_chop", "Cable chop", [
        "Pull the handle diagonally across the body with straight arms.",
        "Do not turn the lower back alone: hips and shoulders turn together.",
        "Set the pulley above the head and stand sideways to it.",
    ]).with(Stack, &[Cable]).each_side(),
    core(Beginner, "pallof_press", "Pallof press", [
        "Stand sideways to the anchor and press the band out without turning.",
        "Do not let the band turn the shoulders.",
        "Fix the band at chest height and step away until it is tight.",
    ]).with(BandLoad, &[Band]).each_side(),
    core(Advanced, "hanging_leg_raise", "Hanging leg raise", [
        "Hang still, lift straight legs to hip height or above, lower slowly.",
        "Do not swing: wait until you hang still.",
        "Grip the bar at shoulder width, feet clear of the floor.",
    ]).needing(&[PullUpBar]),
    core(Intermediate, "hanging_knee_raise", "Hanging knee raise", [
        "Hang still, curl the knees to the chest and lower them slowly.",
        "Do not arch the back at the bottom.",
        "Grip the bar at shoulder width, feet clear of the floor.",
    ]).needing(&[PullUpBar]).harder("hanging_leg_raise"),
    core(Advanced, "v_up", "V-up", [
        "Lift legs and trunk together and meet in the middle.",
        "Do not throw the arms forward to get up.",
        "Lie on your back on a mat, arms stretched past the head.",
    ]),
    core(Advanced, "copenhagen_plank", "Copenhagen plank", [
        "Upper leg on a bench, lift the hips until the body is in one line.",
        "Do not let the hips sag; rest the knee on the bench if it is too hard.",
        "Lie on your side with the upper leg on a chair or bench, elbow under the shoulder.",
    ]).each_side().for_time(),
    core(Intermediate, "side_plank", "Side plank", [
        "Elbow under the shoulder, hips high; change sides halfway.",
        "Do not roll the upper shoulder forward.",
        "Lie on your side on a mat, feet one on top of the other.",
    ]).also(&[Glutes]).for_time().harder("copenhagen_plank"),
    core(Intermediate, "hollow_hold", "Hollow hold", [
        "Lower back pressed down, shoulders and legs just off the floor.",
        "Do not let the lower back lift: raise the legs higher instead.",
        "Lie on your back on a mat, arms past the head or at your sides.",
    ]).for_time().harder("v_up"),
    core(Beginner, "plank", "Plank", [
        "Elbows under the shoulders, ribs and hips in one line.",
        "Do not let the lower back sag: end the set when it does.",
        "Lie face down on a mat and set the elbows under the shoulders.",
    ]).for_time().harder("hollow_hold"),
    core(Intermediate, "leg_raise", "Lying leg raise", [
        "Lift straight legs to vertical and lower them without touching the floor.",
        "Do not lower further than the back stays flat.",
        "Lie on your back on a mat, hands under the hips.",
    ]),
    core(Beginner, "reverse_crunch", "Reverse crunch", [
        "Curl the knees to the chest until the hips leave the floor.",
        "Do not swing the legs for momentum.",
        "Lie on your back, knees above the hips, hands flat on the floor.",
    ]).harder("leg_raise"),
    core(Beginner, "crunch", "Crunch", [
        "Curl the ribs towards the hips until the shoulder blades leave the floor.",
        "Do not pull on the head.",
        "Lie on your back with bent knees, fingertips at the temples.",
    ]).harder("v_up"),
    core(Beginner, "bicycle_crunch", "Bicycle crunch", [
        "Elbow towards the opposite knee, slowly, the other leg stretched.",
        "Do not race: one side, then the other.",
        "Lie on your back, legs lifted, fingertips at the temples.",
    ]).each_side(),
    core(Intermediate, "russian_twist", "Russian twist", [
        "Lean back with a long spine and turn the shoulders from side to side.",
        "Do not round the back or only wave the arms.",
        "Sit on a mat with bent knees, heels lightly on the floor.",
    ]),
    core(Beginner, "dead_bug", "Dead bug", [
        "Lower back on the floor, stretch opposite arm and leg slowly.",
        "Do not stretch further than the back stays down.",
        "Lie on your back, arms up, knees above the hips.",
    ]).each_side(),
    core(Beginner, "bird_dog", "Bird dog", [
        "On hands and knees, reach out opposite arm and leg without swaying.",
        "Do not lift the leg above hip height.",
        "Hands under the shoulders, knees under the hips, on something soft.",
    ]).also(&[Glutes, LowerBack]).each_side(),
];
