//! Register, log in, log out, log out everywhere.

use axum::response::{IntoResponse as _, Response};
use http::header::RETRY_AFTER;
use http::{HeaderName, HeaderValue, StatusCode};
use rand::RngExt as _;

use app::model::{Alert, FormState, LoginPage, Page, RegisterPage};
use domain::account::{DisplayName, EmailAddress, NewPassword, UserId};
use domain::form::{FieldError, FieldErrors, FormFields};
use domain::local_path::LocalPath;

use crate::accounts::attempts::{attempt_key, reserve, retry_after};
use crate::accounts::sign_in::{SignInError, record, sign_in};
use crate::context::Context;
use crate::form::{EntranceForm, ExitForm, PostForm};
use crate::refusal::Refusal;
use crate::respond::{Client, see_other};
use accounts::ports::{NewUser, UserCreated};
use sessions::SessionError;
use sessions::typed::SessionStatus;

/// `POST /api/auth/login`
pub async fn log_in(EntranceForm { context, fields }: EntranceForm) -> Result<Response, Refusal> {
    match try_log_in(&context, &fields).await {
        // Whichever store it is: the form comes back and says so.
        Err(Refusal::StoreAway) => {
            login_refused(&context, &fields, Refusal::StoreAway, Alert::StoreAway).await
        }
        done => done,
    }
}

async fn try_log_in(context: &Context, fields: &FormFields) -> Result<Response, Refusal> {
    let app = &context.app;
    if context.session.status() == SessionStatus::Unavailable {
        return Err(Refusal::StoreAway);
    }
    let mut errors = FieldErrors::default();
    let email = errors.check("email", fields.one("email")).unwrap_or_default();
    let password = errors.check("password", fields.one("password")).unwrap_or_default();
    if !errors.is_empty() {
        return login_invalid(context, fields, errors).await;
    }

    // The same words, the same work and the same limits whether the address has an account or not.
    let email = EmailAddress::parse(email);
    let typed = email.as_ref().map_or(fields.value("email"), EmailAddress::key);
    let attempt = match reserve(app, attempt_key(app, typed, context.address)).await? {
        Ok(attempt) => attempt,
        Err(wait) => {
            tracing::warn!(event = "authn_login_fail_max", address = %context.address.0, "logins are throttled");
            let retry_after = retry_after(wait);
            let refusal = Refusal::TooManyAttempts { retry_after };
            return login_refused(context, fields, refusal, Alert::TooManyAttempts { retry_after }).await;
        }
    };
    let user = match &email {
        Ok(email) => app.db.user_by_email(email).await?,
        Err(_) => None,
    };
    let hash = user.as_ref().and_then(|user| user.password_hash.clone());
    let verified = app.passwords.verify(hash, password.to_owned()).await.map_err(Refusal::internal)?;
    let Some(user) = user.as_ref().filter(|_| verified.ok) else {
        tracing::warn!(event = "authn_login_fail", address = %context.address.0, "a login failed");
        if let Some(user) = user {
            // Beside the answer, whose time would else tell that there is such an account.
            let context = context.clone();
            tokio::spawn(async move { record(&context, &user.id, "authn_login_fail").await });
        }
        let refusal = Refusal::Rejected("invalid_credentials");
        return login_refused(context, fields, refusal, Alert::InvalidCredentials).await;
    };
    // Whatever happens from here on, the password was no guess.
    attempt.forgive().await?;
    match sign_in(context, user, "password").await {
        Ok(()) => {}
        Err(SignInError::Superseded) => {
            let refusal = Refusal::Rejected("login_superseded");
            return login_refused(context, fields, refusal, Alert::LoginSuperseded).await;
        }
        Err(SignInError::Refused(refusal)) => return Err(refusal),
    }
    if verified.needs_rehash
        && let Some(old) = &user.password_hash
    {
        // The person is in. Newer parameters can wait for the next login.
        let new = app.passwords.hash(password).await.map_err(Refusal::internal)?;
        if let Err(error) = app.db.rehash_password(&user.id, old, &new).await {
            tracing::warn!(%error, "a password could not be stored under newer parameters");
        }
    }
    Ok(context.done(return_to(fields).as_str()))
}

/// `POST /api/auth/register`
pub async fn register(EntranceForm { context, fields }: EntranceForm) -> Result<Response, Refusal> {
    match try_register(&context, &fields).await {
        Err(Refusal::StoreAway) => {
            let values = fields.keep(&["display_name", "email"]);
            let alert = Some(Alert::StoreAway);
            let form = FormState { values, errors: FieldErrors::default(), alert };
            let page = register_page(&context, &fields, form);
            context.invalid(Page::Register(page), Refusal::StoreAway).await
        }
        done => done,
    }
}

