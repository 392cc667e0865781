-- Notices about a period say which one: whether it is an exercise's, and whether they still hold.
ALTER TABLE notice ADD COLUMN period_id smallint;
ALTER TABLE digest_line ADD COLUMN period_id smallint;
