-- An application that an officer hands to a supervisor, with a note; or of which two officials differ,
-- so that a third decides.
ALTER TABLE desk ADD COLUMN IF NOT EXISTS escalated_at timestamptz,
    ADD COLUMN IF NOT EXISTS escalated_by bigint,
    ADD COLUMN IF NOT EXISTS escalated_because text,
    ADD COLUMN IF NOT EXISTS escalation_note text;

-- Who saw a proposed approval and differed; the third approves it or refuses the worker.
ALTER TABLE proposal ADD COLUMN IF NOT EXISTS declined_by bigint,
    ADD COLUMN IF NOT EXISTS declined_at timestamptz;
