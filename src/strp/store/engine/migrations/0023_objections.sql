-- Objections to what was refused, one open for each thing; decided by an account that did not decide
-- it first.
CREATE TABLE objection (
    objection_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    about           text NOT NULL CHECK (about IN ('sector', 'cap', 'worker', 'claim', 'closure')),
    nib             bigint NOT NULL,
    application_id  bigint,
    row_no          integer,
    thing           text NOT NULL,
    body            text NOT NULL,
    filed_by        text NOT NULL,
    filed_at        timestamptz NOT NULL,
    due_at          timestamptz NOT NULL,
    first_by        text[] NOT NULL,
    idempotency_key text,
    outcome         text CHECK (outcome IN ('upheld', 'rejected')),
    reason          text,
    decided_by      text,
    decided_at      timestamptz,
    CHECK ((decided_at IS NULL) = (outcome IS NULL)),
    CHECK (decided_by <> ALL (first_by))
);
CREATE UNIQUE INDEX objection_open ON objection (thing) WHERE decided_at IS NULL;
CREATE UNIQUE INDEX objection_idempotency ON objection (filed_by, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX objection_by_employer ON objection (nib, objection_id);
CREATE INDEX objection_by_deadline ON objection (due_at, objection_id) WHERE decided_at IS NULL;
