-- What officials rule on an employer, what its representative declares, and decisions that a second
-- official must confirm.

CREATE TABLE ruling (
    ruling_id            bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nib                  bigint NOT NULL,
    state                text NOT NULL
                         CHECK (state IN ('proposed', 'in_force', 'replaced', 'declined')),
    sector               text,
    staff_service        integer CHECK (staff_service >= 0),
    staff_administration integer CHECK (staff_administration >= 0),
    evidence             boolean NOT NULL,
    until_on             date,
    reason               text NOT NULL,
    citation             text NOT NULL,
    made_by              text NOT NULL,
    made_at              timestamptz NOT NULL,
    decided_by           text,
    decided_at           timestamptz,
    -- Nobody confirms what they proposed themselves.
    CHECK (decided_by <> made_by)
);
CREATE INDEX ruling_by_employer ON ruling (nib, ruling_id);
-- One ruling counts, and one waits for a second official.
CREATE UNIQUE INDEX ruling_in_force ON ruling (nib) WHERE state = 'in_force';
CREATE UNIQUE INDEX ruling_proposed ON ruling (nib) WHERE state = 'proposed';

-- Staff as the representative answers for it, partners among those at service sites.
CREATE TABLE staff_declaration (
    nib            bigint NOT NULL,
    period_id      smallint NOT NULL,
    service        integer NOT NULL CHECK (service >= 0),
    administration integer NOT NULL CHECK (administration >= 0),
    partners       integer NOT NULL CHECK (partners >= 0),
    declared_by    text NOT NULL,
    declared_at    timestamptz NOT NULL,
    -- Drawn for an official's look, and looked at.
    drawn          boolean NOT NULL,
    seen_by        text,
    seen_at        timestamptz,
    PRIMARY KEY (nib, period_id)
);
CREATE INDEX staff_declaration_drawn ON staff_declaration (declared_at)
    WHERE drawn AND seen_at IS NULL;

-- Approvals that a second official must confirm. The worker is pending meanwhile.
CREATE TABLE proposal (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    account_id     bigint NOT NULL,
    remark         text,
    proposed_at    timestamptz NOT NULL,
    PRIMARY KEY (nib, application_id, row_no)
);

-- The official whose proposals are all that waits: the file is for somebody else.
ALTER TABLE desk ADD COLUMN not_for bigint;
