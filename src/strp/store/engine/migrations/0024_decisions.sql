-- One row a worker and decision of an officer. What screening decides by itself has none: the filing's
-- own rows hold who, when and why.
CREATE TABLE decision (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    decided_at     timestamptz NOT NULL,
    nik_index      bytea NOT NULL,
    state          text NOT NULL CHECK (state IN ('approved', 'refused', 'returned')),
    decided_by     text NOT NULL,
    reason         text,
    remark         text,
    late_s         integer NOT NULL,
    -- When the worker was first filed, over returned filings, and the last of these.
    asked_at       timestamptz NOT NULL,
    answers        bigint,
    PRIMARY KEY (nib, application_id, row_no, decided_at)
);
CREATE INDEX decision_returned ON decision (nib, nik_index, decided_at) WHERE state = 'returned';
CREATE INDEX decision_by_time ON decision (decided_at);
