//! The plates of a bar, in words and drawn.

use domain::workout::training::Units;
use domain::workout::weight::Weight;
use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;
use model::Plates;

/// In units of the drawing. Every plate is as wide as its figure needs.
const WIDTH: usize = 26;
const GAP: usize = 2;
const HEIGHT: usize = 68;
/// Empty, between the buttons and the plates.
const ABOVE: usize = 8;
/// Before the first plate, with the collar.
const SLEEVE: usize = 22;

/// How a plate looks. Colours are those of competitions, as far as those have the weight; the heavier one is higher.
struct Look {
    height: usize,
    fill: &'static str,
    ink: &'static str,
}

impl Look {
    fn of(plate: Weight) -> Self {
        const WHITE: &str = "#ffffff";
        const INK: &str = "#10201a";
        // From what weight on, in hundredths of either unit. A pound's plates have the colours of the kilograms they are near.
        let kinds = [
            (2_500, i32::MAX, 66, "#a3231a", WHITE),
            (2_000, 4_500, 66, "#1c4f9c", WHITE),
            (1_500, 3_500, 58, "#f2cf66", INK),
            (1_000, 2_500, 50, "#0f7a54", WHITE),
            (500, 1_000, 42, WHITE, INK),
            (250, 500, 34, "#2f3a35", WHITE),
        ];
        let is_at_least = |kg: i32, lb: i32| match plate.unit() {
            Units::Kg => plate.hundredths() >= kg,
            Units::Lb => plate.hundredths() >= lb,
        };
        let kind = kinds.into_iter().find(|(kg, lb, ..)| is_at_least(*kg, *lb));
        let (.., height, fill, ink) = kind.unwrap_or((0, 0, 26, "#b8c4bd", INK));
        Self { height, fill, ink }
    }
}

/// One side, from the middle of the bar outwards. A bar without plates is said only.
#[component]
pub(crate) fn PlatesOf(plates: Plates) -> impl IntoView {
    let Plates { words, side } = plates;
    let width = SLEEVE + side.len() * (WIDTH + GAP) + WIDTH / 2;
    let drawn = side
        .iter()
        .enumerate()
        .map(|(i, plate)| {
            let x = SLEEVE + i * (WIDTH + GAP);
            let look = Look::of(*plate);
            view! {
                <rect x=x y=(HEIGHT - look.height) / 2 width=WIDTH height=look.height rx="3" fill=look.fill></rect>
                <text x=x + WIDTH / 2 y=HEIGHT / 2 + 4 fill=look.ink stroke="none">{plate.number()}</text>
            }
        })
        .collect::<Vec<_>>();
    let drawn = (!side.is_empty()).then(|| {
        view! {
            <svg
                viewBox=format!("0 -{ABOVE} {width} {}", HEIGHT + ABOVE)
                width=width
                role="img"
                aria-label=words.clone()
                font-size="11"
                font-weight="700"
                text-anchor="middle"
                stroke="currentColor"
            >
                <path d=format!("M0 {0}H{width}M13 20V48", HEIGHT / 2) stroke-width="5"></path>
                {drawn}
            </svg>
        }
    });
    view! { <div class="plates"><p>{words}</p>{drawn}</div> }.into_markup()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_plate_of_either_unit_has_a_colour_and_a_heavier_one_is_never_lower() {
        for (unit, plates) in [
            (Units::Kg, ["25", "20", "15", "10", "5", "2.5", "1.25", "0.5"]),
            (Units::Lb, ["45", "35", "25", "10", "5", "2.5", "1.25", "0.5"]),
        ] {
            let looks = plates.map(|plate| Look::of(Weight::parse(plate, unit).unwrap()));
            assert!(looks.is_sorted_by(|one, next| one.height >= next.height), "{unit:?}");
            let colours: std::collections::HashSet<_> = looks.iter().map(|look| look.fill).collect();
            assert!(colours.len() >= 5, "{unit:?}");
        }
    }
}
