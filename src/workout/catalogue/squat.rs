//! Bending knees and hips together. Trains the quads.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Band as BandLoad, Bar, Kettlebell as Bell, PerHand, Stack};
use crate::workout::exercise::Muscle::{Calves, Core, Glutes, LowerBack, Quads};
use crate::workout::exercise::Pattern::Squat;
use crate::workout::training::Equipment::{Band, Barbell, Dumbbell, Kettlebell, Machine, Rack};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn squat(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Squat, Quads, level, id, name, how).also(&[Glutes])
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    squat(Intermediate, "back_squat", "Barbell back squat", [
        "Brace, sit down between the hips and drive up with the bar over mid-foot.",
        "Do not let the hips shoot up first: chest and hips rise together.",
        "Set the bar at mid-chest height and the safety bars just below the lowest position.",
    ]).with(Bar, &[Barbell, Rack]).also(&[Glutes, LowerBack]),
    squat(Advanced, "front_squat", "Barbell front squat", [
        "Elbows high, bar on the shoulders, trunk upright all the way.",
        "Do not let the elbows drop: the bar rolls forward with them.",
        "Set the bar at mid-chest height and step under it until it rests on the front of the shoulders.",
    ]).with(Bar, &[Barbell, Rack]).also(&[Glutes, Core]),
    squat(Intermediate, "box_squat", "Barbell box squat", [
        "Sit back to the box, pause without relaxing, then drive straight up.",
        "Do not drop onto the box or rock to get up.",
        "Put a box or bench behind you so that your thighs are level when you sit.",
    ]).with(Bar, &[Barbell, Rack]).also(&[Glutes, LowerBack]),
    squat(Intermediate, "dumbbell_front_squat", "Dumbbell front squat", [
        "Rest the dumbbells on the shoulders, elbows high, and sit down straight.",
        "Do not round the upper back when it gets hard.",
        "Clean both dumbbells to the shoulders, one end of each resting there.",
    ]).with(PerHand, &[Dumbbell]),
    squat(Beginner, "goblet_squat", "Goblet squat", [
        "Hold one dumbbell upright at the chest and sit between the knees.",
        "Do not let the dumbbell pull you forward: keep it touching the chest.",
        "Take one dumbbell by its upper end, feet a little wider than the hips.",
    ]).with(PerHand, &[Dumbbell]),
    squat(Intermediate, "hack_squat", "Hack squat", [
        "Lower under control until the thighs are level, then push the platform away.",
        "Do not let hips or lower back leave the pad at the bottom.",
        "Shoulders under the pads, feet in the middle of the platform, then release the safety.",
    ]).with(Stack, &[Machine]),
    squat(Beginner, "leg_press", "Leg press", [
        "Lower until the knees are at a right angle; keep the lower back on the pad.",
        "Do not lock the knees hard at the top.",
        "Set the seat so that your knees are bent a little more than a right angle at the start.",
    ]).with(Stack, &[Machine]),
    squat(Beginner, "leg_extension", "Leg extension", [
        "Straighten the knees fully, hold for a moment and lower slowly.",
        "Do not swing the weight up or lift off the seat.",
        "Line your knees up with the hinge of the machine, pad just above the ankles.",
    ]).with(Stack, &[Machine]).also(&[]).accessory(),
    squat(Beginner, "kettlebell_goblet_squat", "Kettlebell goblet squat", [
        "Hold the bell by its horns at the chest and sit between the knees.",
        "Do not lift the heels: turn the toes out a little instead.",
        "Lift the bell to the chest with both hands, feet a little wider than the hips.",
    ]).with(Bell, &[Kettlebell]),
    squat(Beginner, "band_squat", "Band squat", [
        "Stand on the band, hold it at the shoulders and stand up against it.",
        "Do not let the band pull the knees inwards.",
        "Stand on the band at hip width and bring its ends to the shoulders.",
    ]).with(BandLoad, &[Band]),
    squat(Advanced, "pistol_squat", "Pistol squat", [
        "Lower yourself on one leg under control, the other one stretched in front.",
        "Do not fall into the last part: go only as deep as you can control.",
        "Stand next to a door frame or post that you can touch if you lose balance.",
    ]).each_side().weighted(),
    squat(Advanced, "shrimp_squat", "Shrimp squat", [
        "Hold one foot behind you and lower its knee to the floor.",
        "Do not push off with the rear foot or drop onto the knee.",
        "Lay a folded towel where the knee will touch the floor.",
    ]).each_side().harder("pistol_squat"),
    squat(Beginner, "air_squat", "Body-weight squat", [
        "Heels down, chest up, knees in line with the toes.",
        "Do not let the knees fall inwards on the way up.",
        "Feet shoulder-width apart, toes slightly out, arms in front for balance.",
    ]).weighted().harder("shrimp_squat"),
    squat(Beginner, "chair_squat", "Squat to a chair", [
        "Sit back until you touch the chair, then stand up without swinging.",
        "Do not flop onto the seat: stay tight when you touch it.",
        "Put a firm chair against the wall and stand one foot's length in front of it.",
    ]).harder("air_squat"),
    squat(Intermediate, "jump_squat", "Jump squat", [
        "Squat halfway, jump, and land softly on the whole foot.",
        "Stop the set when the landings get loud.",
        "Choose a floor that is even and not slippery, with nothing above you.",
    ]).also(&[Glutes, Calves]).accessory(),
    squat(Beginner, "wall_sit", "Wall sit", [
        "Back flat on the wall, thighs level, weight on the heels.",
        "Do not press the hands on the thighs.",
        "Stand with your back to a wall and walk the feet forward as you slide down.",
    ]).for_time().also(&[]).accessory(),
];
