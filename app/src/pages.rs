//! One module per page.

mod account;
mod confirm;
mod demo_consent; // slim: demo-provider
mod history; // slim: trainer
mod home;
mod link;
mod login;
mod preferences;
mod problem;
mod register;
mod session;
mod workout; // slim: trainer

use leptos::prelude::*;

use self::account::AccountPage;
use self::confirm::ConfirmPage;
use self::demo_consent::DemoConsentPage; // slim: demo-provider
use self::history::{DeleteWorkoutPage, EditWorkoutPage, HistoryPage, WorkoutDetailPage}; // slim: trainer
use self::home::HomePage;
use self::link::LinkPage;
use self::login::LoginPage;
use self::preferences::PreferencesPage;
use self::problem::ProblemPage;
use self::register::RegisterPage;
use self::session::SessionPage;
use self::workout::{ReviewPage, WorkoutPage}; // slim: trainer
use crate::components::markup::IntoMarkup as _;
use model::{FormState, Notice, Page};

/// The content of `<main>`.
#[component]
pub(crate) fn Content(page: Page) -> impl IntoView {
    match page {
        // slim: trainer
        Page::Home(page) => view! { <HomePage page=*page /> }.into_markup(),
        // slim: instead
        // Page::Home(page) => view! { <HomePage page=page /> }.into_markup(),
        // slim: end
        Page::Login(page) => view! { <LoginPage page=page /> }.into_markup(),
        Page::Register(page) => view! { <RegisterPage page=page /> }.into_markup(),
        Page::Preferences(page) => view! { <PreferencesPage page=page /> }.into_markup(),
        // slim: trainer
        Page::Workout(page) => view! { <WorkoutPage page=*page /> }.into_markup(),
        Page::Review(page) => view! { <ReviewPage page=page /> }.into_markup(),
        Page::History(page) => view! { <HistoryPage page=page /> }.into_markup(),
        Page::WorkoutDetail(page) => view! { <WorkoutDetailPage page=page /> }.into_markup(),
        Page::EditWorkout(page) => view! { <EditWorkoutPage page=*page /> }.into_markup(),
        Page::DeleteWorkout(page) => view! { <DeleteWorkoutPage page=page /> }.into_markup(),
        // slim: end
        Page::Session(page) => view! { <SessionPage page=*page /> }.into_markup(),
        Page::Account(page) => view! { <AccountPage page=*page /> }.into_markup(),
        Page::Confirm(page) => view! { <ConfirmPage page=page /> }.into_markup(),
        Page::Link(page) => view! { <LinkPage page=page /> }.into_markup(),
        Page::DemoConsent(page) => view! { <DemoConsentPage page=page /> }.into_markup(), // slim: demo-provider
        Page::Problem(problem) => view! { <ProblemPage problem=problem /> }.into_markup(),
    }
}

/// The page's part of the window title; the name of the site follows.
pub(crate) fn title(page: &Page) -> Option<String> {
    let title = match page {
        Page::Home(_) => return None,
        Page::Login(_) => "Log in",
        Page::Register(_) => "Create account",
        Page::Preferences(_) => "Preferences",
        // slim: trainer
        Page::Workout(page) if page.out_of_reach => "Your workout",
        Page::Workout(page) => return Some(page.player.name.clone()),
        Page::Review(page) if page.discards || page.logged == 0 => "Discard workout",
        Page::Review(_) => "Finish workout",
        Page::History(_) => "History",
        Page::WorkoutDetail(page) => {
            return Some(format!("{}, {}", page.name, model::dates::weekday_date(page.day)));
        }
        Page::EditWorkout(page) => return Some(format!("Edit {}", page.player.name)),
        Page::DeleteWorkout(_) => "Delete workout",
        // slim: end
        Page::Session(_) => "Your session",
        Page::Account(_) => "Account",
        Page::Confirm(_) => "Confirm that it is you",
        Page::Link(page) => return Some(format!("Link {}", page.provider.label)),
        Page::DemoConsent(_) => "Demo provider", // slim: demo-provider
        Page::Problem(problem) => problem::title(*problem),
    };
    Some(title.to_owned())
}

