-- How long officers were at work in a step, to the minute: whoever came in the midst of it, or in the
-- step that runs, was not there for all of it. The days before keep the count that they had.
ALTER TABLE desk_presence ADD COLUMN IF NOT EXISTS came_at timestamptz;
ALTER TABLE desk_step ADD COLUMN IF NOT EXISTS officers real;
UPDATE desk_step s SET officers = (
    SELECT count(DISTINCT officer_id) FROM desk_presence
    WHERE step_at BETWEEN s.step_at - interval '10 minutes' AND s.step_at)
WHERE step_at > now() - interval '9 days';
-- When administrators were last written to that no account is left that may decide what waits.
ALTER TABLE desk_forecast ADD COLUMN IF NOT EXISTS missing_told_at timestamptz;
