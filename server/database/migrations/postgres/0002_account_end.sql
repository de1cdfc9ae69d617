-- When an account ends: those of a public demonstration do. Few accounts have an end, so the index holds those alone.
ALTER TABLE users ADD COLUMN expires_at BIGINT;
CREATE INDEX users_expires_at ON users (expires_at) WHERE expires_at IS NOT NULL;
