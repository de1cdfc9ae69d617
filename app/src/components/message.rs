//! Alerts, statuses and what they say.

use leptos::prelude::*;

use crate::model::Alert;
use crate::wording::spoken;

/// `role=alert`, or nothing.
pub(crate) fn alert(alert: Option<Alert>) -> AnyView {
    alert.map(|alert| view! { <p class="alert" role="alert">{alert_text(alert)}</p> }).into_any()
}

/// `role=status` for news that are neither good nor bad, or nothing.
pub(crate) fn news(text: Option<&'static str>) -> AnyView {
    text.map(|text| view! { <p class="status news" role="status">{text}</p> }).into_any()
}

/// `role=status` for what went well, or nothing.
pub(crate) fn status(text: Option<&'static str>) -> AnyView {
    text.map(|text| view! { <p class="status" role="status">{text}</p> }).into_any()
}

fn alert_text(alert: Alert) -> String {
    match alert {
        Alert::InvalidCredentials => "Email or password is incorrect.",
        Alert::TooManyAttempts { retry_after } => {
            return format!("Too many failed attempts. Try again in {}.", spoken(retry_after.max(1)));
        }
        Alert::StoreAway => "Sessions can’t be reached at the moment, so this was not done. Try again in a moment.",
        Alert::LogoutNotDone => {
            "The log-out could not be done: sessions can’t be reached at the moment. You are still logged in; \
             try again in a moment."
        }
        Alert::OAuthDenied => "The provider was told not to let you in. Nothing was changed.",
        Alert::OAuthFailed => "The provider did not answer as it should. Nothing was changed; try again.",
        Alert::OAuthExpired => "That took too long, or it was done already. Start again.",
        Alert::OAuthEmailTaken => {
            "The provider’s e-mail address has an account here already. Get in the way you always do, then link \
             the provider on your account page."
        }
        Alert::OAuthNoEmail => "The provider gave no e-mail address, so no account could be made.",
        Alert::SessionNotFound => "That session is not there any more. Nothing was ended.",
        Alert::LoginSuperseded => "The password was changed a moment ago. Use the new one.",
        Alert::DemoAccount => "This is the shared demo account. Others use it too, so it can’t be changed that way.",
        Alert::CheckFields => "Some fields need another look; what is wrong stands beside each of them.",
        Alert::LastWayIn => "This is the only way into your account, so it stays. Set up another way first.",
        Alert::IdentityTaken => "That identity is linked with another account here.",
    }
    .to_owned()
}
