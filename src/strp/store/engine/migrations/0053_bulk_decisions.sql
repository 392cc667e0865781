-- One decision over all applications that a filter of the desk finds. It waits for a minute, in which
-- it is undone without a trace but its record; then a worker process carries it out, an application
-- a transaction, so that a process that dies leaves nothing half decided and another goes on.
CREATE TABLE bulk_decision (
    bulk_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    account_id bigint NOT NULL,
    made_at    timestamptz NOT NULL,
    begins_at  timestamptz NOT NULL,
    filter     jsonb NOT NULL,
    worker_reason text,
    decision   text NOT NULL CHECK (decision IN ('APPROVE', 'REFUSE', 'RETURN')),
    reason     text,
    remark     text,
    begun_at   timestamptz,
    ended_at   timestamptz,
    undone_by  bigint,
    stopped_because text
);
-- One at a time an official.
CREATE UNIQUE INDEX bulk_open ON bulk_decision (account_id) WHERE ended_at IS NULL;

CREATE TABLE bulk_application (
    bulk_id        bigint NOT NULL REFERENCES bulk_decision,
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    workers        integer NOT NULL,
    decided        integer,
    left_because   text,
    tried_at       timestamptz,
    done_at        timestamptz,
    PRIMARY KEY (bulk_id, application_id)
);
CREATE INDEX bulk_waiting ON bulk_application (bulk_id, application_id) WHERE done_at IS NULL;
