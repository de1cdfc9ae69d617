//! One of every page, with something in it.

use std::sync::Arc;

use app::model::*;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::preferences::{Preferences, Theme};
use domain::session::SessionSummary;
use domain::workout::exercise::Exercise;
use domain::workout::log::FinishedWorkout;
use domain::workout::plan::{Block, Dose, Workout};
use domain::workout::training::{Equipment, Training};
use time::macros::datetime;
use time::{Duration, OffsetDateTime};

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-12 14:03:09.5 UTC);
pub(crate) const TOKEN: &str = "token-of-this-session";
const FIREFOX: &str = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0";

/// A visitor with a session, signed in or not.
pub(crate) fn chrome(signed_in: bool) -> Chrome {
    Chrome {
        display_name: signed_in.then(|| "Robin <b>".to_owned()),
        theme: Theme::System,
        csrf_token: Some(TOKEN.to_owned()),
        store_away: false,
        assets: Arc::new(Assets {
            css: "/pkg/trainer.css".to_owned(),
            script: "/trainer.js".to_owned(),
            islands_js: "/pkg/trainer.js".to_owned(),
            islands_wasm: "/pkg/trainer_bg.wasm".to_owned(),
        }),
        nonce: "bm9uY2U=".to_owned(),
    }
}

pub(crate) fn workout() -> Workout {
    let exercise = |id| Exercise::ALL.iter().find(|e| e.id == id).unwrap_or(&Exercise::ALL[0]);
    let block = |id, sets, dose| Block { exercise: exercise(id), sets, dose };
    let (row, plank, squat) = ("dumbbell_row", "side_plank", "goblet_squat");
    Workout {
        name: "Full body A".to_owned(),
        warm_up: vec![block(plank, 1, Dose::Seconds(30)), block(squat, 1, Dose::Repetitions(12))],
        main: vec![
            block(squat, 4, Dose::Repetitions(8)),
            block(row, 3, Dose::RepetitionsPerSide(10)),
            block(plank, 3, Dose::Seconds(40)),
        ],
        minutes: 42,
        rest_seconds: 90,
    }
}

pub(crate) fn preferences() -> Preferences {
    let equipment = [Equipment::Dumbbell, Equipment::Band].into();
    let training = Training { equipment, rest_seconds: 90, ..Training::default() };
    Preferences { training, updated_at: Some(NOW), ..Preferences::default() }
}

pub(crate) fn fields(pairs: &[(&str, &str)]) -> FormFields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn preference_fields() -> FormFields {
    fields(&[
        ("units", "kg"),
        ("goal", "muscle"),
        ("level", "intermediate"),
        ("days_per_week", "9"),
        ("session_minutes", "45"),
        ("equipment", "dumbbell"),
        ("equipment", "band"),
        ("rest_seconds", "90"),
        ("theme", "dark"),
    ])
}

fn providers() -> Vec<ProviderLink> {
    let link = |name: &str, label: &str| ProviderLink { name: name.to_owned(), label: label.to_owned() };
    vec![link("google", "Google"), link("demo", "Demo")]
}

pub(crate) fn login() -> LoginPage {
    LoginPage {
        form: FormState {
            values: fields(&[("email", "robin@example.com")]),
            errors: FieldErrors::default(),
            alert: Some(Alert::InvalidCredentials),
        },
        reason: Some(LoginReason::Expired),
        return_to: Some("/history?a=1&b=ü".to_owned()),
        providers: providers(),
        demo_login: Some(("demo@example.com".to_owned(), "workout-demo".to_owned())),
    }
}

pub(crate) fn register() -> RegisterPage {
    let mut errors = FieldErrors::from(("email", FieldError::Taken));
    errors.add("password", FieldError::TooShort(8));
    RegisterPage {
        form: FormState {
            values: fields(&[
                ("display_name", "Robin \"R\" <b>"),
                ("email", "robin@example.com"),
                ("password", "never-to-be-seen"),
            ]),
            errors,
            alert: Some(Alert::CheckFields),
        },
        return_to: None,
        providers: providers(),
    }
}

pub(crate) fn preferences_page(saved: bool) -> PreferencesPage {
    PreferencesPage {
        form: FormState {
            values: preference_fields(),
            errors: FieldErrors::from(("days_per_week", FieldError::OutOfRange(1, 7))),
            alert: (!saved).then_some(Alert::CheckFields),
        },
        preferences: preferences(),
        saved,
        day: 20_769,
    }
}

