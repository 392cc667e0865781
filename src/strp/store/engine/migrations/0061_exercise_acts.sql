-- strp: step by step
-- What officials ruled and closed in an exercise counts in that exercise alone.
ALTER TABLE ruling ADD COLUMN IF NOT EXISTS exercise boolean NOT NULL DEFAULT false;
ALTER TABLE closure ADD COLUMN IF NOT EXISTS exercise boolean NOT NULL DEFAULT false;
CREATE UNIQUE INDEX CONCURRENTLY ruling_counts ON ruling (nib, exercise) WHERE state = 'in_force';
CREATE UNIQUE INDEX CONCURRENTLY ruling_waits ON ruling (nib, exercise) WHERE state = 'proposed';
DROP INDEX IF EXISTS ruling_in_force;
DROP INDEX IF EXISTS ruling_proposed;
CREATE INDEX CONCURRENTLY closure_of_exercise ON closure (closure_id)
    WHERE exercise AND lifted_at IS NULL;
