-- Certificates that stand are screened again after a change of the rules or of the registry, in the
-- background. What was in force before is kept, so that only what the change touches is touched;
-- an employer leaves the tasks in the transaction that settles it, so a killed process goes on.
CREATE TABLE rescreening (
    rescreening_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    cause               text NOT NULL CHECK (cause IN ('rules', 'registry')),
    subject             text NOT NULL,
    period_id           smallint NOT NULL,
    unfit               text NOT NULL CHECK (unfit IN ('run-out', 'suspend', 'hold')),
    before              jsonb,
    before_activated_on date,
    actor               text NOT NULL,
    asked_at            timestamptz NOT NULL,
    due_at              timestamptz NOT NULL,
    act_id              bigint,
    employers           integer,
    suspended           integer NOT NULL DEFAULT 0,
    restored            integer NOT NULL DEFAULT 0,
    done_at             timestamptz
);
CREATE INDEX rescreening_to_do ON rescreening (due_at) WHERE done_at IS NULL;

-- `looked_at`: once, and again later, since certificates of the employer were still being made.
CREATE TABLE standing_task (
    rescreening_id bigint NOT NULL,
    nib            bigint NOT NULL,
    may_suspend    boolean NOT NULL,
    looked_at      timestamptz,
    PRIMARY KEY (rescreening_id, nib)
);
