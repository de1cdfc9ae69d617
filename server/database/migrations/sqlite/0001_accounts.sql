-- Times are integer milliseconds since 1970-01-01T00:00:00Z. Whatever belongs to a person goes with the person:
-- every such table refers to `users` with ON DELETE CASCADE.

CREATE TABLE users (
    id                  TEXT    NOT NULL PRIMARY KEY,
    email               TEXT    NOT NULL,              -- as the person wrote it
    email_key           TEXT    NOT NULL,              -- NFKC, lower case: what makes it unique
    email_verified      INTEGER NOT NULL CHECK (email_verified IN (0, 1)),
    display_name        TEXT    NOT NULL,
    password_hash       TEXT,                          -- PHC string; NULL: logs in by a provider alone
    credentials_version INTEGER NOT NULL DEFAULT 1,
    preferences         TEXT,                          -- JSON
    preferences_at      INTEGER,                       -- their `updated_at`; NULL: the defaults, or none
    created_at          INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX users_email_key ON users (email_key);

CREATE TABLE identities (
    id        INTEGER NOT NULL PRIMARY KEY,
    user_id   TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider  TEXT    NOT NULL,
    subject   TEXT    NOT NULL,
    linked_at INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX identities_provider_subject ON identities (provider, subject);
CREATE INDEX identities_user ON identities (user_id);

-- slim: trainer
CREATE TABLE workouts (
    id          INTEGER NOT NULL PRIMARY KEY,
    user_id     TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT    NOT NULL,
    started_at  INTEGER NOT NULL,
    finished_at INTEGER NOT NULL,
    sets_done   INTEGER NOT NULL
) STRICT;
CREATE UNIQUE INDEX workouts_user_started ON workouts (user_id, started_at);
-- slim: end

CREATE TABLE security_events (
    id         INTEGER NOT NULL PRIMARY KEY,
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at         INTEGER NOT NULL,
    kind       TEXT    NOT NULL,
    ip_address TEXT
) STRICT;
CREATE INDEX security_events_user_at ON security_events (user_id, at);
CREATE INDEX security_events_at ON security_events (at);

-- Not tied to `users`: the typed address may belong to nobody, and is stored as a keyed hash. Rows live for
-- minutes. AUTOINCREMENT, because "earlier" means "smaller id", even after the newest row was removed.
CREATE TABLE login_failures (
    id      INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    account TEXT    NOT NULL,
    address TEXT    NOT NULL,
    at      INTEGER NOT NULL
) STRICT;
CREATE INDEX login_failures_pair_at ON login_failures (account, address, at);
CREATE INDEX login_failures_address_at ON login_failures (address, at);
CREATE INDEX login_failures_at ON login_failures (at);

-- slim: demo-provider
CREATE TABLE demo_grants (
    key        BLOB    NOT NULL PRIMARY KEY,           -- SHA-256 of the code or token
    payload    TEXT    NOT NULL,
    expires_at INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX demo_grants_expires ON demo_grants (expires_at);
-- slim: end
