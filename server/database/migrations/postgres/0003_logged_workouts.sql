-- Workouts with their sets, one document each. The long columns stay outside the row: lists do not read documents.
CREATE TABLE logged_workouts (
    user_id    TEXT COLLATE "C" NOT NULL REFERENCES users (id) ON DELETE CASCADE,
    id         TEXT COLLATE "C" NOT NULL,     -- made by this program or by the browser: unique for one person
    revision   BIGINT           NOT NULL DEFAULT 1, -- counts the saves
    is_open    BOOLEAN          NOT NULL,
    counts     BOOLEAN          NOT NULL,
    started_at BIGINT           NOT NULL,
    added_at   BIGINT           NOT NULL,
    summary    TEXT,                          -- JSON; NULL: still open
    document   TEXT             NOT NULL,     -- JSON
    PRIMARY KEY (user_id, id)
);
CREATE UNIQUE INDEX logged_workouts_open ON logged_workouts (user_id) WHERE is_open;
CREATE INDEX logged_workouts_user_started ON logged_workouts (user_id, started_at, id);
CREATE INDEX logged_workouts_user_added ON logged_workouts (user_id, added_at);
