//! The HTML document around every page.

use domain::preferences::Theme;
use leptos::prelude::*;

use crate::components::form::post_form;
use crate::model::{Chrome, Page};
use crate::pages;

/// Wakes the islands up. It is the same text on every page: the addresses stand in the links of the head.
/// Leptos has a script of its own for this; it would put the nonce into `crossorigin` and wants file names
/// at compile time.
const WAKE_ISLANDS: &str = "\
const link = document.querySelector('link[rel=modulepreload]');
const wasm = fetch(link.dataset.wasm);
const islands = await import(link.href);
await islands.default({ module_or_path: wasm });
islands.hydrate();
for (const island of document.querySelectorAll('leptos-island')) islands[island.dataset.component](island);";

/// The page as text, with an owner of its own and nothing around it: how tests look at pages. The server renders
/// [`document`] by way of `leptos_axum`.
#[must_use]
pub fn render(chrome: Chrome, page: Page) -> String {
    let owner = Owner::new_root(None);
    let html = owner.with(|| document(chrome, page).to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// The complete document. Needs a reactive [`Owner`] around it.
pub fn document(chrome: Chrome, page: Page) -> impl IntoView {
    let theme = chrome.theme;
    let color_scheme = match theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let title = match pages::title(&page) {
        Some(title) => format!("{title} · Workout Trainer"),
        None => "Workout Trainer".to_owned(),
    };
    let assets = chrome.assets.clone();
    let script = wants_script(&chrome, &page)
        .then(|| view! { <script type="module" src=assets.script.clone()></script> });
    let islands = has_islands(&page).then(|| {
        view! {
            // The address alone: a preload would fetch the module where scripts are off and nobody wants it.
            <link rel="modulepreload" href=assets.islands_js.clone() data-wasm=assets.islands_wasm.clone() />
            <script type="module" nonce=chrome.nonce.clone()>{WAKE_ISLANDS}</script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=theme.word()>
            <head>
                <meta charset="utf-8" />
                <title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1" />
                <meta name="color-scheme" content=color_scheme />
                <meta
                    name="description"
                    content="A workout for today that fits your goal, your equipment and your time."
                />
                <link rel="stylesheet" href=assets.css.clone() />
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {script}
                {islands}
            </head>
            {body(&chrome, &page)}
        </html>
    }
}

/// The provider's page is another site as far as people are concerned; every other one has our header.
fn body(chrome: &Chrome, page: &Page) -> AnyView {
    if matches!(page, Page::DemoConsent(_)) {
        return view! { <body class="provider"><main id="main">{pages::view(chrome, page)}</main></body> }
            .into_any();
    }
    let notice = chrome.store_away.then(|| {
        view! {
            <p class="notice" role="status">
                "We can’t check at the moment whether you are logged in. Nothing is lost: your session is \
                 kept, and the pages that need it will be back shortly."
            </p>
        }
    });
    view! {
        <body>
            <a class="skip" href="#main">"Skip to content"</a>
            {header(chrome, page)}
            {notice}
            <main id="main" class=pages::class(page)>{pages::view(chrome, page)}</main>
            <footer>
                <p>"Train within your limits, and stop when something hurts."</p>
                <p><a href="/session">"What this site stores about you"</a></p>
            </footer>
        </body>
    }
    .into_any()
}

fn header(chrome: &Chrome, page: &Page) -> AnyView {
    let here = pages::path(page);
    let entry = move |path: &'static str, text: &'static str| {
        view! { <li><a href=path aria-current=(here == Some(path)).then_some("page")>{text}</a></li> }
    };
    let person = match chrome.display_name.clone() {
        Some(name) => view! {
            <li class="person">
                <a href="/account" aria-current=(here == Some("/account")).then_some("page")>{name}</a>
            </li>
            {entry("/session", "Session")}
            <li>{post_form(chrome, "/api/auth/logout", view! { <button class="quiet">"Log out"</button> })}</li>
        }
        .into_any(),
        // While the store is away nobody can say who this is; the way in stays open.
        None => view! {
            {entry("/login", "Log in")}
            {entry("/register", "Create account")}
        }
        .into_any(),
    };
    view! {
        <header>
            <a class="brand" href="/">
                <svg viewBox="0 0 32 32" width="28" height="28" aria-hidden="true">
                    <path d="M3 16h4l2.5-7 4.5 15 4.5-17 4 13 2-4H29" />
                </svg>
                "Workout Trainer"
            </a>
            <nav aria-label="Main">
                <ul>
                    {entry("/workout", "Workout")}
                    {entry("/preferences", "Preferences")}
                    {chrome.display_name.is_some().then(|| entry("/history", "History"))}
                </ul>
                <ul>{person}</ul>
            </nav>
        </header>
    }
    .into_any()
}

fn has_islands(page: &Page) -> bool {
    matches!(page, Page::Preferences(_) | Page::Workout(_))
}

/// The plain script shows passwords, and watches for the end of a signed-in session.
fn wants_script(chrome: &Chrome, page: &Page) -> bool {
    let asks_for_password =
        matches!(page, Page::Login(_) | Page::Register(_) | Page::Account(_) | Page::Confirm(_));
    let ours = !matches!(page, Page::DemoConsent(_));
    ours && (asks_for_password || chrome.display_name.is_some())
}
