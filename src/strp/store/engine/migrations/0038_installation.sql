-- An application whose sealed data cannot be opened, and why: the desk passes it over until it can.
ALTER TABLE desk ADD COLUMN IF NOT EXISTS cannot_open text;

-- Since when nothing is signed, and why (`strp stop-issuing`). What is known of a restore: from when
-- the backup is, whether revocations since were taken from a bundle, and who has seen that.
ALTER TABLE installation
    ADD COLUMN IF NOT EXISTS issuing_stopped_at timestamptz,
    ADD COLUMN IF NOT EXISTS issuing_stopped_because text,
    ADD COLUMN IF NOT EXISTS restored_at timestamptz,
    ADD COLUMN IF NOT EXISTS restored_to timestamptz,
    ADD COLUMN IF NOT EXISTS lists_taken_to timestamptz,
    ADD COLUMN IF NOT EXISTS restore_acknowledged_at timestamptz,
    ADD COLUMN IF NOT EXISTS bundle_floor bigint NOT NULL DEFAULT 0;