pub(crate) fn session(signed_in: bool) -> SessionPage {
    let summary = |current: bool, hours: i64| SessionSummary {
        handle: format!("handle-{hours}"),
        current,
        login_time: NOW - Duration::hours(hours),
        last_activity: NOW - Duration::minutes(hours * 7),
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some(FIREFOX.to_owned()),
        provider: if current { "password" } else { "google" }.to_owned(),
    };
    let current = CurrentSession {
        handle: "handle-1".to_owned(),
        login_time: Some(NOW - Duration::hours(1)),
        provider: Some("password".to_owned()),
        created_at: NOW - Duration::hours(1),
        last_activity: NOW,
        ip_address: Some("192.0.2.7".to_owned()),
        user_agent: Some(FIREFOX.to_owned()),
        idle_expires_at: Some(NOW + Duration::minutes(30)),
        absolute_expires_at: Some(NOW + Duration::hours(11)),
        expires_at: NOW + Duration::hours(24),
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
        alert: None,
        status: signed_in.then_some(SessionStatus::Ended),
        now: NOW,
    }
}

pub(crate) fn account() -> AccountPage {
    let event = |what: &str, hours| AccountEvent {
        at: NOW - Duration::hours(hours),
        what: what.to_owned(),
        ip_address: Some("192.0.2.7".to_owned()),
    };
    let [google, demo] = <[ProviderLink; 2]>::try_from(providers()).expect("two providers");
    AccountPage {
        display_name: "Robin <b>".to_owned(),
        email: "robin@example.com".to_owned(),
        created_at: NOW - Duration::days(90),
        has_password: true,
        identities: vec![google],
        linkable: vec![demo],
        events: vec![event("Logged in with a password", 1), event("Failed login", 3)],
        profile_form: FormState::default(),
        password_form: FormState {
            errors: FieldErrors::from(("current_password", FieldError::IncorrectPassword)),
            alert: Some(Alert::CheckFields),
            ..FormState::default()
        },
        delete_form: FormState::default(),
        status: None,
        alert: None,
    }
}

pub(crate) fn history(full: bool) -> HistoryPage {
    let finished = |n: i64| FinishedWorkout {
        name: ["Full body A", "Upper body", "Lower body"][n as usize % 3].to_owned(),
        started_at: NOW - Duration::hours(n * 53) - Duration::minutes(30 + n),
        finished_at: NOW - Duration::hours(n * 53),
        sets_done: 8 + (n * 5 % 7) as u16,
    };
    HistoryPage { workouts: if full { (0..14).map(finished).collect() } else { vec![] }, saved: full }
}

/// Every page: a name for it, whether someone is signed in, and the page.
pub(crate) fn all() -> Vec<(&'static str, bool, Page)> {
    let player = |signed_in, done| WorkoutPage {
        workout: workout(),
        rest_seconds: 90,
        done,
        signed_in,
        started_at: NOW,
        form: FormState::default(),
    };
    let home = |customised| HomePage { workout: workout(), preferences: preferences(), customised };
    let confirm = ConfirmPage {
        email: "robin@example.com".to_owned(),
        form: FormState::default(),
        return_to: "/account".to_owned(),
        has_password: true,
        providers: providers(),
    };
    let consent = DemoConsentPage {
        form: FormState {
            values: fields(&[("name", "Sam Demo"), ("email", "sam@example.com")]),
            ..FormState::default()
        },
        hidden: vec![("state".to_owned(), "s\"1".to_owned())],
        scopes: vec!["your name".to_owned(), "your e-mail address".to_owned()],
    };
    let link = LinkPage { provider: providers().remove(1) };
    vec![
        ("home", false, Page::Home(home(false))),
        ("home-mine", true, Page::Home(home(true))),
        ("login", false, Page::Login(login())),
        ("login-plain", false, Page::Login(LoginPage { providers: providers(), ..LoginPage::default() })),
        ("register", false, Page::Register(register())),
        ("preferences", true, Page::Preferences(preferences_page(false))),
        ("preferences-saved", false, Page::Preferences(preferences_page(true))),
        ("workout", false, Page::Workout(player(false, false))),
        ("workout-done", true, Page::Workout(player(true, true))),
        ("history", true, Page::History(history(true))),
        ("history-empty", true, Page::History(history(false))),
        ("session", true, Page::Session(Box::new(session(true)))),
        ("session-none", false, Page::Session(Box::new(session(false)))),
        ("account", true, Page::Account(Box::new(account()))),
        ("confirm", true, Page::Confirm(confirm)),
        ("link", true, Page::Link(link)),
        ("consent", false, Page::DemoConsent(consent)),
        ("not-found", false, Page::Problem(Problem::NotFound)),
        ("store-away", false, Page::Problem(Problem::StoreAway)),
    ]
}
