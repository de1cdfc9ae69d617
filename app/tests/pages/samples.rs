//! A sample of every page, filled with data.

mod member;
pub(crate) mod training; // slim: trainer

use std::sync::Arc;
use std::sync::LazyLock; // slim: trainer

use domain::account::UserId;
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::preferences::{Preferences, SitePreferences};
use domain::workout::training::{Equipment, Training}; // slim: trainer
use model::*;
use time::OffsetDateTime;
use time::macros::datetime;

pub(crate) use self::member::{account, demo_account, session};

pub(crate) const NOW: OffsetDateTime = datetime!(2026-11-12 14:03:09.5 UTC);
pub(crate) const TOKEN: &str = "token-of-this-session";

/// A visitor with a session, signed in or not.
pub(crate) fn layout(signed_in: bool) -> Layout {
    Layout {
        display_name: signed_in.then(|| "Robin <b>".to_owned()),
        user: signed_in.then(|| UserId::from_random([7; 16])),
        site: SitePreferences::default(),
        csrf_token: Some(TOKEN.to_owned()),
        store_unavailable: false,
        assets: Arc::new(Assets {
            css: "/pkg/main.css".to_owned(),
            script: "/page.js".to_owned(),
            islands: ["preferences", /* slim: trainer */ "workout" /* slim: end */]
                .map(|page| {
                    let (js, wasm) = (format!("/pkg/{page}.js"), format!("/pkg/{page}.wasm"));
                    (page.to_owned(), IslandAssets { js, wasm })
                })
                .into(),
        }),
        reload_script: None,
        nonce: "bm9uY2U=".to_owned(),
    }
}

pub(crate) fn preferences() -> Preferences {
    // slim: trainer
    let equipment = [Equipment::Dumbbell, Equipment::Band].into();
    let training = Training { equipment, rest_seconds: 90, ..Training::default() };
    // slim: end
    Preferences {
        training, // slim: trainer
        updated_at: Some(NOW),
        ..Preferences::default()
    }
}

pub(crate) fn fields(pairs: &[(&str, &str)]) -> FormFields {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

fn preference_fields() -> FormFields {
    fields(&[
        // slim: trainer
        ("units", "kg"),
        ("goal", "muscle"),
        ("level", "intermediate"),
        ("days_per_week", "9"),
        ("session_minutes", "45"),
        ("equipment", "dumbbell"),
        ("equipment", "band"),
        ("rest_seconds", "90"),
        // slim: end
        ("theme", "dark"),
    ])
}

fn providers() -> Vec<ProviderLink> {
    let link = |name: &str, label: &str| ProviderLink { name: name.to_owned(), label: label.to_owned() };
    vec![link("google", "Google"), link("acme", "Acme")]
}

pub(crate) fn login() -> LoginPage {
    LoginPage {
        form: FormState {
            values: fields(&[("email", "robin@example.com")]),
            errors: FieldErrors::default(),
            alert: Some(Alert::InvalidCredentials),
        },
        notice: None,
        kept: Some(Kept::Set), // slim: trainer
        reason: Some(SignedOut::Expired),
        return_to: Some("/history?a=1&b=ü".to_owned()),
        providers: providers(),
        demo: Some(DemoOffer::Login {
            email: "demo@example.com".to_owned(),
            password: "workout-demo".to_owned(),
        }),
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
        notice: None,
        return_to: None,
        providers: providers(),
    }
}

// slim: trainer
fn zones() -> &'static [String] {
    static ZONES: LazyLock<Vec<String>> =
        LazyLock::new(|| ["Africa/Lagos", "Europe/Berlin", "UTC"].map(str::to_owned).into());
    &ZONES
}