/// Whether the page shows a form that was not accepted, or says why something was not done.
pub(crate) fn is_refused(page: &Page) -> bool {
    let bad = |notice: &Option<Notice>| notice.is_some_and(|notice| notice.role() == "alert");
    match page {
        Page::Login(page) => page.form.is_refused() || bad(&page.notice),
        Page::Register(page) => page.form.is_refused() || bad(&page.notice),
        Page::Preferences(page) => page.form.is_refused() || bad(&page.notice),
        // slim: trainer
        Page::Workout(page) => {
            !page.refused.is_empty()
                || page.sheet.as_ref().is_some_and(FormState::is_refused)
                || bad(&page.notice)
        }
        Page::EditWorkout(page) => page.times.is_refused() || !page.refused.is_empty(),
        Page::History(page) => bad(&page.notice),
        Page::WorkoutDetail(page) => bad(&page.notice),
        Page::Review(_) | Page::DeleteWorkout(_) => false,
        // slim: end
        Page::Session(page) => bad(&page.notice),
        Page::Account(page) => {
            let forms = [&page.profile_form, &page.password_form, &page.delete_form];
            bad(&page.notice) || forms.into_iter().any(FormState::is_refused)
        }
        Page::Confirm(page) => page.form.is_refused(),
        Page::DemoConsent(page) => page.form.is_refused(), // slim: demo-provider
        // A problem's title says what is wrong.
        Page::Home(_) | Page::Link(_) | Page::Problem(_) => false,
    }
}

/// The page's entry in the navigation.
pub(crate) fn path(page: &Page) -> Option<&'static str> {
    Some(match page {
        Page::Home(_) => "/",
        Page::Login(_) => "/login",
        Page::Register(_) => "/register",
        Page::Preferences(_) => "/preferences",
        // slim: trainer
        Page::Workout(_) | Page::Review(_) => "/workout",
        Page::History(_) | Page::WorkoutDetail(_) | Page::EditWorkout(_) | Page::DeleteWorkout(_) => {
            "/history"
        }
        // slim: end
        Page::Session(_) => "/session",
        Page::Account(_) | Page::Confirm(_) | Page::Link(_) => "/account",
        Page::DemoConsent(_) => return None, // slim: demo-provider
        Page::Problem(_) => return None,
    })
}

/// The layout class: one narrow column for a single form, full width for everything else.
pub(crate) fn class(page: &Page) -> &'static str {
    match page {
        Page::Login(_) | Page::Register(_) | Page::Confirm(_) | Page::Link(_) | Page::Problem(_) => "narrow",
        Page::Home(_) | Page::Preferences(_) | Page::Session(_) | Page::Account(_) => "wide",
        Page::DemoConsent(_) => "wide", // slim: demo-provider
        // slim: trainer
        Page::Review(_) | Page::DeleteWorkout(_) => "narrow",
        Page::Workout(_) | Page::History(_) | Page::WorkoutDetail(_) | Page::EditWorkout(_) => "wide",
        // slim: end
    }
}

// slim: trainer
/// Whether a workout is open on this page.
pub(crate) fn is_training(page: &Page) -> bool {
    matches!(page, Page::Workout(page) if page.player.started && page.sheet.is_none())
}

/// Whether the page needs the plain script for visitors as well: it lets people see the password they type and tells the
/// server in which time zone they train.
// slim: instead
// /// Whether the page needs the plain script for visitors as well: it lets people see the password they type.
// slim: end
pub(crate) fn needs_script(page: &Page) -> bool {
    match page {
        Page::Login(_) | Page::Register(_) | Page::Account(_) => true,
        Page::Confirm(page) => page.has_password,
        Page::Home(_) | Page::Preferences(_) | Page::Session(_) | Page::Link(_) | Page::Problem(_) => false,
        Page::DemoConsent(_) => false, // slim: demo-provider
        // slim: trainer
        Page::Workout(_) => true,
        Page::Review(_)
        | Page::History(_)
        | Page::WorkoutDetail(_)
        | Page::EditWorkout(_)
        | Page::DeleteWorkout(_) => false,
        // slim: end
    }
}
