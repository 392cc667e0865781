-- strp: step by step
-- Epochs that processes drew to count numbers in (domain/epochs.py): of application ids, or of
-- serial numbers, and then it is a status list too. Two copies of a database draw different ones.
CREATE TABLE IF NOT EXISTS epoch (
    epoch    bigint PRIMARY KEY,
    purpose  text NOT NULL CHECK (purpose IN ('application', 'serial')),
    drawn_at timestamptz NOT NULL DEFAULT now()
);

-- One row: what this installation knows of itself. The first status list, 0, is given out once, and
-- only on the server where the database was made: on another it is a copy.
CREATE TABLE IF NOT EXISTS installation (
    only_one         boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    made_on          text NOT NULL,
    first_list_given boolean NOT NULL DEFAULT false
);
INSERT INTO installation (made_on) SELECT system_identifier FROM pg_control_system()
WHERE NOT EXISTS (SELECT FROM installation);

-- A status list has the number of its epoch.
ALTER TABLE IF EXISTS status_list ALTER COLUMN list_no TYPE bigint;

-- The newest applications of an employer: numbers of different epochs tell no order.
CREATE INDEX CONCURRENTLY application_newest
    ON application (nib, submitted_at, application_id);
