//! The HTML document around every page.

use std::sync::Arc;

use domain::name::NAME;
use domain::preferences::Theme;
use hydration_context::SsrSharedContext;
use leptos::html;
use leptos::prelude::*;
use leptos::tachys::html::InertElement;

use crate::components::form::PostForm;
use crate::components::icon::{Drawn, Icon};
use crate::components::markup::IntoMarkup as _;
use crate::pages::{self, Content};
use model::{EVENTS, Layout, Page};

// slim: trainer
const DESCRIPTION: &str = "A workout for today that fits your goal, your equipment and your time.";
// slim: instead
// const DESCRIPTION: &str = "Accounts, sessions and preferences, to build on.";
// slim: end

/// Hydrates the islands. The script is the same on every page, because the addresses are in the link in the
/// head. Leptos has its own script for this, but that one would put the nonce into `crossorigin` and needs
/// file names at compile time.
///
/// Islands come in the order of the page, an outer one before those inside it. While an outer one is hydrated it leaves
/// a function at its `leptos-children`; calling that gives the inner ones its context.
const WAKE_ISLANDS: &str = "\
const link = document.querySelector('link[rel=modulepreload]');
const wasm = fetch(link.dataset.wasm);
const islands = await import(link.href);
await islands.default({ module_or_path: wasm });
islands.hydrate();
for (const island of document.querySelectorAll('leptos-island')) {
  island.parentElement.closest('leptos-children')?.$$on_hydrate?.();
  await islands[island.dataset.component](island);
}";

/// The page as text with its own owner, for tests. The server renders [`document`] through `leptos_axum`.
#[must_use]
pub fn render(layout: Layout, page: Page) -> String {
    // Islands with children ask it whether they are inside another one.
    let owner = Owner::new_root(Some(Arc::new(SsrSharedContext::new_islands())));
    let html = owner.with(|| document(layout, page).to_html());
    owner.unset_with_forced_cleanup();
    html
}

/// The complete document. Needs a reactive [`Owner`], whose context receives the layout.
pub fn document(layout: Layout, page: Page) -> InertElement {
    provide_context(layout.clone());
    let Layout { site, assets, reload_script, nonce, display_name, .. } = layout;
    let color_scheme = match site.theme {
        Theme::System => "light dark",
        Theme::Light => "light",
        Theme::Dark => "dark",
    };
    let title = match pages::title(&page) {
        Some(title) => format!("{title} · {NAME}"),
        None => NAME.to_owned(),
    };
    // "Error" comes first, so that a screen reader says it first (WCAG technique G199, and the contract).
    let title = if pages::is_refused(&page) { format!("Error: {title}") } else { title };
    // Tells a signed-in person when the session ends.
    let events = display_name.is_some().then_some(EVENTS);
    // On a phone (`style/phone.css`) the account's links stand below the page. Painted before the end of the page has
    // arrived, they would move. Only Chromium waits; other browsers ignore this link.
    let end = view! { <link rel="expect" href="#foot" blocking="render" media="(max-width: 51.99rem)" /> };
    // slim: demo-provider
    // The demo provider's page poses as another site: it tells nothing, and has no foot.
    let is_ours = !matches!(page, Page::DemoConsent(_));
    let (events, end) = (events.filter(|_| is_ours), is_ours.then_some(end));
    // slim: end
    let script = (events.is_some() || pages::needs_script(&page))
        .then(|| view! { <script type="module" src=assets.script.clone()></script> });
    let reload = reload_script.map(|script| view! { <script type="module" src=script></script> });
    let islands = islands(&page).and_then(|name| assets.islands.get(name)).map(|module| {
        view! {
            // Only the wasm's address: a preload would fetch it even where scripts are off and nothing needs
            // it.
            <link rel="modulepreload" href=module.js.clone() data-wasm=module.wasm.clone() />
            <script type="module" nonce=nonce>{WAKE_ISLANDS}</script>
        }
    });
    view! {
        <!DOCTYPE html>
        <html lang="en" data-theme=site.theme.word() data-events=events>
            <head>
                <meta charset="utf-8" />
                <title>{title}</title>
                <meta name="viewport" content="width=device-width, initial-scale=1, viewport-fit=cover" />
                <meta name="color-scheme" content=color_scheme />
                <ThemeColor theme=site.theme />
                <meta name="description" content=DESCRIPTION />
                <link rel="stylesheet" href=assets.css.clone() />
                {end}
                <link rel="icon" href="/favicon.svg" type="image/svg+xml" />
                <link rel="manifest" href="/manifest.webmanifest" />
                {script}
                {reload}
                {islands}
            </head>
            <Body page=page />
        </html>
    }
    .into_markup()
}

