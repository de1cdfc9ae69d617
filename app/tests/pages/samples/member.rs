//! The session and the account of somebody who is logged in.

use domain::form::{FieldError, FieldErrors};
use domain::session::SessionSummary;
use model::*;
use time::Duration;

use super::{NOW, preferences, providers};

const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

pub(crate) fn session(signed_in: bool) -> SessionPage {
    let summary = |current: bool, hours: i64| SessionSummary {
        handle: format!("handle-{hours}"),
        current,
        login_time: NOW - Duration::hours(hours),
        last_activity: NOW - Duration::minutes(hours * 7),
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some(FIREFOX.to_owned()),
        provider: if current { "Password" } else { "Google" }.to_owned(),
    };
    let current = CurrentSession {
        handle: "handle-1".to_owned(),
        login_time: Some(NOW - Duration::hours(1)),
        way_in: Some("Password".to_owned()),
        created_at: NOW - Duration::hours(1),
        last_activity: NOW,
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some(FIREFOX.to_owned()),
        idle_expires_at: Some(NOW + Duration::minutes(30)),
        absolute_expires_at: Some(NOW + Duration::hours(11)),
        expires_at: NOW + Duration::hours(24),
        noticed_within: Some("5 seconds".to_owned()),
        preferences: Some(preferences()),
    };
    SessionPage {
        current: signed_in.then_some(current),
        sessions: if signed_in {
            vec![summary(true, 1), summary(false, 5), summary(false, 9)]
        } else {
            vec![]
        },
        more: u64::from(signed_in) * 2,
        cookie: CookieFacts {
            name: "sessionId".to_owned(),
            secure: false,
            same_site: "Lax".to_owned(),
            max_age: "24h".to_owned(),
            domain: None,
        },
        store: "sqlite".to_owned(),
        idle_timeout: "30m".to_owned(),
        absolute_lifetime: "12h".to_owned(),
        ttl: "24h".to_owned(),
        notice: signed_in.then_some(Notice::SessionEnded),
        now: NOW,
    }
}

pub(crate) fn account() -> AccountPage {
    let event = |what: &str, hours| AccountEvent {
        at: NOW - Duration::hours(hours),
        what: what.to_owned(),
        ip_address: Some("192.0.2.7".to_owned()),
        is_new: hours == 1,
    };
    let [google, acme] = <[ProviderLink; 2]>::try_from(providers()).expect("two providers");
    AccountPage {
        display_name: "Robin <b>".to_owned(),
        email: "robin@example.com".to_owned(),
        created_at: NOW - Duration::days(90),
        has_password: true,
        identities: vec![google],
        linkable: vec![acme],
        events: vec![event("Logged in with a password", 1), event("Failed login", 3)],
        new_sign_ins: Some(NewSignIns { count: 1, until: 1_772_355_600_000 }),
        profile_form: FormState::default(),
        password_form: FormState {
            errors: FieldErrors::from(("current_password", FieldError::IncorrectPassword)),
            alert: Some(Alert::CheckFields),
            ..FormState::default()
        },
        delete_form: FormState::default(),
        notice: None,
        demo_login: None,
    }
}

pub(crate) fn demo_account() -> AccountPage {
    let demo_login = DemoLogin {
        email: "guest-k3m7p9q2@example.com".to_owned(),
        password: Some("abcd-efgh-jkmn-2345".to_owned()),
        ends_at: NOW + Duration::DAY,
        return_to: Some("/preferences".to_owned()),
    };
    AccountPage {
        demo_login: Some(demo_login),
        notice: Some(Notice::DemoAccountCreated),
        password_form: FormState::default(),
        ..account()
    }
}
