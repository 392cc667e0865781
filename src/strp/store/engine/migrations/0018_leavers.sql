-- Workers who leave, as rosters say (`keluar`): their certificates end then.
CREATE TABLE leaving (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    ends_at        timestamptz NOT NULL,
    PRIMARY KEY (nib, application_id, row_no)
);
CREATE INDEX leaving_by_end ON leaving (ends_at);

-- Accepted rows that say only that a worker leaves: `approved`, but never certified.
ALTER TABLE application ADD COLUMN leavers integer NOT NULL DEFAULT 0;
