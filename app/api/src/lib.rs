//! What islands ask the server for: functions that are called in the browser and run on the server.
//!
//! The [`functions`] are one line each, because what they do is the server's business: it provides itself as [`Api`] before
//! it calls one. Errors travel as the JSON that the server gives to any program (server/CONTRACT.md, "Two kinds of client"),
//! whichever layer they come from, and are read as [`ApiError`].
#![forbid(unsafe_code)]

mod browser_json;
mod functions;
mod protocol;

use leptos::server_fn::codec::JsonEncoding;
use leptos::server_fn::error::{FromServerFnError, ServerFnErrorErr};
use serde::{Deserialize, Serialize};

pub use self::browser_json::{FromJson, ToJson};
pub use self::functions::*;
pub use self::protocol::{SessionProtocol, TOKEN, post};

/// Why a call failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct ApiError {
    pub error: Code,
    /// In how many seconds it is worth trying again.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
}

impl From<Code> for ApiError {
    fn from(error: Code) -> Self {
        Self { error, retry_after: None }
    }
}

/// The reason of an error, as programs are told it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(from = "String", into = "&'static str")]
pub enum Code {
    Unauthenticated,
    CrossOrigin,
    /// The page was not made for this session.
    StaleForm,
    FreshLoginRequired,
    BadRequest,
    NotFound,
    MethodNotAllowed,
    TooLarge,
    UnsupportedMediaType,
    Invalid,
    InvalidCredentials,
    LoginSuperseded,
    LastWayIn,
    TooMany,
    TooManyAttempts,
    StoreUnavailable,
    Busy,
    LogoutNotDone,
    SessionsNotEnded,
    Internal,
    /// The browser’s own: no answer came.
    Offline,
    /// The browser’s own: an answer that is none of these, from a proxy for example.
    Unknown,
}

/// The words of all codes but [`Code::Unknown`].
const WORDS: [(Code, &str); 21] = [
    (Code::Unauthenticated, "unauthenticated"),
    (Code::CrossOrigin, "cross_origin"),
    (Code::StaleForm, "stale_form"),
    (Code::FreshLoginRequired, "fresh_login_required"),
    (Code::BadRequest, "bad_request"),
    (Code::NotFound, "not_found"),
    (Code::MethodNotAllowed, "method_not_allowed"),
    (Code::TooLarge, "too_large"),
    (Code::UnsupportedMediaType, "unsupported_media_type"),
    (Code::Invalid, "invalid"),
    (Code::InvalidCredentials, "invalid_credentials"),
    (Code::LoginSuperseded, "login_superseded"),
    (Code::LastWayIn, "last_way_in"),
    (Code::TooMany, "too_many"),
    (Code::TooManyAttempts, "too_many_attempts"),
    (Code::StoreUnavailable, "store_unavailable"),
    (Code::Busy, "busy"),
    (Code::LogoutNotDone, "logout_not_done"),
    (Code::SessionsNotEnded, "sessions_not_ended"),
    (Code::Internal, "internal"),
    (Code::Offline, "offline"),
];

impl From<Code> for &'static str {
    fn from(code: Code) -> Self {
        WORDS.iter().find(|(one, _)| *one == code).map_or("unknown", |(_, word)| word)
    }
}

impl From<&str> for Code {
    fn from(word: &str) -> Self {
        WORDS.iter().find(|(_, one)| *one == word).map_or(Self::Unknown, |(code, _)| *code)
    }
}

impl From<String> for Code {
    fn from(word: String) -> Self {
        Self::from(&*word)
    }
}

impl FromServerFnError for ApiError {
    type Encoder = JsonEncoding;

    fn from_server_fn_error(error: ServerFnErrorErr) -> Self {
        match error {
            ServerFnErrorErr::Request(_) => Code::Offline.into(),
            _ => Code::Unknown.into(),
        }
    }
}
