-- Filings. The employer's NIB leads every key, so that the tables can be distributed by employer.

-- Processes lease blocks of 1000 application ids from this sequence and count inside them.
CREATE SEQUENCE application_id_block;

CREATE TABLE application (
    nib             bigint NOT NULL,
    application_id  bigint NOT NULL,
    period_id       smallint NOT NULL,
    policy_id       text NOT NULL,
    sector          text NOT NULL,
    state           text NOT NULL CHECK (state IN ('received', 'in_review', 'decided', 'withdrawn')),
    submitted_at    timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    decided_at      timestamptz,
    submitted_by    text NOT NULL,
    idempotency_key text,
    body_digest     bytea NOT NULL,
    source_format   text NOT NULL,
    rows            integer NOT NULL,
    accepted        integer NOT NULL,
    unchanged       integer NOT NULL,
    duplicate       integer NOT NULL,
    exempt          integer NOT NULL,
    rejected        integer NOT NULL,
    pending         integer NOT NULL,
    approved        integer NOT NULL,
    refused         integer NOT NULL,
    returned        integer NOT NULL,
    problems        bytea,
    version         integer NOT NULL DEFAULT 1,
    PRIMARY KEY (nib, application_id),
    CHECK (rows = accepted + unchanged + duplicate + exempt + rejected),
    CHECK (accepted = pending + approved + refused + returned)
);
CREATE UNIQUE INDEX application_idempotency ON application (nib, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX application_by_id ON application (application_id);

CREATE TABLE worker (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    nik_index      bytea NOT NULL,
    site_type      text NOT NULL,
    state          text NOT NULL CHECK (state IN ('pending', 'approved', 'refused', 'returned')),
    screening      text NOT NULL CHECK (screening IN ('PASS', 'REFER', 'REFUSE')),
    reasons        text,
    remark         text,
    sealed         bytea NOT NULL,
    PRIMARY KEY (nib, application_id, row_no)
);

-- Who has which worker in a period, pending or approved: found by the keyed index of the NIK.
CREATE TABLE engagement (
    nik_index      bytea NOT NULL,
    period_id      smallint NOT NULL,
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    PRIMARY KEY (nik_index, period_id, nib)
);

-- Workers let in by site type, over all filings of a period (the caps count these).
CREATE TABLE quota_use (
    nib            bigint NOT NULL,
    period_id      smallint NOT NULL,
    service        integer NOT NULL,
    administration integer NOT NULL,
    PRIMARY KEY (nib, period_id)
);

-- Rows to mend, as they were filed, sealed, in chunks: what the corrections file is made from.
CREATE TABLE correction (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    chunk_no       integer NOT NULL,
    sealed         bytea NOT NULL,
    PRIMARY KEY (nib, application_id, chunk_no)
);

-- The desk: applications with workers that an officer must decide. A row leaves when all are.
CREATE TABLE desk (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    due_at         timestamptz NOT NULL,
    officer_id     bigint,
    lease_until    timestamptz,
    PRIMARY KEY (nib, application_id)
);
CREATE INDEX desk_by_deadline ON desk (due_at, application_id);
CREATE INDEX desk_by_officer ON desk (officer_id) WHERE officer_id IS NOT NULL;

-- Approved at once, and drawn for an officer's look afterwards.
CREATE TABLE sample (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    drawn_at       timestamptz NOT NULL,
    officer_id     bigint,
    checked_at     timestamptz,
    outcome        text CHECK (outcome IN ('confirmed', 'revoked')),
    PRIMARY KEY (nib, application_id, row_no)
);
