-- The newest migration that a process knows, as it reports itself: while one of an older release is
-- alive, others begin nothing that it would not understand.
ALTER TABLE process_loop ADD COLUMN IF NOT EXISTS release smallint;
