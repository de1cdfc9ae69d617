//! What the pages need to know. The server fills these values in before it renders; a page is a pure
//! function of its model, so it can neither wait for anything nor write anything.

use std::sync::Arc;

use time::OffsetDateTime;
use workout_trainer::form::{FieldErrors, FormFields};
use workout_trainer::preferences::{Preferences, Theme};
use workout_trainer::session::SessionSummary;
use workout_trainer::workout::log::FinishedWorkout;
use workout_trainer::workout::plan::Workout;

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
}

/// `/history`
#[derive(Debug, Clone)]
pub struct HistoryPage {
    /// Newest first.
    pub workouts: Vec<FinishedWorkout>,
    /// The person just finished one (`?saved=true`).
    pub saved: bool,
}

/// `/session`
#[derive(Debug, Clone)]
pub struct SessionPage {
    /// This session; `None` where nothing is stored.
    pub current: Option<CurrentSession>,
    /// The account's live sessions, this one first, at most 50; empty when not signed in.
    pub sessions: Vec<SessionSummary>,
    /// How many more there are than listed.
    pub more: u64,
    /// The cookie as it is sent.
    pub cookie: CookieFacts,
    /// The store in use: `memory`, `sqlite` …
    pub store: String,
    /// The idle timeout, as written in the configuration.
    pub idle_timeout: String,
    /// The absolute lifetime.
    pub absolute_lifetime: String,
    /// The lifetime without activity.
    pub ttl: String,
    /// Something could not be done.
    pub alert: Option<Alert>,
    /// `?ended=N`: that many other sessions were ended.
    pub status: Option<SessionStatus>,
    /// Now, for "in 29 minutes".
    pub now: OffsetDateTime,
}

/// What was just done on `/session`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SessionStatus {
    /// One other session was ended.
    Ended,
    /// All others were ended.
    OthersEnded,
}

/// What this session holds.
#[derive(Debug, Clone)]
pub struct CurrentSession {
    /// Public handle.
    pub handle: String,
    /// Signed in: since when.
    pub login_time: Option<OffsetDateTime>,
    /// How: `password` or the provider's name.
    pub provider: Option<String>,
    /// When the record was made.
    pub created_at: OffsetDateTime,
    /// Last activity written.
    pub last_activity: OffsetDateTime,
    /// Address at login.
    pub ip_address: Option<String>,
    /// User agent at login.
    pub user_agent: Option<String>,
    /// Signed in: end without activity.
    pub idle_expires_at: Option<OffsetDateTime>,
    /// Signed in: end whatever the activity.
    pub absolute_expires_at: Option<OffsetDateTime>,
    /// When the record itself is removed without activity.
    pub expires_at: OffsetDateTime,
    /// Stored preferences, if any.
    pub preferences: Option<Preferences>,
}

/// The session cookie's attributes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CookieFacts {
    /// Name, with its prefix.
    pub name: String,
    /// `Secure`
    pub secure: bool,
    /// `SameSite`: `Lax` or `Strict`
    pub same_site: String,
    /// `Max-Age`, as written in the configuration.
    pub max_age: String,
    /// `Domain`, if any.
    pub domain: Option<String>,
}

/// `/account`
#[derive(Debug, Clone)]
pub struct AccountPage {
    /// The person's name.
    pub display_name: String,
    /// Their address.
    pub email: String,
    /// Since when.
    pub created_at: OffsetDateTime,
    /// There is a password to change.
    pub has_password: bool,
    /// Linked providers.
    pub identities: Vec<ProviderLink>,
    /// Recent security-related events, newest first: when, what, from which address.
    pub events: Vec<AccountEvent>,
    /// `display_name`
    pub profile_form: FormState,
    /// `current_password`, `new_password`
    pub password_form: FormState,
    /// `confirm`
    pub delete_form: FormState,
    /// What was just done.
    pub status: Option<AccountStatus>,
    /// Something was refused.
    pub alert: Option<Alert>,
}

/// What was just done on `/account`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AccountStatus {
    /// The password was changed and other sessions ended.
    PasswordChanged,
    /// The profile was saved.
    ProfileSaved,
}

/// A row of the account's activity.
#[derive(Debug, Clone)]
pub struct AccountEvent {
    /// When.
    pub at: OffsetDateTime,
    /// What, in words.
    pub what: String,
    /// From which address.
    pub ip_address: Option<String>,
}

/// `/account/confirm`: fresh login before a sensitive change.
#[derive(Debug, Clone)]
pub struct ConfirmPage {
    /// `current_password` and its error.
    pub form: FormState,
    /// A checked local path.
    pub return_to: String,
    /// There is a password to ask for.
    pub has_password: bool,
    /// Linked providers to ask instead.
    pub providers: Vec<ProviderLink>,
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
    /// 500, with the reference id that stands in the log.
    Internal {
        /// Reference id.
        reference: u64,
    },
    /// 503: the store does not answer.
    StoreAway,
}
