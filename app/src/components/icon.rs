//! Line icons, drawn for this project on a grid of 24 by 24. They are decoration: words next to them say the same.

use domain::workout::exercise::Pattern; // slim: trainer
use leptos::prelude::*;

use crate::components::markup::IntoMarkup as _;

/// What is drawn, as the data of an SVG path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Icon(&'static str);

impl Icon {
    // slim: trainer
    /// A sheet with today's list.
    pub(crate) const TODAY: Self =
        Self("M6 4h12a2 2 0 0 1 2 2v12a2 2 0 0 1-2 2H6a2 2 0 0 1-2-2V6a2 2 0 0 1 2-2zM8 9h8M8 13h8M8 17h4");
    /// A barbell.
    pub(crate) const TRAIN: Self = Self("M2 12h20M6 6v12M18 6v12M3.5 9v6M20.5 9v6");
    /// A line that rises.
    pub(crate) const HISTORY: Self = Self("M4 4v16h16M8 15l4-5 3 3 5-7");
    // slim: instead
    // /// A house.
    // pub(crate) const HOME: Self = Self("M4 11l8-7 8 7M6 9.500V20h4.500v-5h3v5H18V9.500");
    // slim: end
    pub(crate) const YOU: Self = Self("M8 8a4 4 0 1 0 8 0a4 4 0 1 0-8 0M4 21c0-4 3.5-6.5 8-6.5s8 2.5 8 6.5");
    pub(crate) const PHONE: Self = Self(
        "M8 2.5h8a1.5 1.5 0 0 1 1.5 1.5v16a1.5 1.5 0 0 1-1.5 1.5H8A1.5 1.5 0 0 1 6.5 20V4A1.5 1.5 0 0 1 8 2.5zM11 18.5h2",
    );
    pub(crate) const COMPUTER: Self = Self("M5 5h14a1 1 0 0 1 1 1v10H4V6a1 1 0 0 1 1-1zM2 19.5h20");
    /// With a bite taken from it.
    pub(crate) const COOKIE: Self =
        Self("M12 3a9 9 0 1 0 9 9a4 4 0 0 1-5-4a4 4 0 0 1-4-5zM8.5 10v.01M9 15.5v.01M14 16v.01M13 11.5v.01");

    // slim: trainer
    /// A person doing a movement of this kind, from the side or from the front.
    pub(crate) const fn of(pattern: Pattern) -> Self {
        Self(match pattern {
            Pattern::Squat => {
                "M12.5 4.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M13 8.5 8.5 14l6.5.5L12.5 21h3.500M11 11l7-.5"
            }
            Pattern::Hinge => {
                "M16.5 5.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M16 8.5 7.5 11l3 4.5L9 21h3M14 9.5l.5 6.5M12.5 18.5a2.5 2.5 0 1 0 5 0a2.5 2.5 0 1 0-5 0"
            }
            Pattern::Lunge => {
                "M10 4a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 7.500V13l5.5 1.500V21h2.500M12 13l-3 5-5.5 3"
            }
            Pattern::PushHorizontal => {
                "M18.5 8.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M18 12 3 19M16.5 12.700V20M2 21h20"
            }
            Pattern::PushVertical => {
                "M10 9a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 12.500V17l-3 4.500M12 17l3 4.500M12 13 7.5 10V4M12 13l4.5-3V4M3 4h18M3 2.500v3M21 2.500v3"
            }
            Pattern::PullHorizontal => {
                "M6 5a2 2 0 1 0 4 0a2 2 0 1 0-4 0M8 8.5V17h7l3.5 4M8 10l-4 3 6.5.5M12 11v5M15 13.5h7"
            }
            Pattern::PullVertical => {
                "M3 3h18M10 8a2 2 0 1 0 4 0a2 2 0 1 0-4 0M7 3v5l5 3.500L17 8V3M12 11.500V17l-2 4.500M12 17l2.5 4"
            }
            Pattern::Arms => {
                "M9 4a2 2 0 1 0 4 0a2 2 0 1 0-4 0M11 7.5V15l-2 6.5M11 15l2 6.5M11 9v5l4.5-2M15.5 10.5a2 2 0 1 0 4 0a2 2 0 1 0-4 0"
            }
            Pattern::Calves => {
                "M10 4a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 7.500V14l-.5 5 2.5 2.500M12 8.500l1.5 5M6 21.500h13M4 14v-4m-2 2 2-2 2 2"
            }
            Pattern::Core => {
                "M3 9.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M6 13l5 5.500L15.5 13l5 3M8 15l4.5-2M2 21h20"
            }
            Pattern::Conditioning => {
                "M13.5 4a2 2 0 1 0 4 0a2 2 0 1 0-4 0M14 7.5 10.5 13l4 3-1 5.500M10.5 13 9 17H4M6 10.5 9 7.500h5l2.5 3.500H20"
            }
            Pattern::Mobility | Pattern::WarmUp => {
                "M10 5.500a2 2 0 1 0 4 0a2 2 0 1 0-4 0M12 9v6l-4 6.500M12 15l4 6.500M4 13l8-3.500L20 4"
            }
        })
    }
    // slim: end
}

/// Nothing to assistive technology.
#[component]
pub(crate) fn Drawn(icon: Icon) -> impl IntoView {
    view! {
        <svg
            class="icon"
            viewBox="0 0 24 24"
            fill="none"
            stroke="currentColor"
            stroke-width="1.75"
            stroke-linecap="round"
            stroke-linejoin="round"
            aria-hidden="true"
        >
            <path d=icon.0 />
        </svg>
    }
    .into_markup()
}
