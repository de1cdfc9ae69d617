//! Bending at the hips. Trains the hamstrings, or the glutes where that is said.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, Kettlebell as Bell, PerHand, Stack};
use crate::workout::exercise::Muscle::{Glutes, Hamstrings, LowerBack};
use crate::workout::exercise::Pattern::Hinge;
use crate::workout::training::Equipment::{Band, Barbell, Bench, Cable, Dumbbell, Kettlebell, Machine};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn hinge(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Hinge, Hamstrings, level, id, name, how).also(&[Glutes, LowerBack])
}

/// One that works the glutes first.
const fn bridge(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Hinge, Glutes, level, id, name, how).also(&[Hamstrings])
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    hinge(Intermediate, "deadlift", "Barbell deadlift", [
        "Bar over mid-foot, long back, push the floor away and lock out with the hips.",
        "Do not jerk the bar: take the slack out first and keep it close to the legs.",
        "Load the bar on the floor and stand with the shins a hand's width from it.",
    ]).with(Bar, &[Barbell]),
    hinge(Intermediate, "barbell_romanian_deadlift", "Barbell Romanian deadlift", [
        "Soft knees, hips back, bar close to the legs until the hamstrings stop you.",
        "Do not chase depth by rounding the lower back.",
        "Lift the bar to standing as in a deadlift, feet hip-width apart.",
    ]).with(Bar, &[Barbell]),
    bridge(Intermediate, "sumo_deadlift", "Sumo deadlift", [
        "Wide stance, knees out over the toes, chest up, push the floor apart.",
        "Do not let the knees cave in as the bar leaves the floor.",
        "Shins close to the bar, toes turned out, hands inside the knees.",
    ]).with(Bar, &[Barbell]).also(&[Hamstrings, LowerBack]),
    bridge(Intermediate, "hip_thrust", "Barbell hip thrust", [
        "Chin tucked, drive through the heels until the hips are level with the knees.",
        "Do not arch the lower back to get higher.",
        "Shoulder blades on the edge of a bench, bar padded across the hips.",
    ]).with(Bar, &[Barbell, Bench]),
    hinge(Beginner, "dumbbell_deadlift", "Dumbbell Romanian deadlift", [
        "Slide the dumbbells down the thighs as the hips go back; keep the back long.",
        "Do not turn it into a squat: the knees stay soft and almost still.",
        "Stand at hip width with a dumbbell in front of each thigh.",
    ]).with(PerHand, &[Dumbbell]),
    hinge(Intermediate, "dumbbell_single_leg_deadlift", "Dumbbell single-leg deadlift", [
        "Hinge on one leg, dumbbell opposite the standing foot, hips level.",
        "Do not open the hip of the raised leg to the side.",
        "Hold one dumbbell and fix your eyes on a spot on the floor.",
    ]).with(PerHand, &[Dumbbell]).each_side(),
    bridge(Beginner, "dumbbell_hip_thrust", "Dumbbell hip thrust", [
        "Hold the dumbbell on the hips and lift them until thighs and trunk are in line.",
        "Do not push with the toes: the heels carry the weight.",
        "Shoulder blades on the edge of a bench, a folded towel under the dumbbell.",
    ]).with(PerHand, &[Dumbbell, Bench]),
    hinge(Beginner, "kettlebell_deadlift", "Kettlebell deadlift", [
        "Bell between the feet, push the floor away and stand tall.",
        "Do not lift with a rounded back: push the hips back before you reach down.",
        "Stand over the bell so that its handle is between your ankles.",
    ]).with(Bell, &[Kettlebell]),
    hinge(Intermediate, "kettlebell_single_leg_deadlift", "Kettlebell single-leg deadlift", [
        "Hinge on one leg until the bell is at mid-shin, then stand tall.",
        "Do not hurry: a set without wobbling beats a heavier bell.",
        "Hold the bell in the hand opposite the standing leg.",
    ]).with(Bell, &[Kettlebell]).each_side(),
    bridge(Intermediate, "kettlebell_swing", "Kettlebell swing", [
        "Snap the hips to send the bell to chest height; the arms only guide it.",
        "Do not squat the bell up or lean back at the top.",
        "Put the bell an arm's length in front of you and leave free space ahead.",
    ]).with(Bell, &[Kettlebell]).accessory(),
    hinge(Beginner, "leg_curl", "Leg curl", [
        "Bend the knees fully and let the weight back slowly.",
        "Do not lift the hips off the pad to finish a repetition.",
        "Line your knees up with the hinge of the machine, pad just above the heels.",
    ]).with(Stack, &[Machine]).also(&[]).accessory(),
    bridge(Beginner, "cable_pull_through", "Cable pull-through", [
        "Reach back between the legs, then drive the hips forward and stand tall.",
        "Do not pull with the arms: they are only straps.",
        "Fix a rope at the lowest pulley and face away from it, two steps forward.",
    ]).with(Stack, &[Cable]),
    of(Hinge, LowerBack, Beginner, "back_extension", "Back extension", [
        "Hinge at the pad, then lift the trunk until it is in line with the legs.",
        "Do not swing or arch beyond a straight line.",
        "Set the pad just below the hip bones so that the hips can bend freely.",
    ]).needing(&[Machine]).also(&[Glutes, Hamstrings]).accessory(),
    bridge(Beginner, "band_pull_through", "Band pull-through", [
        "Face away from the anchor, reach back between the legs and drive the hips forward.",
        "Do not let the band pull you off balance: keep the weight on the heels.",
        "Fix the band low and walk forward until it is tight.",
    ]).with(BandLoad, &[Band]),
    hinge(Intermediate, "single_leg_hinge", "Single-leg deadlift", [
        "Tip forward on one leg, back and raised leg in one line.",
        "Do not turn the hips: both hip bones face the floor.",
        "Stand near a wall that you can touch for balance.",
    ]).each_side(),
    bridge(Intermediate, "single_leg_bridge", "Single-leg glute bridge", [
        "One foot on the floor, lift the hips without letting them tilt.",
        "Do not press with the lower back if the hamstring cramps: bring the heel closer.",
        "Lie on your back, one knee bent, the other leg stretched in the air.",
    ]).each_side(),
    bridge(Beginner, "glute_bridge", "Glute bridge", [
        "Lie on your back, press the heels down and lift the hips to a straight line.",
        "Do not arch the lower back at the top.",
        "Knees bent, heels a hand's width from the buttocks, arms at your sides.",
    ]).weighted().harder("single_leg_bridge"),
    hinge(Beginner, "good_morning", "Body-weight good morning", [
        "Hands at the ears, push the hips back with a long back, then stand tall.",
        "Do not bend the back to get lower.",
        "Stand a step in front of a wall and aim your hips at it.",
    ]).harder("single_leg_hinge"),
    hinge(Advanced, "nordic_curl", "Nordic curl", [
        "Kneel with fixed heels, lean forward slowly and catch yourself with the hands.",
        "Do not bend at the hips: knees to head stay in one line.",
        "Wedge the heels under something that cannot move and kneel on a cushion.",
    ]).also(&[]).accessory(),
    hinge(Intermediate, "sliding_leg_curl", "Sliding leg curl", [
        "Hips up, slide the heels away and pull them back without dropping the hips.",
        "Do not let the hips sag: slide only as far as they stay up.",
        "Lie on a smooth floor with the heels on a towel or in socks.",
    ]).also(&[Glutes]).accessory().harder("nordic_curl"),
];
