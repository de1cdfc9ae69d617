//! The functions, and how the browser writes their arguments and reads their answers.

use async_trait::async_trait;
use domain::account::UserId;
use domain::preferences::Theme;
use leptos::prelude::*;
use leptos::wasm_bindgen::prelude::JsValue;
use serde::{Deserialize, Serialize};

use super::browser_json::{member, object};
use super::{ApiError, FromJson, SessionProtocol, ToJson};

/// The server, as the functions see it.
#[async_trait]
pub trait Api: Send + Sync {
    /// See [`save_theme`].
    async fn save_theme(&self, owner: Option<UserId>, theme: Theme) -> Result<Saved, ApiError>;
}

/// Saves the theme, and leaves the other preferences as they are.
///
/// `owner` is the account that the page was made for, `None` for a visitor.
///
/// # Errors
/// [`Code::Unauthenticated`] if the owner is not signed in any more, [`Code::StaleForm`] if somebody else is, and whatever
/// the server's layers refuse.
///
/// [`Code::Unauthenticated`]: super::Code::Unauthenticated
/// [`Code::StaleForm`]: super::Code::StaleForm
#[server(prefix = "/rpc", endpoint = "save_theme", protocol = SessionProtocol)]
pub async fn save_theme(owner: Option<UserId>, theme: Theme) -> Result<Saved, ApiError> {
    expect_context::<std::sync::Arc<dyn Api>>().save_theme(owner, theme).await
}

/// What is saved after a call.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Saved {
    pub theme: Theme,
}

impl ToJson for SaveTheme {
    fn to_json(&self) -> JsValue {
        let owner = self.owner.as_ref().map_or(JsValue::NULL, |owner| owner.as_str().into());
        object(&[("owner", owner), ("theme", self.theme.word().into())])
    }
}

impl FromJson for Saved {
    fn from_json(json: &JsValue) -> Option<Self> {
        let word = member(json, "theme").as_string()?;
        Some(Self { theme: Theme::ALL.iter().copied().find(|theme| theme.word() == word)? })
    }
}
