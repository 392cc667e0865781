-- strp: step by step
-- Certificates for a large application are made a set at a time, beside everybody else's.

-- Workers of the application; NULL where a release before this one wrote it, or nobody looked.
ALTER TABLE issue_task ADD COLUMN IF NOT EXISTS workers integer;
CREATE INDEX CONCURRENTLY issue_task_large ON issue_task (due_at, nib, application_id)
    WHERE workers > 1500;
