//! The ways to the server: the use case itself, and HTTP.

use std::sync::Arc;

use accounts::training::WorkoutChanged;
use accounts::{Client, Device as KnownDevice};
use api::Progress;
use domain::account::UserId;
use domain::workout::document::{Change, Entry, Operation, Outcome, SetOperation, WorkoutId};
use http::header::{CONTENT_TYPE, ORIGIN};
use http::{HeaderMap, HeaderValue, Method};
use serde_json::json;
use sessions::TypedSession;
use sessions::typed::SessionStatus;
use time::format_description::well_known::Rfc3339;
use web::state::App;

use super::device::{Line, Sent};
use super::dice::Dice;
use super::ledger::Ledger;
use super::operations::is_of_a_set;
use crate::support::helpers::{Answer, Browser, PASSWORD};

/// Calls the use case.
pub(super) struct Call {
    pub(super) app: App,
    pub(super) user: UserId,
    pub(super) workout: WorkoutId,
}

/// Without a session.
pub(super) fn client(app: &App) -> Client {
    Client {
        session: TypedSession::absent(Arc::clone(&app.sessions), SessionStatus::None),
        ip_address: "192.0.2.1".parse().unwrap(),
        user_agent: None,
        device: KnownDevice::default(),
    }
}

impl Call {
    async fn call(&self, batch: &[Operation], ledger: &Ledger) -> Sent {
        let attempt = ledger.send(batch);
        let (accounts, client) = (&self.app.accounts, client(&self.app));
        match accounts.change_workout(&client, Some(&self.user), self.workout, batch).await {
            Ok(WorkoutChanged::Done { outcomes, .. }) => {
                ledger.answered(attempt, batch, &outcomes);
                Sent::Named
            }
            Ok(WorkoutChanged::Gone) => {
                ledger.gone();
                Sent::Gone
            }
            Ok(WorkoutChanged::TooMany) => panic!("{} operations are not many", batch.len()),
            Err(_) => Sent::Failed,
        }
    }
}

impl Line for Call {
    async fn send(&mut self, batch: &[Operation], ledger: &Ledger) -> Sent {
        self.call(batch, ledger).await
    }

    async fn send_twice(&mut self, batch: &[Operation], ledger: &Ledger) -> Sent {
        either(tokio::join!(self.call(batch, ledger), self.call(batch, ledger)))
    }

    fn last(&self) -> String {
        "an error".to_owned()
    }

    async fn meanwhile(&mut self, _: &mut Dice) {}
}

const fn either((one, other): (Sent, Sent)) -> Sent {
    match (one, other) {
        (Sent::Failed, sent) | (sent, _) => sent,
    }
}

/// Sends what a browser sends.
pub(super) struct Http {
    pub(super) browser: Browser,
    pub(super) origin: String,
    /// Whose page it is.
    pub(super) owner: Option<UserId>,
    /// Of an account that logs in again whenever its login has ended.
    pub(super) address: Option<String>,
    pub(super) workout: WorkoutId,
    pub(super) token: Option<String>,
    /// How often it may still log all devices out.
    pub(super) ends: u32,
    /// The status of the last answer.
    pub(super) last: u16,
}

impl Http {
    async fn request(&self, batch: &[Operation], ledger: &Ledger) -> (Sent, u16) {
        let attempt = ledger.send(batch);
        let answer = match batch {
            [operation] if !is_of_a_set(operation) => {
                let answer = self.form(operation).await;
                let sent = match (answer.status.as_u16(), answer.location()) {
                    (303, to) if to.starts_with("/login") => return (Sent::Failed, 401),
                    (303, to) if to.contains("error=gone") => {
                        ledger.gone();
                        Sent::Gone
                    }
                    // Nothing is logged: nothing was done.
                    (303, to) if to.starts_with("/workout/review") => Sent::Named,
                    (303, _) => {
                        ledger.taken(attempt, operation);
                        Sent::Named
                    }
                    (403 | 503, _) => Sent::Failed,
                    (status, to) => panic!("{operation:?}: {status} {to} {}", answer.body),
                };
                return (sent, answer.status.as_u16());
            }
            sets => self.call(sets).await,
        };
        match answer.status.as_u16() {
            200 => {
                let Progress { outcomes, workout } = serde_json::from_str(&answer.body).unwrap();
                if workout.is_none() {
                    assert!(outcomes.iter().all(|outcome| *outcome == Outcome::Gone));
                    ledger.gone();
                    return (Sent::Gone, 200);
                }
                ledger.answered(attempt, batch, &outcomes);
                (Sent::Named, 200)
            }
            status @ (401 | 403 | 503) => (Sent::Failed, status),
            status => panic!("{status} {}", answer.body),
        }
    }

