-- strp: step by step
-- The periods of the certificates in a status list, one row each; written with the first certificate
-- of a period. A list of periods that ended long ago leaves the bundle of devices. A list without a
-- row is of a release before this, and stays.
CREATE TABLE IF NOT EXISTS list_period (
    list_no   bigint NOT NULL,
    period_id smallint NOT NULL,
    PRIMARY KEY (list_no, period_id)
);
