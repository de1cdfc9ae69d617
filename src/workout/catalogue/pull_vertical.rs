//! Pulling a weight down, or oneself up. Trains the back.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::LoadKind::{Assisted, AssistedBand, Band as BandLoad, PerHand, Stack};
use crate::workout::exercise::Muscle::{Back, Biceps, Chest, Core, Delts, LowerBack, Triceps};
use crate::workout::exercise::Pattern::PullVertical;
use crate::workout::training::Equipment::{Band, Cable, Dumbbell, Machine, PullUpBar};
use crate::workout::training::Level::{self, Advanced, Beginner, Intermediate};

const fn pull(level: Level, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(PullVertical, Back, level, id, name, how).also(&[Biceps])
}

#[rustfmt::skip]
pub(super) const ALL: &[Exercise] = &[
    pull(Intermediate, "pull_up", "Pull-up", [
        "Palms away, pull the elbows to the ribs until the chin is over the bar.",
        "Do not kick: a repetition with a swing does not count.",
        "Grip the bar a little wider than the shoulders and hang with straight arms.",
    ]).needing(&[PullUpBar]).weighted().harder("archer_pull_up"),
    pull(Intermediate, "chin_up", "Chin-up", [
        "Palms towards you, chest to the bar, no swinging.",
        "Do not cut the repetition short at the bottom.",
        "Grip the bar at shoulder width and hang with straight arms.",
    ]).needing(&[PullUpBar]).weighted().harder("pull_up"),
    pull(Beginner, "lat_pull_down", "Lat pull-down", [
        "Chest up, pull the bar to the collarbone, let it up slowly.",
        "Do not pull the bar behind the neck or lean far back.",
        "Set the thigh pad so that it holds you down, grip a little wider than the shoulders.",
    ]).with(Stack, &[Machine]),
    pull(Beginner, "assisted_pull_up", "Assisted pull-up", [
        "Let the machine carry part of you, pull the elbows to the ribs.",
        "Do not drop at the end: lower until the arms are straight.",
        "Set the help (more weight makes it easier) and step onto the platform or pad.",
    ]).with(Assisted, &[Machine]),
    pull(Beginner, "band_assisted_pull_up", "Band-assisted pull-up", [
        "Knee or foot in the band, pull the elbows to the ribs, lower slowly.",
        "Do not bounce off the band at the bottom.",
        "Loop the band around the bar and pull it tight; a stronger band helps more.",
    ]).with(AssistedBand, &[Band, PullUpBar]).harder("pull_up"),
    pull(Advanced, "archer_pull_up", "Archer pull-up", [
        "Pull towards one hand while the other arm stretches along the bar.",
        "Do not swing from side to side.",
        "Grip the bar about twice as wide as the shoulders.",
    ]).needing(&[PullUpBar]).each_side(),
    pull(Beginner, "negative_pull_up", "Slow pull-up descent", [
        "Step up to the top and lower yourself as slowly as you can.",
        "Do not let go early: the last part counts most.",
        "Put a firm chair under the bar so that you can step up to the top.",
    ]).needing(&[PullUpBar]).harder("chin_up"),
    pull(Beginner, "pullover", "Dumbbell pullover", [
        "Lie down, lower one dumbbell behind the head with soft elbows.",
        "Do not let the ribs lift and the back arch.",
        "Lie on the floor or across a bench, one dumbbell held with both hands above the chest.",
    ]).with(PerHand, &[Dumbbell]).also(&[Chest, Triceps]).accessory(),
    pull(Intermediate, "cable_pullover", "Cable pullover", [
        "Arms almost straight, pull the bar in an arc to the thighs.",
        "Do not bend the elbows more to move a heavier weight.",
        "Set the pulley to the highest position and step back, trunk slightly forward.",
    ]).with(Stack, &[Cable]).also(&[Triceps]).accessory(),
    pull(Beginner, "band_pull_down", "Band pull-down", [
        "Band fixed overhead, draw the elbows down to the ribs.",
        "Do not shrug at the top.",
        "Fix the band above a door or bar and kneel under it.",
    ]).with(BandLoad, &[Band]),
    pull(Beginner, "straight_arm_band_pull_down", "Straight-arm band pull-down", [
        "Arms straight, pull the band from overhead to the thighs.",
        "Do not swing the trunk.",
        "Fix the band overhead and step back until it is tight.",
    ]).with(BandLoad, &[Band]).also(&[Triceps]).accessory(),
    pull(Beginner, "scapular_pull_up", "Scapular pull-up", [
        "Hang with straight arms and lift the body only by drawing the shoulders down.",
        "Do not bend the elbows.",
        "Grip the bar at shoulder width; keep the toes on a chair to make it easier.",
    ]).needing(&[PullUpBar]).also(&[]).accessory().harder("negative_pull_up"),
    pull(Beginner, "dead_hang", "Dead hang", [
        "Hang with active shoulders and breathe calmly.",
        "Do not drop off: step down before the grip fails.",
        "Put a chair under the bar to step up and down.",
    ]).needing(&[PullUpBar]).for_time().also(&[Core]).accessory().harder("scapular_pull_up"),
    pull(Beginner, "prone_pull_down", "Prone pull-down", [
        "Face down, arms overhead, draw the elbows to the ribs above the floor.",
        "Do not hold your breath.",
        "Lie face down with a towel under the forehead and the arms stretched out.",
    ]).also(&[LowerBack]).accessory(),
    pull(Beginner, "prone_raise", "Prone Y raise", [
        "Face down, thumbs up, lift the arms in a Y and hold for a moment.",
        "Do not lift the chest to get the arms higher.",
        "Lie face down with a towel under the forehead.",
    ]).also(&[Delts]).accessory().harder("prone_pull_down"),
];
