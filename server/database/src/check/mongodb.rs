//! A MongoDB database: whether it can be read with this login, and whether its accounts are of a version that is
//! known.

use mongodb::bson::{Document, doc};

use storage::fault::StoreFailure;
use storage::{RemoteUrl, remote};

use super::{Kept, failed};
use crate::mongodb::schema;
use crate::stores::StoreSettings;

/// A command that needs a login and the right to read, which `ping` does not.
pub(super) async fn look(url: &RemoteUrl, kept: Kept, settings: &StoreSettings) -> Result<(), StoreFailure> {
    let database = remote::mongodb(url, &settings.remote).await.map_err(failed)?;
    let collection = match kept {
        Kept::Accounts => "users",
        Kept::Sessions => "sessions",
    };
    let documents = database.collection::<Document>(collection);
    let found = documents.find_one(doc! {}).projection(doc! { "_id": 1 }).await;
    found.map_err(failed)?;
    match kept {
        Kept::Accounts => schema::check(&database).await,
        Kept::Sessions => Ok(()),
    }
}
