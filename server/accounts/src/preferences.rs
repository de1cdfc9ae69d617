//! Reading and saving preferences.

use domain::account::UserId;
use domain::form::{FieldError, FieldErrors, FormFields}; // slim: trainer
use domain::preferences::Preferences;
use time::OffsetDateTime; // slim: trainer

use crate::training::known_zone; // slim: trainer
use crate::{Accounts, Client, Error};

// slim: trainer
/// [`Preferences::from_form`], with a time zone that exists, spelled as in the tables.
///
/// # Errors
/// All errors at once, by field.
pub fn preferences_from_form(fields: &FormFields, now: OffsetDateTime) -> Result<Preferences, FieldErrors> {
    let typed = fields.value("time_zone").trim();
    let zone = if typed.is_empty() { Ok(None) } else { known_zone(typed).map(Some).ok_or(()) };
    match (Preferences::from_form(fields, now), zone) {
        (Ok(mut preferences), Ok(zone)) => {
            preferences.details.time_zone = zone;
            Ok(preferences)
        }
        (Err(errors), Ok(_)) => Err(errors),
        (read, Err(())) => {
            let mut errors = read.err().unwrap_or_default();
            errors.add("time_zone", FieldError::UnknownChoice);
            Err(errors)
        }
    }
}
// slim: end

impl Accounts {
    /// Saves preferences in the session and, when signed in, in the account.
    ///
    /// However many requests do so at once, session and account agree when the last one is answered: each gives
    /// its preferences a later time than any that were saved before, and the account keeps the latest.
    ///
    /// # Errors
    /// If a store fails, or the session has ended in the meantime.
    pub async fn save_preferences(
        &self,
        client: &Client,
        user: Option<&UserId>,
        preferences: &Preferences,
    ) -> Result<(), Error> {
        let Some(user) = user else {
            client.session.set_preferences(preferences, None).await?;
            return Ok(());
        };
        // Another device may have saved at the same moment, or through an instance whose clock is ahead.
        let in_account = self.store.user(user).await?.and_then(|found| found.preferences);
        let newer_than = in_account.and_then(|preferences| preferences.updated_at);
        let saved = client.session.set_preferences(preferences, newer_than).await?;
        // No cached profile is out of date by this: it holds no preferences.
        self.store.set_preferences(user, &saved).await?;
        Ok(())
    }
}

// slim: trainer
#[cfg(test)]
mod tests {
    use time::macros::datetime;

    use super::*;

    const NOW: OffsetDateTime = datetime!(2026-03-01 9:00 UTC);

    fn with(pairs: &[(&str, &str)]) -> Result<Preferences, FieldErrors> {
        let mut form = Preferences::default().to_form();
        for (name, value) in pairs {
            form.push(*name, *value);
        }
        preferences_from_form(&form, NOW)
    }

    #[test]
    fn a_zone_has_the_spelling_of_the_tables() {
        let zone = |typed| with(&[("time_zone", typed)]).unwrap().details.time_zone.map(String::from);
        assert_eq!(zone(" europe/BERLIN "), Some("Europe/Berlin".to_owned()));
        assert_eq!(zone(""), None);
    }

    #[test]
    fn a_zone_that_does_not_exist_is_an_error_beside_the_others() {
        for wrong in ["Europe/Nowhere", "<b>", "../UTC"] {
            let errors = with(&[("time_zone", wrong)]).unwrap_err();
            assert_eq!(
                errors.iter().collect::<Vec<_>>(),
                [("time_zone", FieldError::UnknownChoice)],
                "{wrong}"
            );
        }
        let errors = with(&[("time_zone", "Europe/Nowhere"), ("bar", "heavy")]).unwrap_err();
        assert_eq!(errors.iter().map(|(name, _)| name).collect::<Vec<_>>(), ["bar", "time_zone"]);
        let errors = with(&[("time_zone", "UTC"), ("time_zone", "UTC")]).unwrap_err();
        assert_eq!(errors.get("time_zone"), Some(FieldError::Repeated));
    }
}
// slim: end
