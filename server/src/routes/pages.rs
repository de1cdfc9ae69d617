//! Pages. Each handler loads its model, guards first; nothing is written.

use axum::response::Response;
use http::StatusCode;

use app::model::{
    AccountEvent, AccountPage, AccountStatus, Alert, CookieFacts, CurrentSession, FormState, HistoryPage,
    HomePage, Page, PreferencesPage, ProviderLink, SessionPage, SessionStatus, WorkoutPage,
};
use domain::form::FormFields;
use domain::human_time::length;
use domain::workout::plan::workout_of_the_day;

use crate::client_address::shortened_text;
use crate::config::AppEnv;
use crate::context::Context;
use crate::refusal::Refusal;
use crate::routes::auth::alert_of;
use accounts::ports::User;
use sessions::data::Login;

/// At most that many sessions on `/session`.
const SESSIONS_SHOWN: u32 = 50;
const WORKOUTS_SHOWN: u32 = 100;
const EVENTS_SHOWN: u32 = 10;

/// `GET /`
pub async fn home(context: Context) -> Response {
    let preferences = context.visitor.preferences();
    let page = HomePage {
        workout: workout_of_the_day(&preferences.training, today(&context)),
        customised: preferences.updated_at.is_some(),
        preferences,
    };
    context.page(StatusCode::OK, Page::Home(page)).await
}

/// `GET /preferences`
pub async fn preferences(context: Context) -> Result<Response, Refusal> {
    context.need_store()?;
    let preferences = context.visitor.preferences();
    let form = FormState { values: preferences.to_form(), ..FormState::default() };
    let saved = context.flag("saved");
    let page = PreferencesPage { form, preferences, saved, day: today(&context) };
    Ok(context.page(StatusCode::OK, Page::Preferences(page)).await)
}

/// `GET /workout`
pub async fn workout(context: Context) -> Response {
    let page = workout_page(&context, FormState::default());
    context.page(StatusCode::OK, Page::Workout(page)).await
}

/// Today's workout for this visitor.
#[must_use]
pub fn workout_page(context: &Context, form: FormState) -> WorkoutPage {
    let workout = workout_of_the_day(&context.visitor.preferences().training, today(context));
    WorkoutPage {
        rest_seconds: workout.rest_seconds,
        workout,
        done: context.flag("done"),
        signed_in: context.visitor.user().is_some(),
        started_at: context.app.clock.now(),
        form,
    }
}

/// `GET /history`
pub async fn history(context: Context) -> Result<Response, Refusal> {
    let (user, _) = context.on_protected_page()?;
    let workouts = context.app.db.workouts(&user.id, WORKOUTS_SHOWN).await?;
    let page = HistoryPage { workouts, saved: context.flag("saved") };
    Ok(context.page(StatusCode::OK, Page::History(page)).await)
}

/// `GET /session`
pub async fn session(context: Context) -> Result<Response, Refusal> {
    context.need_store()?;
    let alert = (context.query.value("error") == "session_not_found").then_some(Alert::SessionNotFound);
    let status = match context.query.value("done") {
        "ended" => Some(SessionStatus::Ended),
        "others_ended" => Some(SessionStatus::OthersEnded),
        _ => None,
    };
    let page = session_page(&context, alert, status).await?;
    Ok(context.page(StatusCode::OK, Page::Session(Box::new(page))).await)
}

async fn session_page(
    context: &Context,
    alert: Option<Alert>,
    status: Option<SessionStatus>,
) -> Result<SessionPage, Refusal> {
    let app = &context.app;
    let settings = app.sessions.settings();
    let meta = context.session.meta();
    let (mut sessions, total) = match context.visitor.user() {
        Some(user) => {
            app.sessions.list(&user.id, meta.as_ref().map(|meta| &meta.key), SESSIONS_SHOWN).await?
        }
        None => (Vec::new(), 0),
    };
    let current = current_session(context).await;
    // This device first, even if fifty others were active since.
    match sessions.iter().position(|session| session.current) {
        Some(position) => {
            let this = sessions.remove(position);
            sessions.insert(0, this);
        }
        None => {
            if let (Some(summary), true) = (own_summary(context), total > 0) {
                sessions.truncate(SESSIONS_SHOWN as usize - 1);
                sessions.insert(0, summary);
            }
        }
    }
    if app.config.env == AppEnv::Demo {
        for session in sessions.iter_mut().filter(|session| !session.current) {
            session.ip_address = session.ip_address.as_deref().map(shortened_text);
        }
    }
    let cookie = app.sessions.cookie.config();
    Ok(SessionPage {
        current,
        more: total.saturating_sub(sessions.len() as u64),
        sessions,
        cookie: CookieFacts {
            name: cookie.name.clone(),
            secure: cookie.secure,
            same_site: cookie.same_site.attribute().to_owned(),
            max_age: length(settings.ttl),
            domain: cookie.domain.clone(),
        },
        store: app.sessions.rows.kind().to_owned(),
        idle_timeout: length(settings.idle_timeout),
        absolute_lifetime: length(settings.absolute_lifetime),
        ttl: length(settings.ttl),
        alert,
        status,
        now: app.clock.now(),
    })
}

