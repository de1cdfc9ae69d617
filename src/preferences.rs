//! A person's choices on `/preferences`, kept in the session and in the account.

use serde::{Deserialize, Serialize};
use time::OffsetDateTime;

use crate::form::choice::choice;
use crate::form::record::{OneOf, form_record};
use crate::form::{FieldErrors, FormFields};
use crate::workout::training::{Training, TrainingDetails}; // slim: trainer

// slim: trainer
/// One flat object in JSON and one form on the page, in parts: the trainer's two and the site's.
// slim: instead
// /// One flat object in JSON and one form on the page.
// slim: end
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Preferences {
    // slim: trainer
    #[serde(flatten)]
    pub training: Training,
    #[serde(flatten)]
    pub details: TrainingDetails,
    // slim: end
    #[serde(flatten)]
    pub site: SitePreferences,
    /// When they were saved; `None` for the defaults.
    #[serde(with = "time::serde::rfc3339::option")]
    pub updated_at: Option<OffsetDateTime>,
}

form_record! {
    /// Choices that any site could offer.
    SitePreferences {
        theme: Theme = Theme::System, OneOf(None);
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
        let parts = [
            Training::FIELDS,        // slim: trainer
            TrainingDetails::FIELDS, // slim: trainer
            SitePreferences::FIELDS,
        ];
        parts.into_iter().flatten().copied()
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
        // What has an error is not looked at.
        let read = Self {
            training: Training::read(fields, &mut errors).unwrap_or_default(), // slim: trainer
            details: TrainingDetails::read(fields, &mut errors).unwrap_or_default(), // slim: trainer
            site: SitePreferences::read(fields, &mut errors).unwrap_or_default(),
            updated_at: Some(now.truncate_to_millisecond()),
        };
        if errors.is_empty() { Ok(read) } else { Err(errors) }
    }

    /// The form's fields with these values: what `from_form` reads back.
    #[must_use]
    pub fn to_form(&self) -> FormFields {
        let mut fields = FormFields::default();
        self.training.write(&mut fields); // slim: trainer
        self.details.write(&mut fields); // slim: trainer
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