async fn try_register(context: &Context, fields: &FormFields) -> Result<Response, Refusal> {
    let app = &context.app;
    // Asked first: an account must not be made whose owner is then told that it was not.
    app.sessions.rows.ping().await?;
    if context.session.status() == SessionStatus::Unavailable {
        return Err(Refusal::StoreAway);
    }
    let mut errors = FieldErrors::default();
    let name = errors.check("display_name", fields.one("display_name").and_then(DisplayName::parse));
    let email = errors.check("email", fields.one("email").and_then(EmailAddress::parse));
    let own_words = [fields.value("display_name"), fields.value("email")];
    let chosen = fields.one("password").and_then(|typed| NewPassword::parse(typed, &own_words));
    let password = errors.check("password", chosen);
    let (Some(display_name), Some(email), Some(password)) = (name, email, password) else {
        return register_invalid(context, fields, errors).await;
    };
    // Checked before the expensive hash, and again by the unique index.
    if app.db.user_by_email(&email).await?.is_some() {
        return register_invalid(context, fields, ("email", FieldError::Taken).into()).await;
    }
    let hash = app.passwords.hash(password.as_str()).await.map_err(Refusal::internal)?;
    let anonymous = context.visitor.data.login.is_none();
    let new = NewUser {
        id: UserId::from_random(rand::rng().random()),
        email,
        email_verified: false,
        display_name,
        password_hash: Some(hash),
        preferences: context.visitor.data.preferences.clone().filter(|_| anonymous),
        identity: None,
        created_at: app.clock.now(),
    };
    let user = match app.db.create_user(new).await? {
        UserCreated::Done(user) => user,
        UserCreated::EmailTaken | UserCreated::IdentityTaken => {
            return register_invalid(context, fields, ("email", FieldError::Taken).into()).await;
        }
    };
    match sign_in(context, &user, "password").await {
        Ok(()) => {
            record(context, &user.id, "user_created").await;
            Ok(context.done(return_to(fields).as_str()))
        }
        // The account exists; the person can log in.
        Err(SignInError::Superseded) => Ok(context.done("/login")),
        Err(SignInError::Refused(refusal)) => {
            // They are told that it was not done, and will try again with the same address.
            if let Err(error) = app.db.delete_user(&user.id).await {
                tracing::error!(user.id = %user.id, %error, "an account stays whose owner was told otherwise");
            }
            Err(refusal)
        }
    }
}

/// `POST /api/auth/logout`
pub async fn log_out(ExitForm { context }: ExitForm) -> Result<Response, Refusal> {
    end_own_session(&context).await
}

/// Ends the session of this request.
///
/// # Errors
/// [`Refusal::LogoutNotDone`] if the store fails: nobody is told to be logged out who is not.
pub async fn end_own_session(context: &Context) -> Result<Response, Refusal> {
    context.session.log_out().await.map_err(|error| match error {
        // Whoever has the new id is not logged out, and this answer must not say so.
        SessionError::Gone => error.into(),
        error => {
            tracing::error!(event = "session_logout_fail", %error, "a log out could not be done");
            Refusal::LogoutNotDone
        }
    })?;
    if let Some(login) = &context.visitor.data.login {
        record(context, &login.user_id, "session_logout").await;
    }
    Ok(goodbye(context))
}

/// `POST /api/auth/logout-everywhere`
pub async fn log_out_everywhere(PostForm { context, .. }: PostForm) -> Result<Response, Refusal> {
    let owner = context.owner(Some("/session"))?;
    let ended = context.app.sessions.end_all(owner, None).await.map_err(|error| {
        tracing::error!(event = "session_logout_fail", %error, "a log out everywhere could not be done");
        Refusal::LogoutNotDone
    })?;
    tracing::info!(event = "session_logout_everywhere", user.id = %owner, ended, "all sessions were ended");
    record(&context, owner, "session_logout_everywhere").await;
    context.session.ended().await;
    Ok(goodbye(&context))
}

/// To `/login`, leaving nothing behind in the browser. The cookie is removed by its own header: the directive
/// `"cookies"` would also remove those of other applications on this host.
fn goodbye(context: &Context) -> Response {
    let mut response = context.done("/login");
    let name = HeaderName::from_static("clear-site-data");
    response.headers_mut().insert(name, HeaderValue::from_static("\"cache\", \"storage\""));
    response
}

