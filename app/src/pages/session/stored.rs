//! What the session contains.

use domain::preferences::Preferences;
use domain::user_agent::Device;
use domain::workout::training::RestMode; // slim: trainer
use domain::workout::weight::Weight; // slim: trainer
use leptos::prelude::*;

use crate::components::card::{Card, Fact};
use crate::components::time::Moment;
use model::CurrentSession;
use model::wording::counted; // slim: trainer

#[component]
pub(super) fn NothingStored() -> impl IntoView {
    view! {
        <Card id="stored" title="Nothing is stored">
            <p>
                "You are a visitor without a session: there is no session cookie, and the server keeps nothing about this \
                 visit. A session begins when you save preferences or log in. The one exception: a browser \
                 in which somebody has logged in before keeps a cookie that lets them in faster while others \
                 are guessing their password."
            </p>
        </Card>
    }
}

#[component]
pub(super) fn Stored(current: CurrentSession, store: String) -> impl IntoView {
    let CurrentSession { handle, login_time, way_in, created_at, last_activity, noticed_within, .. } =
        current;
    let noticed = noticed_within.map(|time| format!("by open pages within {time}, wherever it is ended"));
    let device = current.user_agent.as_deref().map(Device::from_user_agent);
    let preferences = current.preferences.as_ref().map_or_else(|| "none".to_owned(), in_words);
    view! {
        <details class="stored">
            <summary>"What is stored"</summary>
            <dl class="facts">
                {login_time.map(|at| view! { <Fact name="Logged in"><Moment at=at /></Fact> })}
                {way_in.map(|way_in| view! { <Fact name="Logged in with">{way_in}</Fact> })}
                <Fact name="Began"><Moment at=created_at /></Fact>
                <Fact name="Last activity"><Moment at=last_activity /></Fact>
                {device.map(|d| view! { <Fact name="Browser">{d.to_string()}</Fact> })}
                {current.ip_address.map(|ip| view! { <Fact name="Address">{ip}</Fact> })}
                <Fact name="Preferences">{preferences}</Fact>
                <Fact name="Handle"><code>{handle}</code></Fact>
                <Fact name="Store">{store}</Fact>
                {noticed.map(|noticed| view! { <Fact name="Its end is noticed">{noticed}</Fact> })}
            </dl>
            <p class="muted">
                "All of this is encrypted in the store. The handle is public: it can end this session and do \
                 nothing else. The secret id is only in your cookie; the store has just a fingerprint of it."
            </p>
        </details>
    }
}

// slim: trainer
fn in_words(preferences: &Preferences) -> String {
    let rest = match preferences.training.rest_mode {
        RestMode::Fixed => format!("{} s rest", preferences.training.rest_seconds),
        RestMode::Auto => "rest by goal".to_owned(),
    };
    let details = &preferences.details;
    let weight =
        |name, weight: Option<Weight>| weight.map(|weight| format!(", {name} {weight}")).unwrap_or_default();
    let zone = details.time_zone.as_ref().map(|zone| format!(", times in {zone}")).unwrap_or_default();
    format!(
        "{}, {}, {} a week, {} minutes, {rest}, {}, {} theme{zone}{}{}{}",
        preferences.training.goal.label(),
        preferences.training.level.label().to_lowercase(),
        counted(preferences.training.days_per_week.into(), "day"),
        preferences.training.session_minutes,
        preferences.training.units.label().to_lowercase(),
        preferences.site.theme.word(),
        weight("bar of", details.bar),
        weight("plates from", details.smallest_plate),
        weight("body weight", details.body_weight),
    )
}
// slim: instead
// fn in_words(preferences: &Preferences) -> String {
//     format!("{} theme", preferences.site.theme.word())
// }
// slim: end
