//! Everything that is known about a person, as one document.
//!
//! It is written in pages, as the database delivers them, so that an export needs the memory of one page whatever the
//! account holds.

use std::future::ready;
use std::num::NonZeroU64;
use std::sync::Arc;

use domain::account::UserId;
use domain::preferences::Preferences;
use domain::session::SessionSummary;
use futures::stream::{Stream, StreamExt as _, once, try_unfold};
use serde::Serialize;
use time::OffsetDateTime;

use crate::events::SecurityEventKind;
use crate::ports::WorkoutCursor; // slim: trainer
use crate::ports::{AccountStore, EventCursor, Identity, Kinds, SecurityEvent, User};
use crate::training::DOCUMENTS_AT_ONCE; // slim: trainer
use crate::{Accounts, Client, Error};

/// More sessions than a person has: to look at any number of them would keep the store busy.
const SESSIONS: u32 = 1000;

/// Rows read at once.
const PAGE: u32 = 500;

/// What comes before the lists. The keys of this and of [`Tail`], with those of the lists between them, are part of the
/// public contract.
#[derive(Debug, Serialize)]
struct Head {
    account: ExportedAccount,
    identities: Vec<ExportedIdentity>,
    preferences: Option<Preferences>,
}

/// What comes after the lists.
#[derive(Debug, Serialize)]
struct Tail {
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

impl From<SecurityEvent> for ExportedEvent {
    fn from(SecurityEvent { at, kind, ip_address }: SecurityEvent) -> Self {
        Self { at, event: kind, ip_address }
    }
}

/// The pages of all lists, newest first.
struct Lists {
    store: Arc<dyn AccountStore>,
    user: UserId,
}

/// What is written next.
enum Step {
    // slim: trainer
    /// Those from before sets were logged.
    Workouts {
        before: Option<OffsetDateTime>,
    },
    LoggedWorkouts {
        behind: Option<WorkoutCursor>,
    },
    // slim: end
    Events {
        behind: Option<EventCursor>,
    },
    End,
}

impl Lists {
    /// The text of a step, and the next one. The first page of a list has no cursor.
    async fn page(&self, step: Step, tail: &str) -> Result<Option<(String, Step)>, Error> {
        Ok(match step {
            // slim: trainer
            Step::Workouts { before } => {
                let page = self.store.workouts_before(&self.user, before, PAGE).await?;
                let text = entries(&page, before.is_none())?;
                Some(match page.last() {
                    Some(last) => (text, Step::Workouts { before: Some(last.started_at) }),
                    None => {
                        (text + "\n  ],\n  \"logged_workouts\": [", Step::LoggedWorkouts { behind: None })
                    }
                })
            }
            Step::LoggedWorkouts { behind } => {
                let page = self.store.logged_documents_behind(&self.user, behind, DOCUMENTS_AT_ONCE).await?;
                // What was deleted, of which an id is left, comes last. What gave way without a set is in the export,
                // though in no list: it is stored.
                let page: Vec<_> = page.into_iter().take_while(|workout| !workout.is_erased()).collect();
                let text = entries(&page, behind.is_none())?;
                Some(match page.last() {
                    Some(last) => (text, Step::LoggedWorkouts { behind: Some(last.into()) }),
                    None => (text + "\n  ],\n  \"security_events\": [", Step::Events { behind: None }),
                })
            }
            // slim: end
            Step::Events { behind } => {
                let page = self.store.events_behind(&self.user, Kinds::All, behind.as_ref(), PAGE).await?;
                let last = page.last().map(|(cursor, _)| cursor.clone());
                let page: Vec<_> = page.into_iter().map(|(_, event)| ExportedEvent::from(event)).collect();
                let text = entries(&page, behind.is_none())?;
                Some(match last {
                    Some(last) => (text, Step::Events { behind: Some(last) }),
                    None => (format!("{text}\n  ],{tail}\n"), Step::End),
                })
            }
            Step::End => None,
        })
    }
}

/// Entries of a list, one on a line: people read this too.
fn entries<T: Serialize>(page: &[T], is_first: bool) -> Result<String, Error> {
    let mut text = String::new();
    for (index, entry) in page.iter().enumerate() {
        text.push_str(if is_first && index == 0 { "\n    " } else { ",\n    " });
        text.push_str(&serde_json::to_string(entry).map_err(unwritable)?);
    }
    Ok(text)
}

fn unwritable(error: serde_json::Error) -> Error {
    Error::Internal(error.to_string())
}

impl Accounts {
    /// Everything that is known about the person, as the pieces of a JSON document.
    ///
    /// # Errors
    /// If a store fails, before the first piece; one that fails later ends the pieces with an error, and the document
    /// is incomplete.
    pub async fn export(
        &self,
        client: &Client,
        user: &User,
    ) -> Result<impl Stream<Item = Result<String, Error>> + Send + 'static + use<>, Error> {
        let identities = self.store.identities(&user.id).await?;
        let own = client.session.meta();
        self.adopt_workouts(client, &user.id).await?; // slim: trainer
        let (sessions, total) =
            self.sessions.list(&user.id, own.as_ref().map(|meta| &meta.key), SESSIONS).await?;
        let sessions_left_out = NonZeroU64::new(total.saturating_sub(sessions.len() as u64));
        let head = Head {
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
        };
        let tail = Tail { sessions, sessions_left_out, exported_at: self.clock.now() };
        // Two objects become one: the end of the first and the beginning of the second are left out.
        let head = serde_json::to_string_pretty(&head).map_err(unwritable)?;
        // slim: trainer
        let (list, first) = ("workouts", Step::Workouts { before: None });
        // slim: instead
        // let (list, first) = ("security_events", Step::Events { behind: None });
        // slim: end
        let head = head.strip_suffix("\n}").unwrap_or(&head).to_owned() + &format!(",\n  \"{list}\": [");
        let tail = serde_json::to_string_pretty(&tail).map_err(unwritable)?;
        let tail = tail.strip_prefix('{').unwrap_or(&tail).to_owned();

        let lists = Lists { store: Arc::clone(&self.store), user: user.id.clone() };
        // Read before anything is sent: a database that is unavailable gets a proper answer.
        let first = lists.page(first, &tail).await?;
        self.record(client, &user.id, SecurityEventKind::DataExported).await;
        let Some((text, next)) = first else {
            return Err(Error::Internal("an export without pages".to_owned()));
        };
        let begun = once(ready(Ok(head + &text)));
        let rest = try_unfold((lists, tail, next), |(lists, tail, step)| async move {
            let page = lists.page(step, &tail).await;
            page.map(|page| page.map(|(text, next)| (text, (lists, tail, next))))
        });
        Ok(begun.chain(rest))
    }
}
