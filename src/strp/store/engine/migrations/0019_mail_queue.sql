-- strp: step by step
-- Letters are a queue of their own: which go first, and when each is to be tried (again).
ALTER TABLE mail
    ADD COLUMN IF NOT EXISTS priority smallint NOT NULL DEFAULT 1,
    ADD COLUMN IF NOT EXISTS try_at timestamptz NOT NULL DEFAULT '-infinity',
    ADD COLUMN IF NOT EXISTS tries smallint NOT NULL DEFAULT 0;
CREATE INDEX CONCURRENTLY mail_to_send ON mail (priority, try_at);
