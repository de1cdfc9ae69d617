//! The model of the `/session` page.

use domain::human_time::length;
use domain::session::SessionSummary;
use model::{CookieFacts, CurrentSession, Page, SessionPage};
use sessions::watch;

use crate::context::Context;
use crate::error::AppError;

/// How many sessions are listed at most.
const SESSIONS_SHOWN: u32 = 50;

pub(super) async fn page(context: &Context) -> Result<Page, AppError> {
    let app = &context.app;
    let settings = app.sessions.settings();
    let (sessions, total) = listed(context).await?;
    let cookie = &settings.cookie;
    Ok(Page::Session(Box::new(SessionPage {
        current: current(context).await,
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
        notice: context.notice(),
        now: app.clock.now(),
    })))
}

/// The account's live sessions, this device first, and the total count.
async fn listed(context: &Context) -> Result<(Vec<SessionSummary>, u64), AppError> {
    let Some(user) = context.visitor.user() else { return Ok((Vec::new(), 0)) };
    let own = context.session.meta();
    let own_key = own.as_ref().map(|meta| &meta.key);
    let (mut sessions, total) = context.app.sessions.list(&user.id, own_key, SESSIONS_SHOWN).await?;
    // Include this device even if fifty others were active more recently.
    match sessions.iter().position(|session| session.current) {
        Some(position) => {
            let this = sessions.remove(position);
            sessions.insert(0, this);
        }
        None => {
            if let (Some(this), true) = (own_summary(context), total > 0) {
                sessions.truncate(SESSIONS_SHOWN as usize - 1);
                sessions.insert(0, this);
            }
        }
    }
    for session in &mut sessions {
        session.provider = context.app.way_in(&session.provider);
    }
    Ok((sessions, total))
}

async fn current(context: &Context) -> Option<CurrentSession> {
    let meta = context.session.meta()?;
    let times = context.session.times().await?;
    let data = context.session.data().await;
    let login = data.login.as_ref();
    Some(CurrentSession {
        handle: meta.handle,
        login_time: login.map(|login| login.login_time),
        way_in: login.map(|login| context.app.way_in(&login.provider)),
        created_at: meta.created_at,
        last_activity: meta.last_activity,
        ip_address: login.and_then(|login| login.ip_address.clone()),
        user_agent: login.and_then(|login| login.user_agent.clone()),
        idle_expires_at: times.idle_expires_at,
        absolute_expires_at: times.absolute_expires_at,
        expires_at: times.expires_at,
        noticed_within: login.map(|_| length(time::Duration::try_from(watch::INTERVAL).unwrap_or_default())),
        preferences: data.preferences,
    })
}

fn own_summary(context: &Context) -> Option<SessionSummary> {
    let meta = context.session.meta()?;
    let login = context.visitor.data.login.as_ref()?;
    Some(SessionSummary {
        handle: meta.handle,
        current: true,
        login_time: login.login_time,
        last_activity: meta.last_activity,
        ip_address: login.ip_address.clone(),
        user_agent: login.user_agent.clone(),
        provider: login.provider.clone(),
    })
}