async fn current_session(context: &Context) -> Option<CurrentSession> {
    let meta = context.session.meta()?;
    let times = context.session.times().await?;
    let data = context.session.data().await;
    let login = data.login.as_ref();
    Some(CurrentSession {
        handle: meta.handle,
        login_time: login.map(|login| login.login_time),
        provider: login.map(|login| login.provider.clone()),
        created_at: meta.created_at,
        last_activity: meta.last_activity,
        ip_address: login.and_then(|login| login.ip_address.clone()),
        user_agent: login.and_then(|login| login.user_agent.clone()),
        idle_expires_at: times.idle_expires_at,
        absolute_expires_at: times.absolute_expires_at,
        expires_at: times.expires_at,
        preferences: data.preferences,
    })
}

fn own_summary(context: &Context) -> Option<domain::session::SessionSummary> {
    let meta = context.session.meta()?;
    let login: &Login = context.visitor.data.login.as_ref()?;
    Some(domain::session::SessionSummary {
        handle: meta.handle,
        current: true,
        login_time: login.login_time,
        last_activity: meta.last_activity,
        ip_address: login.ip_address.clone(),
        user_agent: login.user_agent.clone(),
        provider: login.provider.clone(),
    })
}

/// `GET /account`
pub async fn account(context: Context) -> Result<Response, Refusal> {
    let (profile, _) = context.on_protected_page()?;
    let user = context.account_of(profile).await?;
    let mut page = account_page(&context, &user).await?;
    page.status = match context.query.value("done") {
        "password" => Some(AccountStatus::PasswordChanged),
        "profile" => Some(AccountStatus::ProfileSaved),
        "linked" => Some(AccountStatus::Linked),
        "unlinked" => Some(AccountStatus::Unlinked),
        _ => None,
    };
    page.alert = match context.query.value("error") {
        "last_way_in" => Some(Alert::LastWayIn),
        "identity_taken" => Some(Alert::IdentityTaken),
        other => alert_of(other),
    };
    Ok(context.page(StatusCode::OK, Page::Account(Box::new(page))).await)
}

/// `/account` as it is, for forms that come back to it.
///
/// # Errors
/// If the database fails.
pub async fn account_page(context: &Context, user: &User) -> Result<AccountPage, Refusal> {
    let db = &context.app.db;
    let labels = context.app.provider_links();
    let identities = db.identities(&user.id).await?;
    let events = db.events(&user.id, EVENTS_SHOWN).await?;
    let profile = FormFields::from_iter([("display_name".to_owned(), user.display_name.as_str().to_owned())]);
    let mut linkable = labels.clone();
    linkable.retain(|link| !identities.iter().any(|identity| identity.provider == link.name));
    Ok(AccountPage {
        linkable,
        display_name: user.display_name.as_str().to_owned(),
        email: user.email.as_str().to_owned(),
        created_at: user.created_at,
        has_password: user.password_hash.is_some(),
        identities: identities
            .into_iter()
            .map(|identity| {
                let known = labels.iter().find(|link| link.name == identity.provider);
                let label = known.map_or_else(|| identity.provider.clone(), |link| link.label.clone());
                ProviderLink { name: identity.provider, label }
            })
            .collect(),
        events: events
            .into_iter()
            .map(|event| AccountEvent {
                at: event.at,
                what: event_words(&event.kind).to_owned(),
                ip_address: event
                    .ip_address
                    .map(|ip| if context.app.config.env == AppEnv::Demo { shortened_text(&ip) } else { ip }),
            })
            .collect(),
        profile_form: FormState { values: profile, ..FormState::default() },
        password_form: FormState::default(),
        delete_form: FormState::default(),
        status: None,
        alert: None,
    })
}

/// What people read for a word of the OWASP Logging Vocabulary.
fn event_words(kind: &str) -> &'static str {
    match kind {
        "authn_login_success" => "Logged in",
        "authn_login_fail" => "Failed login",
        "authn_password_change" => "Password changed",
        "authn_password_change_fail" => "Password change refused",
        "session_logout" => "Logged out",
        "session_logout_everywhere" => "Logged out everywhere",
        "session_end_others" => "Other sessions ended",
        "session_end_one" => "A session ended from the list",
        "user_created" => "Account created",
        "user_updated" => "Profile changed",
        "identity_linked" => "Provider linked",
        "identity_unlinked" => "Provider unlinked",
        "user_exported" => "Data exported",
        "fresh_login" => "Identity confirmed",
        _ => "Security event",
    }
}

/// Days since 1970-01-01, in UTC.
pub fn today(context: &Context) -> i64 {
    context.app.clock.now().unix_timestamp().div_euclid(86_400)
}
