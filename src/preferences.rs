//! A person's choices on `/preferences`, kept in the session and in the account.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::form::choice::choice;
use crate::form::record::{OneOf, form_record};
use crate::form::{FieldErrors, FormFields};
use crate::workout::training::{Training, TrainingDetails};

/// One flat object in JSON and one form on the page, in parts: the trainer's two and the site's. To remove
/// the trainer, delete the fields `training` and `details` and the module `workout`.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    #[serde(flatten)]
    pub training: Training,
    #[serde(flatten)]
    pub details: TrainingDetails,
    #[serde(flatten)]
    pub site: SitePreferences,
    /// When they were saved; `None` for the defaults.
    #[serde(with = "time::serde::rfc3339::option")]
    pub updated_at: Option<OffsetDateTime>,
}

form_record! {
    /// Choices that any site could offer.
    SitePreferences {
        theme: Theme = Theme::System, OneOf;
    }
}

choice! {
    /// Colours of the pages.
    Theme {
        System = "system", "Same as device";
        Light = "light", "Light";
        Dark = "dark", "Dark";
    }
}

impl Preferences {
    /// The names of the form's fields.
    pub fn fields() -> impl Iterator<Item = &'static str> {
        Training::FIELDS.iter().chain(TrainingDetails::FIELDS).chain(SitePreferences::FIELDS).copied()
    }

    /// Parses the form.
    ///
    /// `now` becomes `updated_at`, truncated to milliseconds, the precision that every store keeps: a copy
    /// that went through a database must not look older than one that did not.
    ///
    /// # Errors
    /// All errors at once, by field.
    pub fn from_form(fields: &FormFields, now: OffsetDateTime) -> Result<Self, FieldErrors> {
        let mut errors = FieldErrors::default();
        let training = Training::read(fields, &mut errors);
        let details = TrainingDetails::read(fields, &mut errors);
        let site = SitePreferences::read(fields, &mut errors);
        match (training, details, site) {
            (Some(training), Some(details), Some(site)) => {
                Ok(Self { training, details, site, updated_at: Some(now.truncate_to_millisecond()) })
            }
            _ => Err(errors),
        }
    }

    /// The form's fields with these values: what `from_form` reads back.
    #[must_use]
    pub fn to_form(&self) -> FormFields {
        let mut fields = FormFields::default();
        self.training.write(&mut fields);
        self.details.write(&mut fields);
        self.site.write(&mut fields);
        fields
    }

    /// The rule at login: the newer side wins. A side that was never saved counts as older; if both are
    /// equally old, the account keeps its own, so that a login which changes nothing writes nothing.
    #[must_use]
    pub fn newer(session: Option<Self>, account: Option<Self>) -> Option<Self> {
        match (session, account) {
            // `None` orders before every time.
            (Some(session), Some(account)) if session.updated_at > account.updated_at => Some(session),
            (session, account) => account.or(session),
        }
    }
}

#[cfg(test)]
mod tests;
