-- Times are milliseconds since 1970-01-01T00:00:00Z. Whatever belongs to a person goes with the person: every such table
-- refers to `users` with ON DELETE CASCADE. What identifies compares byte by byte (COLLATE "C"), whatever the database's
-- collation.

CREATE TABLE users (
    id                  TEXT COLLATE "C" NOT NULL PRIMARY KEY,
    email               TEXT             NOT NULL,  -- as the person wrote it
    email_key           TEXT COLLATE "C" NOT NULL,  -- NFKC, lower case: what makes it unique
    email_verified      BOOLEAN          NOT NULL,
    display_name        TEXT             NOT NULL,
    password_hash       TEXT COLLATE "C",           -- PHC string; NULL: logs in by a provider alone
    credentials_version BIGINT           NOT NULL DEFAULT 1,
    preferences         TEXT,                       -- JSON
    preferences_at      BIGINT,                     -- their `updated_at`; NULL: the defaults, or none
    created_at          BIGINT           NOT NULL
);
CREATE UNIQUE INDEX users_email_key ON users (email_key);

CREATE TABLE identities (
    id        BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id   TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    provider  TEXT COLLATE "C" NOT NULL,
    subject   TEXT COLLATE "C" NOT NULL,
    linked_at BIGINT           NOT NULL
);
CREATE UNIQUE INDEX identities_provider_subject ON identities (provider, subject);
CREATE INDEX identities_user ON identities (user_id);

-- slim: trainer
CREATE TABLE workouts (
    id          BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id     TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    name        TEXT             NOT NULL,
    started_at  BIGINT           NOT NULL,
    finished_at BIGINT           NOT NULL,
    sets_done   INTEGER          NOT NULL
);
CREATE UNIQUE INDEX workouts_user_started ON workouts (user_id, started_at);
-- slim: end

CREATE TABLE security_events (
    id         BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    at         BIGINT           NOT NULL,
    kind       TEXT             NOT NULL,
    ip_address TEXT
);
CREATE INDEX security_events_user_at ON security_events (user_id, at, id);
CREATE INDEX security_events_at ON security_events (at);

-- Not tied to `users`: the typed address may belong to nobody, and is stored as a keyed hash. Rows live for minutes.
CREATE TABLE login_failures (
    id      BIGINT           GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account TEXT COLLATE "C" NOT NULL,
    address TEXT COLLATE "C" NOT NULL,
    at      BIGINT           NOT NULL
);
CREATE INDEX login_failures_pair_at ON login_failures (account, address, at);
CREATE INDEX login_failures_address_at ON login_failures (address, at);
CREATE INDEX login_failures_at ON login_failures (at);

-- slim: demo-provider
CREATE TABLE demo_grants (
    key        BYTEA  NOT NULL PRIMARY KEY,         -- SHA-256 of the code or token
    payload    TEXT   NOT NULL,
    expires_at BIGINT NOT NULL
);
CREATE INDEX demo_grants_expires ON demo_grants (expires_at);
-- slim: end
