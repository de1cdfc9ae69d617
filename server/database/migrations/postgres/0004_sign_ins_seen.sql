-- Up to when the owner has seen who signed in; NULL: they have never said so.
ALTER TABLE users ADD COLUMN sign_ins_seen_at BIGINT;
