//! One module for each page.

mod account;
mod confirm;
mod demo_consent;
mod history;
mod home;
mod link;
mod login;
mod preferences;
mod problem;
mod register;
mod session;
mod workout;

use leptos::prelude::*;

use crate::model::{Chrome, Page};

/// The content of `<main>`.
pub(crate) fn view(chrome: &Chrome, page: &Page) -> AnyView {
    match page {
        Page::Home(page) => home::view(page),
        Page::Login(page) => login::view(chrome, page),
        Page::Register(page) => register::view(chrome, page),
        Page::Preferences(page) => preferences::view(chrome, page),
        Page::Workout(page) => workout::view(chrome, page),
        Page::History(page) => history::view(page),
        Page::Session(page) => session::view(chrome, page),
        Page::Account(page) => account::view(chrome, page),
        Page::Confirm(page) => confirm::view(chrome, page),
        Page::Link(page) => link::view(page),
        Page::DemoConsent(page) => demo_consent::view(page),
        Page::Problem(problem) => problem::view(*problem),
    }
}

/// What stands in the window's title beside the name of the site.
pub(crate) fn title(page: &Page) -> Option<String> {
    let title = match page {
        Page::Home(_) => return None,
        Page::Login(_) => "Log in",
        Page::Register(_) => "Create account",
        Page::Preferences(_) => "Preferences",
        Page::Workout(page) => return Some(page.workout.name.clone()),
        Page::History(_) => "History",
        Page::Session(_) => "Your session",
        Page::Account(_) => "Account",
        Page::Confirm(_) => "Is it you?",
        Page::Link(page) => return Some(format!("Link {}", page.provider.label)),
        Page::DemoConsent(_) => "Demo provider",
        Page::Problem(problem) => problem::title(*problem),
    };
    Some(title.to_owned())
}

/// Where the page is in the navigation.
pub(crate) fn path(page: &Page) -> Option<&'static str> {
    Some(match page {
        Page::Home(_) => "/",
        Page::Login(_) => "/login",
        Page::Register(_) => "/register",
        Page::Preferences(_) => "/preferences",
        Page::Workout(_) => "/workout",
        Page::History(_) => "/history",
        Page::Session(_) => "/session",
        Page::Account(_) | Page::Confirm(_) | Page::Link(_) => "/account",
        Page::DemoConsent(_) | Page::Problem(_) => return None,
    })
}

/// The shape of the page: one narrow column for a single form, the full width for everything else.
pub(crate) fn class(page: &Page) -> &'static str {
    match page {
        Page::Login(_) | Page::Register(_) | Page::Confirm(_) | Page::Link(_) | Page::Problem(_) => "narrow",
        _ => "wide",
    }
}
