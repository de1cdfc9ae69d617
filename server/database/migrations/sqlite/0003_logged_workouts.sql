-- Workouts with their sets. What lists need comes before the document, so that they leave the rest of a long row alone.
CREATE TABLE logged_workouts (
    user_id    TEXT    NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id         TEXT    NOT NULL,              -- made by this program or by the browser: unique for one person
    revision   INTEGER NOT NULL DEFAULT 1,    -- counts the saves
    is_open    INTEGER NOT NULL CHECK (is_open IN (0, 1)),
    counts     INTEGER NOT NULL CHECK (counts IN (0, 1)),
    started_at INTEGER NOT NULL,
    added_at   INTEGER NOT NULL,
    summary    TEXT,                          -- JSON; NULL: still open
    document   TEXT    NOT NULL,              -- JSON
    PRIMARY KEY (user_id, id)
) STRICT;
CREATE UNIQUE INDEX logged_workouts_open ON logged_workouts (user_id) WHERE is_open = 1;
CREATE INDEX logged_workouts_user_started ON logged_workouts (user_id, started_at, id);
CREATE INDEX logged_workouts_user_added ON logged_workouts (user_id, added_at);
