//! The one HTTP client that talks to providers. It follows no redirects (a forwarded token request would hand
//! the code to somebody else), waits at most five seconds, reads at most one mebibyte, and never reuses a
//! connection: a provider may close an idle one just as the next request is sent, and a token request whose
//! response is lost cannot be repeated (RFC 9110 §9.2.2; the code is spent). Logins are rare; a handshake is
//! cheaper than a failed login.

use std::fmt;
use std::time::Duration;

use domain::name;
use oauth2::{HttpRequest, HttpResponse};

use super::config::on_loopback;
use super::{OAuthError, Shown};

/// Limits for a request to a provider.
#[derive(Debug, Clone, Copy)]
pub struct Limits {
    /// From the start of a request to the last byte of its response, including connecting.
    pub time: Duration,
    /// Size of a response body in bytes.
    pub body: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { time: Duration::from_secs(5), body: 1024 * 1024 }
    }
}

/// Why there is no response. The texts contain neither URLs nor content.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum HttpError {
    /// The time limit was exceeded.
    #[error("no answer in time")]
    Timeout,
    /// No connection, or it broke.
    #[error("no connection")]
    Unreachable,
    /// A status of 500 or more.
    #[error("the provider answered with a server error")]
    ServerError,
    /// The size limit was exceeded.
    #[error("the answer is too large")]
    TooLarge,
    /// The request cannot be sent at all.
    #[error("the request cannot be sent")]
    Unsendable,
}

impl From<HttpError> for OAuthError {
    fn from(error: HttpError) -> Self {
        match error {
            HttpError::Timeout => Self::Unavailable("no answer in time"),
            HttpError::Unreachable => Self::Unavailable("no connection"),
            HttpError::ServerError => Self::Unavailable("the provider answered with a server error"),
            HttpError::TooLarge => Self::Failed("the answer is too large"),
            HttpError::Unsendable => Self::Failed("the request cannot be sent"),
        }
    }
}

/// Cheap to clone.
#[derive(Clone)]
pub struct HttpClient {
    outside: reqwest::Client,
    loopback: reqwest::Client,
    body_limit: usize,
}

impl fmt::Debug for HttpClient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("HttpClient")
    }
}

impl HttpClient {
    /// With the default limits.
    ///
    /// # Errors
    /// If no TLS configuration can be created.
    pub fn new() -> Result<Self, reqwest::Error> {
        Self::with_limits(Limits::default())
    }

    /// With custom limits: tests do not wait five seconds.
    ///
    /// # Errors
    /// If no TLS configuration can be created.
    pub fn with_limits(limits: Limits) -> Result<Self, reqwest::Error> {
        // An error means that a provider is already installed, which is fine.
        let _ = rustls::crypto::ring::default_provider().install_default();
        let builder = || {
            reqwest::Client::builder()
                .redirect(reqwest::redirect::Policy::none())
                .connect_timeout(limits.time)
                .timeout(limits.time)
                .pool_max_idle_per_host(0)
                .referer(false)
                .user_agent(format!("{}/{}", name::SLUG, env!("CARGO_PKG_VERSION")))
        };
        let build = |builder: &dyn Fn() -> reqwest::ClientBuilder| {
            builder().build().or_else(|_| {
                // A machine without any root certificates (a bare container) can still talk to itself; all
                // https providers will be unavailable there.
                tracing::warn!("no root certificates found: OAuth providers cannot be reached over https");
                builder().tls_certs_only([]).build()
            })
        };
        Ok(Self {
            outside: build(&builder)?,
            // Requests to this machine must not go through a proxy.
            loopback: build(&|| builder().no_proxy())?,
            body_limit: limits.body,
        })
    }

    /// Sends a request and reads the whole response. Any status below 500 is a response, including redirects.
    ///
    /// # Errors
    /// [`HttpError`].
    pub async fn send(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        // Without the query: a configured one may contain a key.
        let (method, address) = (request.method().clone(), request.uri().to_string());
        let answer = self.answer(request).await;
        if let Err(error) = answer {
            let address = Shown::new(address.split('?').next().unwrap_or_default());
            tracing::warn!(%method, %address, %error, "a provider gave no usable answer");
            return Err(error);
        }
        answer
    }

    async fn answer(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let request = reqwest::Request::try_from(request).map_err(|_| HttpError::Unsendable)?;
        let client = if on_loopback(request.url()) { &self.loopback } else { &self.outside };
        let mut response = client.execute(request).await.map_err(|error| reason(&error))?;
        if response.status().is_server_error() {
            return Err(HttpError::ServerError);
        }
        let mut body = Vec::new();
        while let Some(chunk) = response.chunk().await.map_err(|error| reason(&error))? {
            if body.len() + chunk.len() > self.body_limit {
                return Err(HttpError::TooLarge);
            }
            body.extend_from_slice(&chunk);
        }
        let mut answer = http::Response::new(body);
        *answer.status_mut() = response.status();
        *answer.headers_mut() = std::mem::take(response.headers_mut());
        Ok(answer)
    }
}

fn reason(error: &reqwest::Error) -> HttpError {
    if error.is_timeout() {
        HttpError::Timeout
    } else if error.is_builder() {
        HttpError::Unsendable
    } else {
        HttpError::Unreachable
    }
}
