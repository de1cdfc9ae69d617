//! Answers for the two kinds of client: a form post (its `Accept` contains `text/html`) gets redirects and
//! pages, anything else gets JSON.

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse as _, Response};
use domain::form::FieldErrors;
use http::header::{ACCEPT, CONTENT_TYPE, LOCATION, RETRY_AFTER};
use http::{HeaderMap, HeaderValue, StatusCode};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Value, json};

use app::model::{Page, Problem};

use crate::middleware::headers::Nonce;
use crate::refusal::{Mark, Refusal};
use crate::render::{self, Surroundings};
use crate::state::App;
use crate::visitor::Visitor;
use sessions::typed::TypedSession;

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Client {
    /// A browser that navigates.
    Form,
    /// A program.
    Json,
}

impl Client {
    /// By the `Accept` header.
    #[must_use]
    pub fn of(headers: &HeaderMap) -> Self {
        let html = headers
            .get_all(ACCEPT)
            .iter()
            .any(|value| value.to_str().is_ok_and(|text| text.to_ascii_lowercase().contains("text/html")));
        if html { Self::Form } else { Self::Json }
    }
}

/// 303 with an empty body.
#[must_use]
pub fn see_other(location: &str) -> Response {
    match HeaderValue::from_str(location) {
        Ok(location) => (StatusCode::SEE_OTHER, [(LOCATION, location)]).into_response(),
        Err(_) => Refusal::internal("a redirect to a place no header can hold").into_response(),
    }
}

/// The answer to a POST that did what it was asked to.
#[must_use]
pub fn done(client: Client, location: &str) -> Response {
    match client {
        Client::Form => see_other(location),
        Client::Json => json_response(StatusCode::OK, &json!({ "location": location })),
    }
}

/// JSON, not cached.
#[must_use]
pub fn json_response(status: StatusCode, body: &Value) -> Response {
    (status, [(CONTENT_TYPE, "application/json")], body.to_string()).into_response()
}

/// What may stand in a query value as it is: a path stays readable.
const QUERY_VALUE: &AsciiSet =
    &NON_ALPHANUMERIC.remove(b'/').remove(b'-').remove(b'_').remove(b'.').remove(b'~');

/// `/login?return_to=…`, with the reason.
#[must_use]
pub fn login_location(return_to: Option<&str>, mark: Option<Mark>) -> String {
    let mut query = Vec::new();
    if let Some(path) = return_to {
        query.push(format!("return_to={}", utf8_percent_encode(path, QUERY_VALUE)));
    }
    match mark {
        Some(Mark::Expired) => query.push("expired=true".to_owned()),
        Some(Mark::Ended) => query.push("ended=true".to_owned()),
        None => {}
    }
    if query.is_empty() { "/login".to_owned() } else { format!("/login?{}", query.join("&")) }
}

/// Turns every [`Refusal`] into the answer its client understands. Outermost of the layers that refuse.
pub async fn explain(State(app): State<App>, request: Request, next: Next) -> Response {
    let client = Client::of(request.headers());
    let own_path = request.uri().path_and_query().map(|path| path.as_str().to_owned());
    let nonce = request.extensions().get::<Nonce>().cloned().unwrap_or_default();
    let mut response = next.run(request).await;
    let Some(refusal) = response.extensions_mut().remove::<Refusal>() else { return response };
    let visitor = response.extensions_mut().remove::<Visitor>();
    let session = response.extensions_mut().remove::<TypedSession>();

    let mut answer = match (&refusal, client) {
        (Refusal::LoginFirst { mark }, _) => see_other(&login_location(own_path.as_deref(), *mark)),
        (Refusal::Unauthenticated { return_to, mark }, Client::Form) => {
            see_other(&login_location(*return_to, *mark))
        }
        (_, Client::Json) => json_response(refusal.status(), &body(&refusal)),
        (_, Client::Form) => {
            let surroundings = Surroundings::new(&app, visitor.as_ref(), session.as_ref(), nonce);
            render::page(surroundings, refusal.status(), Page::Problem(problem(&refusal))).await
        }
    };
    if let Some(seconds) = refusal.retry_after() {
        answer.headers_mut().insert(RETRY_AFTER, HeaderValue::from(seconds));
    }
    // What inner layers already decided: cookies above all.
    for (name, value) in response.headers() {
        if *name == http::header::SET_COOKIE || *name == http::header::ALLOW {
            answer.headers_mut().append(name, value.clone());
        }
    }
    answer
}

fn body(refusal: &Refusal) -> Value {
    let fields = if let Refusal::Invalid(errors) = refusal { fields(errors) } else { json!({}) };
    let mut body = json!({ "error": refusal.code(), "fields": fields });
    if let Refusal::Internal { reference } = refusal {
        body["reference"] = json!(reference);
    }
    body
}

fn fields(errors: &FieldErrors) -> Value {
    Value::Object(errors.iter().map(|(name, error)| (name.to_owned(), json!(error.code()))).collect())
}

fn problem(refusal: &Refusal) -> Problem {
    match refusal {
        Refusal::CrossOrigin => Problem::CrossOrigin,
        Refusal::StaleForm | Refusal::FreshLoginRequired => Problem::StaleForm,
        Refusal::NotFound => Problem::NotFound,
        Refusal::MethodNotAllowed => Problem::MethodNotAllowed,
        Refusal::TooLarge => Problem::TooLarge,
        Refusal::UnsupportedMediaType => Problem::UnsupportedMediaType,
        Refusal::TooManyAttempts { retry_after } => Problem::TooManyAttempts { retry_after: *retry_after },
        Refusal::StoreAway => Problem::StoreAway,
        Refusal::LogoutNotDone => Problem::LogoutNotDone,
        Refusal::SessionsNotEnded => Problem::SessionsNotEnded,
        Refusal::Internal { reference } => Problem::Internal { reference: *reference },
        Refusal::BadRequest
        | Refusal::Invalid(_)
        | Refusal::Rejected(_)
        | Refusal::LoginFirst { .. }
        | Refusal::Unauthenticated { .. } => Problem::BadRequest,
    }
}