/// Where to go after login.
fn return_to(fields: &FormFields) -> LocalPath {
    crate::return_to::parse(fields.value("return_to")).unwrap_or_else(LocalPath::home)
}

/// `/login` for a visitor of this context.
pub fn login_page(context: &Context, form: FormState, return_to: &str) -> LoginPage {
    LoginPage {
        form,
        reason: None,
        return_to: crate::return_to::parse(return_to).map(|path| path.to_string()).filter(|path| path != "/"),
        providers: context.app.provider_links(),
        demo_login: context.app.demo_login(),
    }
}

async fn login_invalid(
    context: &Context,
    fields: &FormFields,
    errors: FieldErrors,
) -> Result<Response, Refusal> {
    let values = fields.keep(&["email"]);
    let form = FormState { values, errors: errors.clone(), alert: Some(Alert::InvalidCredentials) };
    let page = login_page(context, form, fields.value("return_to"));
    context.invalid(Page::Login(page), Refusal::Invalid(errors)).await
}

async fn login_refused(
    context: &Context,
    fields: &FormFields,
    refusal: Refusal,
    alert: Alert,
) -> Result<Response, Refusal> {
    if context.client == Client::Json {
        return Err(refusal);
    }
    let form =
        FormState { values: fields.keep(&["email"]), errors: FieldErrors::default(), alert: Some(alert) };
    let page = login_page(context, form, fields.value("return_to"));
    let mut response = context.page(refusal.status(), Page::Login(page)).await;
    if let Some(retry_after) = refusal.retry_after() {
        response.headers_mut().insert(RETRY_AFTER, HeaderValue::from(retry_after));
    }
    Ok(response)
}

async fn register_invalid(
    context: &Context,
    fields: &FormFields,
    errors: FieldErrors,
) -> Result<Response, Refusal> {
    let values = fields.keep(&["display_name", "email"]);
    let form = FormState { values, errors: errors.clone(), alert: None };
    let page = register_page(context, fields, form);
    context.invalid(Page::Register(page), Refusal::Invalid(errors)).await
}

fn register_page(context: &Context, fields: &FormFields, form: FormState) -> RegisterPage {
    RegisterPage {
        form,
        return_to: Some(return_to(fields).to_string()).filter(|path| path != "/"),
        providers: context.app.provider_links(),
    }
}

/// `GET /login`
pub async fn show_login(context: Context) -> Response {
    let return_to = context.query.value("return_to").to_owned();
    if context.visitor.user().is_some() {
        let error = context.query.value("error");
        if alert_of(error).is_some() {
            // They were linking a provider, or confirming who they are: the alert belongs to that page.
            return see_other(&format!("/account?error={error}"));
        }
        return see_other(crate::return_to::parse(&return_to).unwrap_or_else(LocalPath::home).as_str());
    }
    // Showing the reason takes it out of the session: one of the few writes a GET may do (contract §3a).
    let kept = context.session.take_end_reason().await.unwrap_or_else(|error| {
        tracing::warn!(%error, "the reason for the end of a session could not be read");
        None
    });
    let form = FormState { alert: alert_of(context.query.value("error")), ..FormState::default() };
    let mut page = login_page(&context, form, &return_to);
    page.reason = if context.flag("ended") {
        Some(app::model::LoginReason::Ended)
    } else if context.flag("expired") || kept.is_some() {
        Some(app::model::LoginReason::Expired)
    } else {
        None
    };
    context.page(StatusCode::OK, Page::Login(page)).await
}

/// `GET /register`
pub async fn show_register(context: Context) -> Response {
    let return_to = crate::return_to::parse(context.query.value("return_to"));
    if context.visitor.user().is_some() {
        return see_other(return_to.unwrap_or_else(LocalPath::home).as_str());
    }
    let page = RegisterPage {
        form: FormState::default(),
        return_to: return_to.map(|path| path.to_string()).filter(|path| path != "/"),
        providers: context.app.provider_links(),
    };
    context.page(StatusCode::OK, Page::Register(page)).await.into_response()
}

/// Alerts that arrive by a redirect. Codes, never text: anyone can write this URL.
pub fn alert_of(code: &str) -> Option<Alert> {
    Some(match code {
        "oauth_denied" => Alert::OAuthDenied,
        "oauth_failed" => Alert::OAuthFailed,
        "oauth_expired" => Alert::OAuthExpired,
        "oauth_email_taken" => Alert::OAuthEmailTaken,
        "oauth_no_email" => Alert::OAuthNoEmail,
        "login_superseded" => Alert::LoginSuperseded,
        "store_away" => Alert::StoreAway,
        _ => return None,
    })
}
