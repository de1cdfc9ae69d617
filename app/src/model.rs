//! What the pages need to know. The server fills these values in before it renders; a page is a pure
//! function of its model, so it can neither wait for anything nor write anything.

mod account;
mod session;

use std::sync::Arc;

use domain::form::{FieldErrors, FormFields};
use domain::preferences::{Preferences, Theme};
use domain::workout::log::FinishedWorkout;
use domain::workout::plan::Workout;
use time::OffsetDateTime;

pub use account::{AccountEvent, AccountPage, AccountStatus};
pub use session::{CookieFacts, CurrentSession, SessionPage, SessionStatus};

/// What surrounds every page.
#[derive(Debug, Clone)]
pub struct Chrome {
    /// The signed-in person's display name; `None` for everyone else.
    pub display_name: Option<String>,
    /// Goes to `<html data-theme>` from the first byte.
    pub theme: Theme,
    /// The token every form of a visitor with a session carries.
    pub csrf_token: Option<String>,
    /// The session store does not answer and the visitor sent a cookie: say so, do not say "logged out".
    pub store_away: bool,
    /// URLs of the browser bundle.
    pub assets: Arc<Assets>,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
}

/// URLs of the browser bundle, content-hashed in a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    /// The style sheet.
    pub css: String,
    /// The plain module script (shows passwords, watches for the session's end).
    pub script: String,
    /// The JavaScript glue of the islands.
    pub islands_js: String,
    /// Their WebAssembly.
    pub islands_wasm: String,
}

/// One page of the application.
#[derive(Debug, Clone)]
pub enum Page {
    /// `/`
    Home(HomePage),
    /// `/login`
    Login(LoginPage),
    /// `/register`
    Register(RegisterPage),
    /// `/preferences`
    Preferences(PreferencesPage),
    /// `/workout`
    Workout(WorkoutPage),
    /// `/history`
    History(HistoryPage),
    /// `/session`
    Session(Box<SessionPage>),
    /// `/account`
    Account(Box<AccountPage>),
    /// `/account/confirm`
    Confirm(ConfirmPage),
    /// `/account/link/<provider>`
    Link(LinkPage),
    /// The demo identity provider's consent page.
    DemoConsent(DemoConsentPage),
    /// Not found, forbidden, too many attempts, store away …
    Problem(Problem),
}

/// A form that may come back with errors: the values to show and what was wrong with them.
/// Passwords are never among the values.
#[derive(Debug, Clone, Default)]
pub struct FormState {
    /// What the fields show.
    pub values: FormFields,
    /// What is wrong, by field name.
    pub errors: FieldErrors,
    /// What is wrong with the form as a whole (`role=alert`).
    pub alert: Option<Alert>,
}

/// Messages with `role=alert`. A closed list: codes travel in URLs, where anyone can forge them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Alert {
    /// Any failed login but throttling and outage: `Email or password is incorrect.`
    InvalidCredentials,
    /// Too many failed logins.
    TooManyAttempts {
        /// Seconds until the next attempt makes sense.
        retry_after: u32,
    },
    /// The session store does not answer.
    StoreAway,
    /// A log out (or the end of another session) could not be done because the store is away.
    LogoutNotDone,
    /// The person said no at the provider.
    OAuthDenied,
    /// The provider, or the way back from it, failed.
    OAuthFailed,
    /// The attempt is unknown, used or too old.
    OAuthExpired,
    /// The provider's e-mail address belongs to an account that is not linked with it.
    OAuthEmailTaken,
    /// The provider gave no usable e-mail address.
    OAuthNoEmail,
    /// The session to end is not there (any more) or not one's own.
    SessionNotFound,
    /// The credentials changed while the login was under way.
    LoginSuperseded,
    /// The shared demo account refuses this.
    DemoAccount,
    /// The form has errors beside its fields.
    CheckFields,
    /// The last way into an account is not unlinked.
    LastWayIn,
    /// The identity is linked with another account.
    IdentityTaken,
}

/// `/`
#[derive(Debug, Clone)]
pub struct HomePage {
    /// Today's workout for this visitor's preferences.
    pub workout: Workout,
    /// What it was made from.
    pub preferences: Preferences,
    /// Preferences were saved in this session (else the defaults are shown).
    pub customised: bool,
}