    async fn call(&self, sets: &[Operation]) -> Answer {
        let operations: Vec<SetOperation> = sets.iter().map(of_a_set).collect();
        let body = json!({ "owner": self.owner, "workout": self.workout, "operations": operations });
        let mut headers = HeaderMap::new();
        headers.insert(ORIGIN, self.origin.parse().unwrap());
        headers.insert(CONTENT_TYPE, HeaderValue::from_static("application/json"));
        if let Some(token) = &self.token {
            headers.insert("x-csrf-token", token.parse().unwrap());
        }
        self.browser.send(Method::POST, "/rpc/log", headers, Some(body.to_string().into_bytes())).await
    }

    async fn form(&self, operation: &Operation) -> Answer {
        let (workout, id) = (self.workout.to_string(), operation.id.to_string());
        let owner = self.owner.as_ref().map(ToString::to_string);
        let mut fields = vec![("workout", workout.as_str()), ("operation", id.as_str())];
        fields.extend(owner.as_deref().map(|owner| ("owner", owner)));
        fields.extend(self.token.as_deref().map(|token| ("csrf_token", token)));
        match &operation.change {
            Change::AddSet(block) => {
                let block = block.to_string();
                fields.push(("block", &block));
                self.browser.post_bare("/api/workouts/add-set", &fields).await
            }
            Change::Finish { at } => {
                let at = at.format(&Rfc3339).unwrap();
                fields.extend([("confirmed", "true"), ("at", at.as_str())]);
                self.browser.post_bare("/api/workouts/finish", &fields).await
            }
            other => panic!("there is no form here for {other:?}"),
        }
    }

    /// After an answer that says so: logs in again, and reads the token of the session that there is now.
    async fn renew(&mut self, status: u16) {
        if let (401, Some(address)) = (status, &self.address) {
            let answer = self.browser.log_in(address, PASSWORD).await;
            assert!([303, 503].contains(&answer.status.as_u16()), "{} {}", answer.status, answer.body);
        }
        if matches!(status, 401 | 403) {
            self.token = self.browser.csrf_token().await;
        }
    }
}

fn of_a_set(operation: &Operation) -> SetOperation {
    let entry = match &operation.change {
        Change::Log(slot, set) => Entry { slot: *slot, set: Some(set.clone()) },
        Change::Clear(slot) => Entry { slot: *slot, set: None },
        other => panic!("{other:?} is sent by a form"),
    };
    SetOperation { id: operation.id, entry }
}

impl Line for Http {
    async fn send(&mut self, batch: &[Operation], ledger: &Ledger) -> Sent {
        let (sent, status) = self.request(batch, ledger).await;
        self.last = status;
        self.renew(status).await;
        sent
    }

    async fn send_twice(&mut self, batch: &[Operation], ledger: &Ledger) -> Sent {
        let (one, other) = tokio::join!(self.request(batch, ledger), self.request(batch, ledger));
        self.last = one.1.min(other.1);
        self.renew(self.last).await;
        either((one.0, other.0))
    }

    fn last(&self) -> String {
        let (session, has_token) = (self.browser.session_cookie(), self.token.is_some());
        format!("{:?}, session {session:?}, token {has_token}", self.last)
    }

    async fn meanwhile(&mut self, dice: &mut Dice) {
        if self.ends > 0 && dice.one_in(4) {
            self.ends -= 1;
            let fields: Vec<_> = self.token.iter().map(|token| ("csrf_token", token.as_str())).collect();
            self.browser.post_bare("/api/auth/logout-everywhere", &fields).await;
            // Its own session has ended, too; the next request finds that out.
        }
    }
}
