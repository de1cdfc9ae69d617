//! The fields of what any site could offer: a line for each.

use domain::preferences::Theme;
use leptos::prelude::*;

use crate::components::field::Select;

#[component]
pub(super) fn SiteFields() -> impl IntoView {
    view! {
        <Select name="theme" label="Theme" options=Theme::ALL.iter().map(|c| (c.word(), c.label())) />
    }
}
