//! Logging out: this session, one from the list, all others, or all.

use domain::account::UserId;
use sessions::SessionError;

use crate::events::SecurityEventKind;
use crate::{Accounts, Client, Error};

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LoggedOut {
    Done,
    /// The store failed: the session may still be live, and the person must be told.
    NotDone,
    /// Another request has given the session a new id, under which it continues. The response must not say
    /// "logged out".
    Gone,
}

/// Outcome of ending one session from the list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    Done,
    /// Unknown, already ended, or another account's: the same result for all of them.
    NotFound,
    /// It was the session of this request.
    Own(LoggedOut),
}

impl Accounts {
    /// Ends the session of this request, if there is one.
    pub async fn log_out(&self, client: &Client) -> LoggedOut {
        let login = client.session.data().await.login;
        match client.session.log_out().await {
            Ok(()) => {}
            Err(SessionError::Gone) => return LoggedOut::Gone,
            Err(error) => {
                tracing::error!(event = "session_logout_fail", %error, "a log out could not be done");
                return LoggedOut::NotDone;
            }
        }
        if let Some(login) = login {
            self.record(client, &login.user_id, SecurityEventKind::LoggedOut).await;
        }
        LoggedOut::Done
    }

    /// Ends one session of this account, identified by its public handle. For the session of this request it
    /// is a logout.
    ///
    /// # Errors
    /// If the session store fails.
    pub async fn end_session(&self, client: &Client, owner: &UserId, handle: &str) -> Result<Ended, Error> {
        if client.session.meta().is_some_and(|meta| meta.handle == handle) {
            return Ok(Ended::Own(self.log_out(client).await));
        }
        if handle.is_empty() || !self.sessions.end(owner, handle).await? {
            return Ok(Ended::NotFound);
        }
        self.record(client, owner, SecurityEventKind::SessionEnded).await;
        Ok(Ended::Done)
    }

    /// Ends all sessions of this account except the one of this request.
    ///
    /// # Errors
    /// If the session store fails.
    pub async fn end_other_sessions(&self, client: &Client, owner: &UserId) -> Result<(), Error> {
        let own = client.session.meta();
        let ended = self.sessions.end_all(owner, own.as_ref().map(|meta| &meta.key)).await?;
        tracing::info!(event = "session_end_others", user.id = %owner, ended, "other sessions were ended");
        self.record(client, owner, SecurityEventKind::OtherSessionsEnded).await;
        Ok(())
    }

    /// Ends all sessions of this account.
    pub async fn log_out_everywhere(&self, client: &Client, owner: &UserId) -> LoggedOut {
        let ended = match self.sessions.end_all(owner, None).await {
            Ok(ended) => ended,
            Err(error) => {
                tracing::error!(event = "session_logout_fail", %error, "a log out everywhere could not be done");
                return LoggedOut::NotDone;
            }
        };
        tracing::info!(event = "session_logout_everywhere", user.id = %owner, ended, "all sessions were ended");
        self.record(client, owner, SecurityEventKind::LoggedOutEverywhere).await;
        client.session.ended().await;
        LoggedOut::Done
    }
}