pub(crate) fn preferences_page(saved: bool) -> PreferencesPage {
    PreferencesPage {
        form: FormState {
            values: preference_fields(),
            errors: FieldErrors::from(("days_per_week", FieldError::OutOfRange(1, 7))),
            alert: (!saved).then_some(Alert::CheckFields),
        },
        training: preferences().training,
        notice: saved.then_some(Notice::PreferencesSaved),
        ticked: None,
        zones: zones(),
        ordinal: 3,
    }
}
// slim: instead
// pub(crate) fn preferences_page(saved: bool) -> PreferencesPage {
//     PreferencesPage {
//         form: FormState {
//             values: preference_fields(),
//             errors: FieldErrors::from(("theme", FieldError::UnknownChoice)),
//             alert: (!saved).then_some(Alert::CheckFields),
//         },
//         notice: saved.then_some(Notice::PreferencesSaved),
//     }
// }
// slim: end

/// Every page: a name for it, whether someone is signed in, and the page.
pub(crate) fn all() -> Vec<(&'static str, bool, Page)> {
    let confirm = ConfirmPage {
        email: "robin@example.com".to_owned(),
        form: FormState::default(),
        return_to: "/account".to_owned(),
        has_password: true,
        providers: providers(),
    };
    // slim: demo-provider
    let consent = DemoConsentPage {
        form: FormState {
            values: fields(&[("name", "Sam Demo"), ("email", "sam@example.com")]),
            ..FormState::default()
        },
        hidden: vec![("state".to_owned(), "s\"1".to_owned())],
        scopes: vec!["your name".to_owned(), "your e-mail address".to_owned()],
    };
    // slim: end
    let link = LinkPage { provider: providers().remove(1) };
    vec![
        // slim: trainer
        ("home", false, Page::Home(Box::new(training::home(false)))),
        ("home-mine", true, Page::Home(Box::new(training::home(true)))),
        // slim: instead
        // ("home", false, Page::Home(HomePage { customised: false })),
        // ("home-mine", true, Page::Home(HomePage { customised: true })),
        // slim: end
        ("login", false, Page::Login(login())),
        ("login-plain", false, Page::Login(LoginPage { providers: providers(), ..LoginPage::default() })),
        (
            "login-demo",
            false,
            Page::Login(LoginPage { demo: Some(DemoOffer::OwnAccount { click: "c".to_owned() }), ..login() }),
        ),
        ("register", false, Page::Register(register())),
        ("preferences", true, Page::Preferences(preferences_page(false))),
        ("preferences-saved", false, Page::Preferences(preferences_page(true))),
        // slim: trainer
        ("workout", false, Page::Workout(Box::new(training::player_page(false)))),
        ("workout-open", true, Page::Workout(Box::new(training::player_page(true)))),
        (
            "workout-refused",
            false,
            Page::Workout(Box::new(WorkoutPage {
                refused: training::refused(),
                ..training::player_page(true)
            })),
        ),
        (
            "sheet",
            false,
            Page::Workout(Box::new(WorkoutPage {
                sheet: Some(training::times()),
                ..training::player_page(false)
            })),
        ),
        (
            "workout-out-of-reach",
            true,
            Page::Workout(Box::new(WorkoutPage { out_of_reach: true, ..training::player_page(false) })),
        ),
        ("review", true, Page::Review(training::review(false))),
        ("review-discard", false, Page::Review(training::review(true))),
        ("history", true, Page::History(training::history_page(true))),
        ("history-empty", true, Page::History(training::history_page(false))),
        ("history-workout", true, Page::WorkoutDetail(training::detail())),
        ("history-edit", true, Page::EditWorkout(Box::new(training::edit()))),
        ("history-delete", true, Page::DeleteWorkout(training::delete())),
        // slim: end
        ("session", true, Page::Session(Box::new(session(true)))),
        ("session-none", false, Page::Session(Box::new(session(false)))),
        ("account", true, Page::Account(Box::new(account()))),
        ("account-demo", true, Page::Account(Box::new(demo_account()))),
        ("confirm", true, Page::Confirm(confirm)),
        ("link", true, Page::Link(link)),
        ("consent", false, Page::DemoConsent(consent)), // slim: demo-provider
        ("not-found", false, Page::Problem(Problem::NotFound)),
        ("store-unavailable", false, Page::Problem(Problem::StoreUnavailable)),
    ]
}
