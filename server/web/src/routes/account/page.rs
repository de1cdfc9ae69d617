//! The model of the `/account` page.

use accounts::ports::{Identity, User};
use accounts::{Activity, Recent, SecurityEventKind};
use domain::account::UserId;
use domain::form::FormFields;
use domain::millis::to_millis;
use model::{AccountEvent, AccountPage, DemoLogin, FormState, NewSignIns, ProviderLink};
use sessions::Login;

use crate::context::Context;
use crate::error::AppError;
use crate::return_to;

/// In addition to failed logins, which are grouped.
const EVENTS_SHOWN: u32 = 10;

/// What the page shows apart from the account itself.
struct Related {
    identities: Vec<Identity>,
    events: Recent,
}

/// `/account` as its address shows it. Everything is asked for at once: one wait for a remote database, not one for each
/// question.
///
/// # Errors
/// As [`Context::account_on_protected_page`].
pub(super) async fn page(context: &Context) -> Result<AccountPage, AppError> {
    let (profile, login) = context.on_protected_page()?;
    let (user, related) =
        tokio::try_join!(context.account_on_protected_page(), related(context, &profile.id))?;
    Ok(assembled(context, &user, login, related))
}

/// `/account` without a form result, to show its forms again, with errors.
///
/// # Errors
/// If the database fails.
pub(in crate::routes) async fn account_page(
    context: &Context,
    user: &User,
    login: &Login,
) -> Result<AccountPage, AppError> {
    Ok(assembled(context, user, login, related(context, &user.id).await?))
}

async fn related(context: &Context, id: &UserId) -> Result<Related, AppError> {
    let accounts = &context.app.accounts;
    let (identities, events) = tokio::try_join!(accounts.identities(id), accounts.activity(id))?;
    Ok(Related { identities, events })
}

fn assembled(context: &Context, user: &User, login: &Login, related: Related) -> AccountPage {
    let Related { identities, events } = related;
    let events = events.rows(user, login, EVENTS_SHOWN);
    let providers = context.app.provider_links();
    let profile = FormFields::from_iter([("display_name".to_owned(), user.display_name.as_str().to_owned())]);
    let mut linkable = providers.clone();
    linkable.retain(|link| !identities.iter().any(|identity| identity.provider == link.name));
    let labelled = |name: String| ProviderLink { label: context.app.way_in(&name), name };
    AccountPage {
        linkable,
        display_name: user.display_name.as_str().to_owned(),
        email: user.email.as_str().to_owned(),
        created_at: user.created_at,
        has_password: user.password_hash.is_some(),
        identities: identities.into_iter().map(|identity| labelled(identity.provider)).collect(),
        new_sign_ins: new_sign_ins(&events),
        events: events.into_iter().map(row).collect(),
        profile_form: FormState { values: profile, ..FormState::default() },
        password_form: FormState::default(),
        delete_form: FormState::default(),
        notice: context.notice(),
        demo_login: context.app.accounts.demo_login(user).map(|login| demo_login(context, login)),
    }
}

fn demo_login(context: &Context, login: accounts::DemoLogin) -> DemoLogin {
    DemoLogin {
        email: login.email.as_str().to_owned(),
        password: login.password,
        ends_at: login.ends_at,
        // Set by the redirect that follows `Use a demo account`.
        return_to: return_to::parse(context.query.value("return_to")).map(|path| path.to_string()),
    }
}

/// What the owner can say to have seen: the sign-ins on this page, that of their own session included (in the next one it
/// would be new), and no later ones.
fn new_sign_ins(events: &[Activity]) -> Option<NewSignIns> {
    let sign_in = SecurityEventKind::LoginSucceeded.as_str();
    let newest = events.iter().find(|row| row.event.kind == sign_in)?;
    let count = events.iter().filter(|row| row.is_new).count();
    (count > 0).then(|| NewSignIns { count, until: to_millis(newest.event.at) })
}

fn row(Activity { event, times, is_new }: Activity) -> AccountEvent {
    // Another version of this program may have stored an event of a kind that has no words here.
    let what = SecurityEventKind::parse(&event.kind).map_or("Security event", words);
    AccountEvent {
        at: event.at,
        what: if times > 1 { format!("{what}, {times} times") } else { what.to_owned() },
        ip_address: event.ip_address,
        is_new,
    }
}

fn words(kind: SecurityEventKind) -> &'static str {
    match kind {
        SecurityEventKind::LoginSucceeded => "Logged in",
        SecurityEventKind::LoginFailed => "Failed login",
        SecurityEventKind::LoginsSlowedDown => "Many failed logins: new devices have to wait",
        SecurityEventKind::PasswordChanged => "Password changed",
        SecurityEventKind::PasswordChangeFailed => "Password change refused",
        SecurityEventKind::LoggedOut => "Logged out",
        SecurityEventKind::LoggedOutEverywhere => "Logged out everywhere",
        SecurityEventKind::OtherSessionsEnded => "Other sessions ended",
        SecurityEventKind::SessionEnded => "A session ended from the list",
        SecurityEventKind::OldestSessionsEnded => "Oldest sessions ended, because there were too many",
        SecurityEventKind::AccountCreated => "Account created",
        SecurityEventKind::ProfileChanged => "Profile changed",
        SecurityEventKind::ProviderLinked => "Provider linked",
        SecurityEventKind::ProviderUnlinked => "Provider unlinked",
        SecurityEventKind::DataExported => "Data exported",
        SecurityEventKind::IdentityConfirmed => "Identity confirmed",
        SecurityEventKind::SessionUsedElsewhere => {
            "Your login was used from another network and in another browser than before"
        }
        SecurityEventKind::StateRefused => {
            "An answer of a provider was refused: nothing of the kind was begun here, or it came too late"
        }
    }
}
