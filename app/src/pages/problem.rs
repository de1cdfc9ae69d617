//! Pages that say why something cannot be shown or was not done, and where to go instead.

use leptos::prelude::*;

use model::Problem;
use model::wording::spoken;

#[component]
pub(crate) fn ProblemPage(problem: Problem) -> impl IntoView {
    let way_out =
        way_out(problem).map(|(path, label)| view! { <a class="button primary" href=path>{label}</a> });
    view! {
        <h1>{title(problem)}</h1>
        <p class="lead" role="alert">{text(problem)}</p>
        {for_operators(problem).map(|text| view! { <p>{text}</p> })}
        <p class="row">{way_out} <a class="button" href="/">"Go to the home page"</a></p>
    }
}

pub(crate) fn title(problem: Problem) -> &'static str {
    match problem {
        Problem::BadRequest => "We couldn’t understand this request",
        Problem::CrossOrigin => "This came from another site",
        Problem::StaleForm => "This form is out of date",
        Problem::FreshLoginRequired => "Please confirm that it is you",
        Problem::NotFound => "There is nothing here",
        Problem::MethodNotAllowed => "That is not possible here",
        Problem::TooLarge => "That is too large",
        Problem::UnsupportedMediaType => "We can’t read this format",
        Problem::TooManyAttempts { .. } => "Too many attempts",
        Problem::Internal { .. } => "Something broke on our side",
        Problem::StoreUnavailable => "Back in a moment",
        Problem::Busy => "Too busy at the moment",
        Problem::LogoutNotDone => "You are still logged in",
        Problem::SessionsNotEnded => "Your password was changed, but …",
    }
}

fn text(problem: Problem) -> String {
    match problem {
        Problem::BadRequest => "Nothing was changed. Please go back and try again.",
        Problem::CrossOrigin => {
            "The forms of this site can’t be sent from another one. Nothing was changed. If you meant to do this, \
             please do it here."
        }
        Problem::StaleForm => {
            "The page was opened before you logged in or out, so its form no longer matches your session. \
             Nothing was changed. Go back, reload the page and send the form again."
        }
        Problem::FreshLoginRequired => {
            "You logged in a while ago, and this is an important change. Nothing was changed. Confirm that \
             it is you, then try again."
        }
        Problem::NotFound => "The address may be mistyped, or the page may be gone.",
        Problem::MethodNotAllowed => "This address is meant for something else. Nothing was changed.",
        Problem::TooLarge => "What was sent is larger than any form here allows. Nothing was changed.",
        Problem::UnsupportedMediaType => "Nothing was changed. Please use the forms of this site.",
        Problem::TooManyAttempts { retry_after } => {
            return format!("Please try again in {}.", spoken(retry_after.max(1)));
        }
        Problem::Internal { reference } => {
            return format!(
                "It is not your fault, and we know about it. If you contact us, please \
                 mention the reference {reference}."
            );
        }
        Problem::StoreUnavailable => {
            // slim: trainer
            "Sessions are unavailable at the moment, so this could not be done. You have not been logged out, \
             and there is a workout as always."
            // slim: instead
            // "Sessions are unavailable at the moment, so this could not be done. You have not been logged out."
            // slim: end
        }
        Problem::Busy => {
            "Too many people are logging in at the same time. Nothing was changed. Please try again in a few \
             seconds."
        }
        Problem::LogoutNotDone => {
            "Sessions are unavailable at the moment, so we could not log you out: anyone using this browser is \
             still logged in as you. Please try again shortly."
        }
        Problem::SessionsNotEnded => {
            "The new password works. Sessions are unavailable at the moment, though, so other devices may still \
             be logged in. Try again shortly: log out everywhere."
        }
    }
    .to_owned()
}

/// A hint for people who run the site and get this page without having done anything unusual.
fn for_operators(problem: Problem) -> Option<&'static str> {
    let hint = "If you run this site: PUBLIC_URL must be exactly the address in the address bar, and a proxy in front \
                must pass the headers Origin and Sec-Fetch-Site on as they are. The server’s log says what \
                was received and what was expected.";
    (problem == Problem::CrossOrigin).then_some(hint)
}

/// Path and label of the most helpful link.
fn way_out(problem: Problem) -> Option<(&'static str, &'static str)> {
    match problem {
        Problem::StoreUnavailable => Some(("/workout", "Train anyway")), // slim: trainer
        Problem::SessionsNotEnded => Some(("/session", "Review your sessions")),
        Problem::TooManyAttempts { .. } => Some(("/login", "Try again")),
        Problem::FreshLoginRequired => Some(("/account/confirm", "Confirm")),
        Problem::BadRequest
        | Problem::CrossOrigin
        | Problem::StaleForm
        | Problem::NotFound
        | Problem::MethodNotAllowed
        | Problem::TooLarge
        | Problem::UnsupportedMediaType
        | Problem::Internal { .. }
        | Problem::Busy
        | Problem::LogoutNotDone => None,
        // slim: trainer
        // slim: instead
        // Problem::StoreUnavailable => None,
        // slim: end
    }
}
