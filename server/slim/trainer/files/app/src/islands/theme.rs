//! Shows a theme as soon as it is chosen, and saves it without loading the page.

use domain::account::UserId;
use domain::preferences::Theme;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::wasm_bindgen::JsCast as _;
use web_sys::{FormData, HtmlFormElement};

use super::handed::{Handed, handed};
use super::{flag, follow, listen, press, ready_mark, text};
use api::save_theme;

/// What [`ThemeSwitch`] starts with.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ThemeStart {
    /// The account that the page was made for, `None` for a visitor.
    pub owner: Option<UserId>,
    /// Without one nothing is saved before the form is sent, which begins one.
    pub has_session: bool,
}

/// `true 0191…`
impl Handed for ThemeStart {
    const ID: &'static str = "theme-start";

    fn write(&self) -> String {
        format!("{} {}", self.has_session, self.owner.as_ref().map_or("", UserId::as_str))
    }

    fn read(text: &str) -> Option<Self> {
        let (has_session, owner) = text.split_once(' ')?;
        let owner = if owner.is_empty() { None } else { Some(UserId::parse(owner)?) };
        Some(Self { owner, has_session: has_session.parse().ok()? })
    }
}

/// For the field `theme` of the form `#preferences`, which is plain HTML around the island.
#[island]
pub fn ThemeSwitch() -> impl IntoView {
    let ThemeStart { owner, has_session } = handed().unwrap_or_default();
    let ready = RwSignal::new(false);
    let said = RwSignal::new("");
    let save = move |_| {
        let Some(theme) = chosen() else { return };
        let owner = owner.clone();
        spawn_local(async move {
            said.set(match save_theme(owner, theme).await {
                Ok(_) => "The theme is saved.",
                Err(_) => "The theme could not be saved. Send the form to try again.",
            });
        });
    };
    follow(move || {
        ready.set(true);
        listen("change", move |_| show());
    });

    view! {
        // Without scripts there is nothing to press.
        <p class="row" data-ready=ready_mark() hidden=flag(move || !(ready.get() && has_session))>
            <button type="button" on:click=press(save)>"Keep this theme"</button>
            <span class="hint" aria-live="polite">{text(move || said.get())}</span>
        </p>
    }
}

/// The page in the theme that is chosen.
fn show() {
    if let (Some(theme), Some(page)) = (chosen(), document().document_element()) {
        // What a browser refuses here is no harm: the next page has the theme.
        let _ = page.set_attribute("data-theme", theme.word());
    }
}

fn chosen() -> Option<Theme> {
    let form: HtmlFormElement = document().get_element_by_id("preferences")?.dyn_into().ok()?;
    let word = FormData::new_with_form(&form).ok()?.get("theme").as_string()?;
    Theme::ALL.iter().copied().find(|theme| theme.word() == word)
}