/// The colour of the browser's own bars: that of the page's ground.
#[component]
fn ThemeColor(theme: Theme) -> impl IntoView {
    const LIGHT: &str = "#f4f7f3";
    const DARK: &str = "#0d1411";
    match theme {
        Theme::System => {
            // `view!` knows no `media` for this element.
            let dark = html::meta().name("theme-color").content(DARK);
            let dark = dark.attr("media", "(prefers-color-scheme: dark)");
            view! { {dark} <meta name="theme-color" content=LIGHT /> }.into_markup()
        }
        Theme::Light => view! { <meta name="theme-color" content=LIGHT /> }.into_markup(),
        Theme::Dark => view! { <meta name="theme-color" content=DARK /> }.into_markup(),
    }
}

#[component]
fn Body(page: Page) -> impl IntoView {
    // slim: demo-provider
    // The demo provider's page poses as another site; every other page has our header and footer.
    if matches!(page, Page::DemoConsent(_)) {
        return view! { <body class="provider"><main id="main"><Content page=page /></main></body> }
            .into_markup();
    }
    // slim: end
    let unavailable = expect_context::<Layout>().store_unavailable.then(|| {
        view! {
            <p class="notice" role="status">
                "We can’t check at the moment whether you are logged in. Nothing is lost: your session is \
                 kept, and the pages that need it will be back shortly."
            </p>
        }
    });
    let (class, path) = (pages::class(&page), pages::path(&page));
    // slim: trainer
    // The tabs leave the bottom of the window to the rest between two sets.
    let training = pages::is_training(&page).then_some("training");
    // slim: end
    view! {
        // slim: trainer
        <body class=training>
        // slim: instead
        // <body>
        // slim: end
            <a class="visually-hidden" href="#main">"Skip to content"</a>
            <Header here=path />
            {unavailable}
            <main id="main" class=class><Content page=page /></main>
            <footer id="foot">
                <p>"Train within your limits, and stop when something hurts."</p> // slim: trainer
                <p><a href="/session">"What this site stores about you"</a></p>
            </footer>
        </body>
    }
    .into_markup()
}

/// Brand, tabs and account: one row. On a phone the style sheet puts the tabs at the bottom of the window and the account
/// at the foot of the page.
#[component]
fn Header(
    /// The page's path, if it is in the navigation.
    here: Option<&'static str>,
) -> impl IntoView {
    let display_name = expect_context::<Layout>().display_name;
    // slim: trainer
    let history = display_name.is_some().then(|| {
        view! { <li><Tab path="/history" icon=Icon::HISTORY label="History" here=here /></li> }
    });
    // slim: end
    let account = match display_name {
        Some(name) => view! {
            <li class="person"><NavLink path="/account" label=name here=here /></li>
            <li><NavLink path="/session" label="Session" here=here /></li>
            <li><PostForm action="/api/auth/logout"><button class="quiet">"Log out"</button></PostForm></li>
        }
        .into_markup(),
        // Shown even if the store is unavailable and the visitor unknown, so that logging in stays possible.
        None => view! {
            <li><NavLink path="/login" label="Log in" here=here /></li>
            <li><NavLink path="/register" label="Create account" here=here /></li>
        }
        .into_markup(),
    };
    view! {
        <header>
            // slim: trainer
            <a class="brand" href="/"><Drawn icon=Icon::TRAIN />{NAME}</a>
            // slim: instead
            // <a class="brand" href="/">{NAME}</a>
            // slim: end
            <nav class="tabs" aria-label="Main">
                <ul>
                    // slim: trainer
                    <li><Tab path="/" icon=Icon::TODAY label="Today" here=here /></li>
                    <li><Tab path="/workout" icon=Icon::TRAIN label="Train" here=here /></li>
                    {history}
                    // slim: instead
                    // <li><Tab path="/" icon=Icon::HOME label="Home" here=here /></li>
                    // slim: end
                    <li><Tab path="/preferences" icon=Icon::YOU label="You" here=here /></li>
                </ul>
            </nav>
            <nav class="account" aria-label="Account"><ul>{account}</ul></nav>
        </header>
    }
    .into_markup()
}

#[component]
fn Tab(
    path: &'static str,
    icon: Icon,
    label: &'static str,
    /// The path of the current page.
    here: Option<&'static str>,
) -> impl IntoView {
    view! {
        <a href=path aria-current=(here == Some(path)).then_some("page")><Drawn icon=icon />{label}</a>
    }
}

#[component]
fn NavLink(
    path: &'static str,
    #[prop(into)] label: String,
    /// The path of the current page.
    here: Option<&'static str>,
) -> impl IntoView {
    view! { <a href=path aria-current=(here == Some(path)).then_some("page")>{label}</a> }
}

/// The name in `frontend/Cargo.toml` under which the page's islands are listed, if it has any.
fn islands(page: &Page) -> Option<&'static str> {
    match page {
        Page::Preferences(_) => Some("preferences"),
        // A sheet is like paper. // slim: trainer
        Page::Workout(page) if page.sheet.is_none() && !page.out_of_reach => Some("workout"), // slim: trainer
        _ => None,
    }
}
