//! The consent page: who the person wants to be, and whether the application may know.

use cookie::{Cookie, SameSite};
use domain::account::{DisplayName, EmailAddress};
use domain::form::{FieldErrors, FormFields};
use sha2::{Digest as _, Sha256};
use time::OffsetDateTime;
use url::Url;

use super::DemoProvider;
use super::authorize::{AuthorizeRequest, BadRequest};
use super::grant::{Grant, GrantError, Person};
use crate::random_text;

/// The content of the consent page.
#[derive(Debug)]
pub struct Consent {
    /// `name` and `email`: a suggestion, or what was typed.
    pub values: FormFields,
    pub errors: FieldErrors,
    /// The request itself (names and values), to be sent back with the decision.
    pub hidden: Vec<(String, String)>,
    /// The scopes requested by the application.
    pub scopes: Vec<String>,
}

/// The response for the browser.
#[derive(Debug)]
pub enum Answer {
    /// The consent page: 200, or 422 if its form has errors.
    Page(Consent),
    /// 303, with a `Set-Cookie` value if the browser gets its subject now.
    Redirect {
        /// Back to the application.
        to: Url,
        /// The whole header value.
        set_cookie: Option<String>,
    },
    /// 400 without a redirect: the request is not from our client. The text is for the log.
    Refused(&'static str),
}

/// What the person has decided.
pub enum Decision {
    /// Nothing that needs a code.
    Answered(Answer),
    /// To let the application know. Each code is a row, so the caller may limit them.
    Allowed(Allowed),
}

/// All that a code needs.
pub struct Allowed {
    request: AuthorizeRequest,
    person: Person,
    /// The browser gets its subject now.
    new_subject: Option<String>,
}

impl From<BadRequest> for Answer {
    fn from(bad: BadRequest) -> Self {
        match bad {
            BadRequest::Refused(reason) => Self::Refused(reason),
            BadRequest::Redirect(to) => Self::Redirect { to, set_cookie: None },
        }
    }
}

impl DemoProvider {
    /// `GET /demo-provider/authorize`: reads the query; writes nothing.
    #[must_use]
    pub fn show(&self, query: &str) -> Answer {
        let Some(fields) = FormFields::from_urlencoded(query.as_bytes()) else {
            return Answer::Refused("the query is not UTF-8");
        };
        let request = match self.check(&fields) {
            Ok(request) => request,
            Err(bad) => return bad.into(),
        };
        // A different suggestion each time, because an address that already has an account cannot log in this
        // way.
        let mut values = FormFields::default();
        values.push("name", "Demo Person");
        let number = rand::random_range(100_000..1_000_000);
        values.push("email", format!("demo-{number}@example.com"));
        page(request, values, FieldErrors::default())
    }

    /// `POST /demo-provider/authorize`: the person has decided. `cookies` is the request's `Cookie` header.
    /// Writes nothing.
    #[must_use]
    pub fn decide(&self, fields: &FormFields, cookies: Option<&str>) -> Decision {
        let request = match self.check(fields) {
            Ok(request) => request,
            Err(bad) => return Decision::Answered(bad.into()),
        };
        match fields.one("decision") {
            Ok("allow") => self.allow(request, fields, cookies),
            Ok("deny") => {
                let to = self.back(request.state.as_deref(), &[("error", "access_denied")]);
                Decision::Answered(Answer::Redirect { to, set_cookie: None })
            }
            _ => Decision::Answered(Answer::Refused("no decision")),
        }
    }

    /// Leads back to the application with a code.
    ///
    /// # Errors
    /// [`GrantError`]; the caller responds with 503.
    pub async fn issue_code(&self, allowed: Allowed, now: OffsetDateTime) -> Result<Answer, GrantError> {
        let Allowed { request, person, new_subject } = allowed;
        let grant = Grant::Code {
            redirect_uri: self.redirect_uri.to_string(),
            code_challenge: request.code_challenge,
            person,
        };
        let code = self.issue(&grant, now).await?;
        let to = self.back(request.state.as_deref(), &[("code", &code)]);
        Ok(Answer::Redirect { to, set_cookie: new_subject.map(|value| self.set_cookie(value)) })
    }

    fn allow(&self, request: AuthorizeRequest, fields: &FormFields, cookies: Option<&str>) -> Decision {
        let mut errors = FieldErrors::default();
        let name = errors.check("name", fields.one("name").and_then(DisplayName::parse));
        let email = errors.check("email", fields.one("email").and_then(EmailAddress::parse));
        let (Some(name), Some(email)) = (name, email) else {
            let values = fields.keep(&["name", "email"]);
            return Decision::Answered(page(request, values, errors));
        };
        let known = self.cookie_value(cookies);
        let value = known.clone().unwrap_or_else(random_text);
        let person = Person {
            subject: subject(&value),
            name: name.as_str().to_owned(),
            email: email.as_str().to_owned(),
        };
        Decision::Allowed(Allowed { request, person, new_subject: known.is_none().then_some(value) })
    }

    fn secure(&self) -> bool {
        self.public_url.scheme() == "https"
    }

    fn cookie_name(&self) -> &'static str {
        if self.secure() { "__Host-demo_provider" } else { "demo_provider" }
    }

    fn cookie_value(&self, cookies: Option<&str>) -> Option<String> {
        // Only values that we may have created ourselves.
        let ours = |b: u8| b.is_ascii_alphanumeric() || b == b'-' || b == b'_';
        let length = random_text().len();
        Cookie::split_parse(cookies?)
            .filter_map(Result::ok)
            .filter(|cookie| cookie.name() == self.cookie_name())
            .map(|cookie| cookie.value().to_owned())
            .find(|value| value.len() == length && value.bytes().all(ours))
    }

    fn set_cookie(&self, value: String) -> String {
        Cookie::build((self.cookie_name(), value))
            // The prefix requires this path.
            .path(if self.secure() { "/" } else { "/demo-provider" })
            .secure(self.secure())
            .http_only(true)
            .same_site(SameSite::Lax)
            .max_age(time::Duration::days(365))
            .build()
            .to_string()
    }
}

fn page(request: AuthorizeRequest, values: FormFields, errors: FieldErrors) -> Answer {
    Answer::Page(Consent { values, errors, hidden: request.hidden, scopes: request.scopes })
}

/// The subject as sent to the application. Not the cookie itself: access to an export or a database must not
/// make it possible to return as that person.
fn subject(cookie: &str) -> String {
    let digest = Sha256::new().chain_update("demo provider subject\0").chain_update(cookie).finalize();
    hex::encode(&digest[..16])
}
