//! Everything that is known about a person, as one document.

use std::num::NonZeroU64;

use domain::preferences::Preferences;
use domain::session::SessionSummary;
use domain::workout::log::FinishedWorkout;
use serde::Serialize;
use time::OffsetDateTime;

use crate::events::SecurityEventKind;
use crate::ports::{Identity, User};
use crate::{Accounts, Client, Error};

/// More sessions than a person has; to look at all of an account that strangers share would keep the store busy.
const SESSIONS: u32 = 1000;

/// The document. Its keys are part of the public contract.
#[derive(Debug, Serialize)]
pub struct Export {
    account: ExportedAccount,
    identities: Vec<ExportedIdentity>,
    preferences: Option<Preferences>,
    workouts: Vec<FinishedWorkout>,
    security_events: Vec<ExportedEvent>,
    sessions: Vec<SessionSummary>,
    /// How many sessions are not listed.
    #[serde(skip_serializing_if = "Option::is_none")]
    sessions_left_out: Option<NonZeroU64>,
    #[serde(with = "time::serde::rfc3339")]
    exported_at: OffsetDateTime,
}

#[derive(Debug, Serialize)]
struct ExportedAccount {
    id: String,
    email: String,
    email_verified: bool,
    display_name: String,
    #[serde(with = "time::serde::rfc3339")]
    created_at: OffsetDateTime,
    has_password: bool,
}

#[derive(Debug, Serialize)]
struct ExportedIdentity {
    provider: String,
    subject: String,
}

#[derive(Debug, Serialize)]
struct ExportedEvent {
    #[serde(with = "time::serde::rfc3339")]
    at: OffsetDateTime,
    event: String,
    ip_address: Option<String>,
}

impl From<Identity> for ExportedIdentity {
    fn from(Identity { provider, subject }: Identity) -> Self {
        Self { provider, subject }
    }
}

impl Accounts {
    /// Everything that is known about the person. `shown` decides how an address is displayed: strangers also
    /// use a shared account, and their addresses must not be exported.
    ///
    /// # Errors
    /// If a store fails.
    pub async fn export(
        &self,
        client: &Client,
        user: &User,
        shown: impl Fn(&str) -> String,
    ) -> Result<Export, Error> {
        let identities = self.store.identities(&user.id).await?;
        let workouts = self.store.workouts(&user.id, u32::MAX).await?;
        let events = self.store.events(&user.id, u32::MAX).await?;
        let own = client.session.meta();
        let (mut sessions, total) =
            self.sessions.list(&user.id, own.as_ref().map(|meta| &meta.key), SESSIONS).await?;
        for session in sessions.iter_mut().filter(|session| !session.current) {
            session.ip_address = session.ip_address.as_deref().map(&shown);
        }
        let sessions_left_out = NonZeroU64::new(total.saturating_sub(sessions.len() as u64));
        self.record(client, &user.id, SecurityEventKind::DataExported).await;
        Ok(Export {
            account: ExportedAccount {
                id: user.id.to_string(),
                email: user.email.as_str().to_owned(),
                email_verified: user.email_verified,
                display_name: user.display_name.as_str().to_owned(),
                created_at: user.created_at,
                has_password: user.password_hash.is_some(),
            },
            identities: identities.into_iter().map(Into::into).collect(),
            preferences: user.preferences.clone(),
            workouts,
            security_events: events
                .into_iter()
                .map(|event| ExportedEvent {
                    at: event.at,
                    event: event.kind,
                    ip_address: event.ip_address.as_deref().map(&shown),
                })
                .collect(),
            sessions,
            sessions_left_out,
            exported_at: self.clock.now(),
        })
    }
}
