//! Getting warm, and range of motion. None of it counts as sets for a muscle.

use super::of;
use crate::workout::exercise::Exercise;
use crate::workout::exercise::Muscle::{self, Back, Calves, Core, Delts, Glutes, Hamstrings, Quads};
use crate::workout::exercise::Pattern::{Mobility, WarmUp};
use crate::workout::training::Level::{Beginner, Intermediate};

const fn warm(primary: Muscle, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(WarmUp, primary, Beginner, id, name, how).accessory().for_time()
}

const fn loosen(primary: Muscle, id: &'static str, name: &'static str, how: [&'static str; 3]) -> Exercise {
    of(Mobility, primary, Beginner, id, name, how).accessory()
}

/// The gentlest first: a warm-up keeps this order.
#[rustfmt::skip]
pub(super) const WARM_UP: &[Exercise] = &[
    warm(Quads, "march", "March in place", [
        "Lift the knees to hip height and swing the arms along.",
        "Do not lean back as the knees come up.",
        "Stand tall with a little space in front.",
    ]),
    warm(Calves, "jumping_jack", "Jumping jacks", [
        "Jump lightly, arms overhead as the feet go apart.",
        "Do not land on straight knees; step instead of jumping if it hurts.",
        "Choose a floor that is even and not slippery.",
    ]),
    warm(Delts, "arm_circle", "Arm circles", [
        "Draw large circles with straight arms, forwards, then backwards.",
        "Do not arch the lower back when the arms go up.",
        "Stand with an arm's length of space all around.",
    ]),
    warm(Hamstrings, "leg_swing", "Leg swings", [
        "Hold on to a wall and swing one leg loosely; change sides halfway.",
        "Do not force the height: let the leg hang and swing.",
        "Stand sideways to a wall with space in front and behind.",
    ]),
    warm(Glutes, "hip_circle", "Hip circles", [
        "Hands on the hips, draw slow circles and change direction halfway.",
        "Do not move the shoulders along.",
        "Stand with the feet a little wider than the hips.",
    ]),
    warm(Core, "torso_twist", "Torso twists", [
        "Turn the upper body from side to side with loose arms.",
        "Do not jerk at the end of the turn.",
        "Stand with soft knees and an arm's length of space all around.",
    ]),
    warm(Core, "inchworm", "Inchworm", [
        "Walk the hands out to a plank and back, legs as straight as comfortable.",
        "Do not let the hips sag in the plank.",
        "Leave the length of your body free in front of you.",
    ]),
    warm(Hamstrings, "butt_kick", "Heel kicks", [
        "Jog on the spot and bring the heels towards the seat.",
        "Do not lean forward.",
        "Wear shoes, or choose a soft floor.",
    ]),
];

#[rustfmt::skip]
pub(super) const MOBILITY: &[Exercise] = &[
    loosen(Back, "cat_cow", "Cat-cow", [
        "On hands and knees, round and arch the back with the breath.",
        "Do not push into pain in the lower back.",
        "Hands under the shoulders, knees under the hips.",
    ]),
    loosen(Back, "lunge_rotation", "Lunge with rotation", [
        "In a long lunge, one hand down, open the other arm to the ceiling.",
        "Do not let the rear knee collapse.",
        "Step into a long lunge, hands on both sides of the front foot.",
    ]).each_side(),
    loosen(Quads, "deep_squat_hold", "Deep squat hold", [
        "Sit low with heels down and press the knees apart with the elbows.",
        "Do not force the heels: put a book under them if they lift.",
        "Feet a little wider than the shoulders, toes turned out.",
    ]).for_time(),
    loosen(Quads, "hip_flexor_stretch", "Hip flexor stretch", [
        "Kneel on one knee and push the hips forward; change sides halfway.",
        "Do not arch the lower back: squeeze the glutes.",
        "Kneel on something soft with one foot in front.",
    ]).for_time(),
    loosen(Glutes, "hip_switch", "Hip switches", [
        "Sit with bent knees and turn both of them from one side to the other.",
        "Do not force the knees to the floor.",
        "Sit with the feet wide and the hands behind you.",
    ]).each_side(),
    loosen(Hamstrings, "hamstring_stretch", "Hamstring stretch", [
        "One heel in front, hinge forward with a long back; change sides halfway.",
        "Do not round the back to reach further.",
        "Put one heel on the floor or a low step.",
    ]).for_time(),
    loosen(Back, "thread_the_needle", "Thread the needle", [
        "On hands and knees, reach one arm under the body, then up.",
        "Do not let the hips move to the side.",
        "Hands under the shoulders, knees under the hips.",
    ]).each_side(),
    loosen(Hamstrings, "down_dog", "Downward dog", [
        "Push the floor away, hips high, bend the knees in turn.",
        "Do not round the back to get the heels down.",
        "Start on hands and knees on a floor that is not slippery.",
    ]).for_time(),
    loosen(Core, "cobra", "Cobra stretch", [
        "Face down, press the chest up and leave the hips on the floor.",
        "Do not throw the head back.",
        "Lie face down with the hands under the shoulders.",
    ]).for_time(),
    loosen(Delts, "wall_slide", "Wall slide", [
        "Back to the wall, slide the forearms up and down without losing contact.",
        "Do not let the ribs lift off the wall.",
        "Stand with the back against a wall, feet a step away from it.",
    ]),
    loosen(Calves, "ankle_rock", "Ankle rocks", [
        "Push the knee over the toes with the heel on the floor.",
        "Do not let the heel lift or the arch collapse.",
        "Take a half-kneeling position in front of a wall.",
    ]).each_side(),
    loosen(Back, "childs_pose", "Child's pose", [
        "Sit back on the heels, stretch the arms in front and breathe out long.",
        "Do not press into the knees if they hurt: put a cushion behind them.",
        "Kneel on a mat with the toes together.",
    ]).for_time(),
    of(Mobility, Glutes, Intermediate, "pigeon", "Pigeon stretch", [
        "Front shin across, sink the hips; change sides halfway.",
        "Stop if you feel it in the knee.",
        "Start on hands and knees and bring one shin forward.",
    ]).accessory().for_time(),
];
