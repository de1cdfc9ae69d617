//! Pages that say why something is not there or was not done, and the way out.

use leptos::prelude::*;

use crate::model::Problem;
use crate::wording::spoken;

pub(crate) fn title(problem: Problem) -> &'static str {
    match problem {
        Problem::BadRequest => "This request makes no sense to us",
        Problem::CrossOrigin => "This came from another site",
        Problem::StaleForm => "This form is out of date",
        Problem::NotFound => "There is nothing here",
        Problem::MethodNotAllowed => "That is not possible here",
        Problem::TooLarge => "That is too much",
        Problem::UnsupportedMediaType => "We can’t read this format",
        Problem::TooManyAttempts { .. } => "Too many attempts",
        Problem::Internal { .. } => "Something broke on our side",
        Problem::StoreAway => "Back in a moment",
        Problem::LogoutNotDone => "You are still logged in",
        Problem::SessionsNotEnded => "Your password was changed, but …",
    }
}

fn text(problem: Problem) -> String {
    match problem {
        Problem::BadRequest => "Nothing was changed. Go back and try it once more.".to_owned(),
        Problem::CrossOrigin => {
            "A form here can only be sent from this site. Nothing was changed. If you meant to do this, do it here."
                .to_owned()
        }
        Problem::StaleForm => {
            "The page was opened before you logged in or out, so its form does not fit your session any more. \
             Nothing was changed. Go back, reload the page and send it again."
                .to_owned()
        }
        Problem::NotFound => "The address may be mistyped, or the page is gone.".to_owned(),
        Problem::MethodNotAllowed => "This address is meant for something else. Nothing was changed.".to_owned(),
        Problem::TooLarge => "What was sent is larger than any form here can be. Nothing was changed.".to_owned(),
        Problem::UnsupportedMediaType => "Nothing was changed. Please use the forms of this site.".to_owned(),
        Problem::TooManyAttempts { retry_after } => {
            format!("Please wait a little and try again in {}.", spoken(retry_after.max(1)))
        }
        Problem::Internal { reference } => format!(
            "It is not your fault, and we know about it. If you tell us, mention the reference {reference}."
        ),
        Problem::LogoutNotDone => {
            "Sessions can’t be reached at the moment, so the log out could not be done: whoever has this browser \
             is still logged in. Try again in a moment."
                .to_owned()
        }
        Problem::SessionsNotEnded => {
            "The new password is in force. Sessions can’t be reached at the moment, though, so other devices may \
             still be logged in. Try again in a moment: log out everywhere."
                .to_owned()
        }
        Problem::StoreAway => {
            "Sessions can’t be reached at the moment, so this could not be done. Nobody is logged out by it. \
             Today’s workout is there as always."
                .to_owned()
        }
    }
}

pub(crate) fn view(problem: Problem) -> AnyView {
    let out = match problem {
        Problem::StoreAway => {
            view! { <a class="button primary" href="/workout">"Train anyway"</a> }.into_any()
        }
        Problem::SessionsNotEnded => {
            view! { <a class="button primary" href="/session">"To your sessions"</a> }.into_any()
        }
        Problem::TooManyAttempts { .. } => {
            view! { <a class="button primary" href="/login">"Try again"</a> }.into_any()
        }
        _ => ().into_any(),
    };
    view! {
        <div class="problem">
            <h1>{title(problem)}</h1>
            <p class="lead" role="alert">{text(problem)}</p>
            <p class="row">{out} <a class="button" href="/">"To the start page"</a></p>
        </div>
    }
    .into_any()
}
