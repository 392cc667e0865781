-- strp: step by step
-- By how much a decision came after its due time, and why; NULL where it came in time.
ALTER TABLE application ADD COLUMN IF NOT EXISTS late_s integer;
ALTER TABLE application ADD COLUMN IF NOT EXISTS late_because text;
-- What was late of late: few rows on a good day.
CREATE INDEX CONCURRENTLY application_late ON application (decided_at) WHERE late_s IS NOT NULL;
