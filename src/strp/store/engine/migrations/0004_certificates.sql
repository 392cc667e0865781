-- Certificates, and what takes them back.

-- Processes lease blocks of 1000 serial numbers from this sequence and count inside them.
CREATE SEQUENCE serial_block;

-- Applications with approved workers that have no certificate yet. Taken with SKIP LOCKED and
-- removed in the transaction that stores the certificates: a process that dies gives it back.
CREATE TABLE issue_task (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    due_at         timestamptz NOT NULL,
    after_row      integer NOT NULL DEFAULT 0,
    PRIMARY KEY (nib, application_id)
);
CREATE INDEX issue_task_by_deadline ON issue_task (due_at, nib, application_id);

CREATE TABLE certificate (
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    serial_no      bigint NOT NULL,
    issued_at      timestamptz NOT NULL,
    sealed         bytea NOT NULL,
    PRIMARY KEY (nib, application_id, row_no)
);
CREATE INDEX certificate_by_serial ON certificate (serial_no);

-- Status list entry other than VALID (draft-ietf-oauth-status-list, section 7).
CREATE TABLE revocation (
    serial_no  bigint PRIMARY KEY,
    status     smallint NOT NULL CHECK (status IN (1, 2)),
    reason     text NOT NULL,
    actor      text NOT NULL,
    revoked_at timestamptz NOT NULL
);

-- One row a status list that has entries other than VALID; its version rises with every change.
CREATE TABLE status_list (
    list_no    integer PRIMARY KEY,
    version    bigint NOT NULL,
    changed_at timestamptz NOT NULL
);
