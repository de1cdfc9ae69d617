//! The data the pages need. The server fills it in before rendering; a page is a pure function of its model,
//! so it can neither wait for anything nor write anything.
//!
//! A package of its own, because server and pages both need it, and neither is compiled again when the other changes.
#![forbid(unsafe_code)]

mod account;
pub mod dates; // slim: trainer
mod demo_consent; // slim: demo-provider
mod form;
mod history; // slim: trainer
mod login;
mod notice;
mod player; // slim: trainer
mod problem;
mod row_state; // slim: trainer
mod session;
// slim: trainer
mod training;
// slim: instead
// mod site;
// slim: end
pub mod wording;

use std::collections::BTreeMap;
use std::sync::Arc;

use domain::account::UserId;
use domain::preferences::SitePreferences;

pub use account::{AccountEvent, AccountPage, DemoLogin, NewSignIns};
pub use demo_consent::DemoConsentPage; // slim: demo-provider
pub use form::{Alert, FormState};
// slim: trainer
pub use history::{
    DeleteWorkoutPage, DoneExercise, EditWorkoutPage, HistoryItem, HistoryPage, Line, Rendered,
    WorkoutDetailPage, lines,
};
// slim: end
pub use login::Kept; // slim: trainer
pub use login::{ConfirmPage, DemoOffer, LinkPage, LoginPage, ProviderLink, RegisterPage};
pub use notice::{Notice, SignedOut};
pub use player::{About, AmountFields, Card, LoadField, Plates, Player, Rest, Row}; // slim: trainer
pub use problem::Problem;
pub use row_state::RowState; // slim: trainer
pub use session::{CookieFacts, CurrentSession, SessionPage};
// slim: trainer
pub use training::{HomePage, PreferencesPage, RefusedRows, ReviewPage, WorkoutPage};
// slim: instead
// pub use site::{HomePage, PreferencesPage};
// slim: end

/// Where the page of somebody who is signed in is told that their session has ended.
pub const EVENTS: &str = "/session/events";

/// What surrounds the content of every page. Components find it in the context.
#[derive(Debug, Clone)]
pub struct Layout {
    /// Of the person who is logged in.
    pub display_name: Option<String>,
    /// Their account, in forms that outlast the login.
    pub user: Option<UserId>,
    /// For the whole document, whatever the page.
    pub site: SitePreferences,
    /// The token in every form of a visitor with a session.
    pub csrf_token: Option<String>,
    /// The visitor sent a cookie but the session store does not respond: the page must not say "logged out".
    pub store_unavailable: bool,
    pub assets: Arc<Assets>,
    /// URL of the script that reloads pages under `cargo dev`; nothing else has one.
    pub reload_script: Option<String>,
    /// The nonce of this response's Content-Security-Policy.
    pub nonce: String,
}

/// URLs of the browser bundle, content-hashed in a release.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Assets {
    pub css: String,
    /// The plain module script: it shows passwords, and leaves when the session ends.
    pub script: String,
    /// What the islands of a page need, by the page's name in `frontend/Cargo.toml`.
    pub islands: BTreeMap<String, IslandAssets>,
}

/// URLs of a module with the islands of a page.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IslandAssets {
    /// The JavaScript that loads it.
    pub js: String,
    pub wasm: String,
}

#[derive(Debug, Clone)]
pub enum Page {
    /// `/`
    // slim: trainer
    Home(Box<HomePage>),
    // slim: instead
    // Home(HomePage),
    // slim: end
    /// `/login`
    Login(LoginPage),
    /// `/register`
    Register(RegisterPage),
    /// `/preferences`
    Preferences(PreferencesPage),
    // slim: trainer
    /// `/workout`
    Workout(Box<WorkoutPage>),
    /// `/workout/review`
    Review(ReviewPage),
    /// `/history`
    History(HistoryPage),
    /// `/history/{id}`
    WorkoutDetail(WorkoutDetailPage),
    /// `/history/{id}/edit`
    EditWorkout(Box<EditWorkoutPage>),
    /// `/history/{id}/delete`
    DeleteWorkout(DeleteWorkoutPage),
    // slim: end
    /// `/session`
    Session(Box<SessionPage>),
    /// `/account`
    Account(Box<AccountPage>),
    /// `/account/confirm`
    Confirm(ConfirmPage),
    /// `/account/link/<provider>`
    Link(LinkPage),
    // slim: demo-provider
    /// The demo identity provider's consent page.
    DemoConsent(DemoConsentPage),
    // slim: end
    /// Shown instead of the requested page.
    Problem(Problem),
}
