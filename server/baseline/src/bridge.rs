//! One interface to the `SessionStore` traits of several versions of `tower-sessions-core`: the same four operations on
//! the same record, but three different traits to the compiler.

use std::collections::HashMap;
use std::fmt::Debug;

use async_trait::async_trait;
use serde_json::Value;
use session_rows::StoreError;
use time::OffsetDateTime;

/// A session as these stores see it.
#[derive(Debug, Clone)]
pub struct Record {
    pub id: i128,
    pub data: HashMap<String, Value>,
    pub expiry: OffsetDateTime,
}

/// A published store, whichever version of the core it was written for.
#[async_trait]
pub trait Published: Debug + Send + Sync + 'static {
    /// Picks another id if this one is taken.
    async fn create(&self, record: &mut Record) -> Result<(), StoreError>;
    /// Writes the whole record.
    async fn save(&self, record: &Record) -> Result<(), StoreError>;
    /// The record, if it has not expired.
    async fn load(&self, id: i128) -> Result<Option<Record>, StoreError>;
    /// Removes the record.
    async fn delete(&self, id: i128) -> Result<(), StoreError>;
}

/// Declares a newtype around stores of one version of the core.
macro_rules! bridge {
    ($name:ident, $core:ident, $create:ident) => {
        #[doc = concat!("A store that implements the trait of `", stringify!($core), "`.")]
        #[derive(Debug)]
        pub struct $name<S>(pub S);

        #[async_trait]
        impl<S: $core::SessionStore> Published for $name<S> {
            async fn create(&self, record: &mut Record) -> Result<(), StoreError> {
                let Record { id, data, expiry } = record.clone();
                let mut theirs =
                    $core::session::Record { id: $core::session::Id(id), data, expiry_date: expiry };
                self.0.$create(&mut theirs).await.map_err(StoreError::new)?;
                record.id = theirs.id.0;
                Ok(())
            }

            async fn save(&self, record: &Record) -> Result<(), StoreError> {
                let Record { id, data, expiry } = record.clone();
                let theirs = $core::session::Record { id: $core::session::Id(id), data, expiry_date: expiry };
                self.0.save(&theirs).await.map_err(StoreError::new)
            }

            async fn load(&self, id: i128) -> Result<Option<Record>, StoreError> {
                let found = self.0.load(&$core::session::Id(id)).await.map_err(StoreError::new)?;
                Ok(found.map(|found| Record { id: found.id.0, data: found.data, expiry: found.expiry_date }))
            }

            async fn delete(&self, id: i128) -> Result<(), StoreError> {
                self.0.delete(&$core::session::Id(id)).await.map_err(StoreError::new)
            }
        }
    };
}

// This version has no `create`: a new session is saved like any other.
bridge!(V011, core_0_11, save);
bridge!(V014, core_0_14, create);
bridge!(V015, core_0_15, create);
