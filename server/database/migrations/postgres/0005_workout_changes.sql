-- While a person's number is the same, so are their finished workouts, and with them all that was derived from them.
-- Every change draws another one. Triggers do, so that a program of before, which knows nothing of it, takes part. It is
-- drawn rather than counted up: no number comes again with other workouts, even if a backup was restored meanwhile.
-- Without a number there have never been any.
--
-- All of this may be there already but the triggers, which go with their table when an older backup is restored.
CREATE TABLE IF NOT EXISTS workout_changes (
    user_id TEXT COLLATE "C" PRIMARY KEY REFERENCES users (id) ON DELETE CASCADE,
    number  BIGINT NOT NULL
);
-- Done as the owner of the table: the role of a server of before may do nothing to it. So the schema is named, or a
-- role could put temporary tables in the place of these.
CREATE OR REPLACE FUNCTION draw_workout_change() RETURNS trigger LANGUAGE plpgsql
SECURITY DEFINER SET search_path = pg_catalog, pg_temp AS $$
DECLARE
    -- If they go with their account, there is nobody left whose number it would be.
    draw CONSTANT TEXT :=
        'INSERT INTO %1$I.workout_changes (user_id, number)'
        ' SELECT id, random() * 9007199254740991 FROM %1$I.users WHERE id = $1 FOR KEY SHARE'
        ' ON CONFLICT (user_id) DO UPDATE SET number = excluded.number';
BEGIN
    EXECUTE format(draw, TG_TABLE_SCHEMA) USING coalesce(NEW.user_id, OLD.user_id);
    RETURN NULL;
END
$$;
-- Nor may another role have it fired by a table of its own, next to which it has put such tables: then what it has made
-- these do would be done by the owner. The right is asked for when a trigger is created, and not when it is fired.
REVOKE EXECUTE ON FUNCTION draw_workout_change() FROM PUBLIC;
CREATE OR REPLACE TRIGGER logged_workouts_added AFTER INSERT ON logged_workouts
    FOR EACH ROW WHEN (NOT NEW.is_open) EXECUTE FUNCTION draw_workout_change();
CREATE OR REPLACE TRIGGER logged_workouts_saved AFTER UPDATE ON logged_workouts
    FOR EACH ROW WHEN (NOT (NEW.is_open AND OLD.is_open)) EXECUTE FUNCTION draw_workout_change();
CREATE OR REPLACE TRIGGER logged_workouts_deleted AFTER DELETE ON logged_workouts
    FOR EACH ROW WHEN (NOT OLD.is_open) EXECUTE FUNCTION draw_workout_change();
-- After the triggers, which keep everybody else from changing workouts until all of this is there.
INSERT INTO workout_changes (user_id, number)
SELECT user_id, random() * 9007199254740991
FROM (SELECT user_id FROM logged_workouts UNION SELECT user_id FROM workout_changes) AS people
ON CONFLICT (user_id) DO UPDATE SET number = excluded.number;
