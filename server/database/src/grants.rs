//! What the databases do alike with codes and tokens of the demo provider.

use accounts::ports::DatabaseError;
use oauth::demo_provider::GrantError;

/// Without values, as all errors of a database.
pub(crate) fn grant_failed(error: impl Into<DatabaseError>) -> GrantError {
    GrantError::new(error.into())
}
