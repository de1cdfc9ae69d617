/// The kind of a server.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    Postgres, // slim: postgres
    // slim: redis
    /// Redis or Valkey.
    Redis,
    // slim: end
    // slim: mongodb
    /// MongoDB, or a server that speaks its wire protocol.
    MongoDb,
    // slim: end
}

impl Kind {
    pub const ALL: &[Self] = &[
        Self::Postgres, // slim: postgres
        Self::Redis,    // slim: redis
        Self::MongoDb,  // slim: mongodb
    ];
}
