//! What the product is called. The one place that says so in the code; `cargo run -- rename "My App"` changes it here
//! and in the few files that no code can read it from.

/// The name people see: in the header, in titles, on the pages of identity providers.
pub const NAME: &str = "Workout Trainer";

/// The name for machines: lower-case letters, digits and hyphens. In file names, in the user agent of requests to
/// identity providers, and in what connections to databases are labelled with.
pub const SLUG: &str = "workout-trainer";

/// Separates the keys of this application from those of others that use the same secret. Not secret. Changing it
/// ends every session.
pub const SALT: &str = "workout-trainer sessions";

/// The default of `DATABASE_URL`.
pub const DATABASE_URL: &str = "sqlite://data/trainer.db";