/// Why the visitor was sent to `/login`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoginReason {
    /// `?expired=true`: idle or absolute timeout.
    Expired,
    /// `?ended=true`: ended from elsewhere.
    Ended,
}

/// A provider one can log in with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProviderLink {
    /// The path name, as in `/auth/<name>`.
    pub name: String,
    /// What people call it.
    pub label: String,
}

/// `/login`
#[derive(Debug, Clone, Default)]
pub struct LoginPage {
    /// `email` is kept; errors and alert.
    pub form: FormState,
    /// Why the visitor was sent here.
    pub reason: Option<LoginReason>,
    /// A checked local path to return to, if it is not `/`.
    pub return_to: Option<String>,
    /// One link each.
    pub providers: Vec<ProviderLink>,
    /// The demo account's address and password, where there is one.
    pub demo_login: Option<(String, String)>,
}

/// `/register`
#[derive(Debug, Clone, Default)]
pub struct RegisterPage {
    /// `display_name` and `email` are kept.
    pub form: FormState,
    /// A checked local path to return to.
    pub return_to: Option<String>,
    /// One link each.
    pub providers: Vec<ProviderLink>,
}

/// `/preferences`
#[derive(Debug, Clone)]
pub struct PreferencesPage {
    /// Values by form field name.
    pub form: FormState,
    /// What is saved now; the preview starts from it.
    pub preferences: Preferences,
    /// Show `Preferences saved.`
    pub saved: bool,
    /// Day number the preview is made for.
    pub day: i64,
}

/// `/workout`
#[derive(Debug, Clone)]
pub struct WorkoutPage {
    /// Today's workout.
    pub workout: Workout,
    /// Seconds of rest between sets.
    pub rest_seconds: u16,
    /// A workout was just finished (`?done=true`).
    pub done: bool,
    /// Results are kept (signed in).
    pub signed_in: bool,
    /// When the page was made: the form sends it back as `started_at`.
    pub started_at: OffsetDateTime,
    /// `sets_done` and its error, when the form came back.
    pub form: FormState,
}

/// `/history`
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// Newest first.
    pub workouts: Vec<FinishedWorkout>,
    /// The person just finished one (`?saved=true`).
    pub saved: bool,
}

/// `/account/confirm`: fresh login before a sensitive change.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    /// The account's address.
    pub email: String,
    /// `current_password` and its error.
    pub form: FormState,
    /// A checked local path.
    pub return_to: String,
    /// There is a password to ask for.
    pub has_password: bool,
    /// Linked providers to ask instead.
    pub providers: Vec<ProviderLink>,
}

/// `/account/link/<provider>`: its link starts linking.
#[derive(Debug, Clone)]
pub struct LinkPage {
    /// The provider to link.
    pub provider: ProviderLink,
}

/// The demo identity provider's consent page.
#[derive(Debug, Clone)]
pub struct DemoConsentPage {
    /// `name` and `email` to begin with, and errors.
    pub form: FormState,
    /// Hidden fields to send back unchanged (name, value).
    pub hidden: Vec<(String, String)>,
    /// What the application asked for.
    pub scopes: Vec<String>,
}

/// A page that says why something is not there or was not done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Problem {
    /// 400
    BadRequest,
    /// 403 from the cross-origin guard.
    CrossOrigin,
    /// 403: the form's token is not this session's.
    StaleForm,
    /// 404
    NotFound,
    /// 405
    MethodNotAllowed,
    /// 413
    TooLarge,
    /// 415
    UnsupportedMediaType,
    /// 429
    TooManyAttempts {
        /// Seconds.
        retry_after: u32,
    },
    /// 503, with the reference id that stands in the log.
    Internal {
        /// Reference id.
        reference: u64,
    },
    /// 503: the store does not answer.
    StoreAway,
    /// 503: a log out could not be done, because the store does not answer.
    LogoutNotDone,
    /// 503: a password was changed, but the sessions that should have ended with the old one may live on.
    SessionsNotEnded,
}
