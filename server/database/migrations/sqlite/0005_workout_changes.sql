-- While a person's number is the same, so are their finished workouts, and with them all that was derived from them.
-- Every change draws another one. Triggers do, so that a program of before, which knows nothing of it, takes part. It is
-- drawn rather than counted up: no number comes again with other workouts, even if a backup was restored meanwhile.
-- Without a number there have never been any.
CREATE TABLE workout_changes (
    user_id TEXT    NOT NULL PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number  INTEGER NOT NULL
) STRICT, WITHOUT ROWID;
INSERT INTO workout_changes (user_id, number) SELECT user_id, random() FROM logged_workouts GROUP BY user_id;
CREATE TRIGGER logged_workouts_added AFTER INSERT ON logged_workouts WHEN NEW.is_open = 0 BEGIN
    INSERT INTO workout_changes (user_id, number) SELECT id, random() FROM users WHERE id = NEW.user_id
    ON CONFLICT (user_id) DO UPDATE SET number = excluded.number;
END;
CREATE TRIGGER logged_workouts_saved AFTER UPDATE ON logged_workouts WHEN NEW.is_open = 0 OR OLD.is_open = 0 BEGIN
    INSERT INTO workout_changes (user_id, number) SELECT id, random() FROM users WHERE id = NEW.user_id
    ON CONFLICT (user_id) DO UPDATE SET number = excluded.number;
END;
-- If they go with their account, there is nobody left whose number it would be.
CREATE TRIGGER logged_workouts_deleted AFTER DELETE ON logged_workouts WHEN OLD.is_open = 0 BEGIN
    INSERT INTO workout_changes (user_id, number) SELECT id, random() FROM users WHERE id = OLD.user_id
    ON CONFLICT (user_id) DO UPDATE SET number = excluded.number;
END;
