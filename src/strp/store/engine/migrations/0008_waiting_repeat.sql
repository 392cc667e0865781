-- Tickets that were asked for under an Idempotency-Key, for a day: any process gives the same again.
CREATE TABLE waiting_repeat (
    key_hash bytea PRIMARY KEY,
    ticket   text NOT NULL,
    at       timestamptz NOT NULL
);
CREATE INDEX waiting_repeat_by_age ON waiting_repeat (at);

-- How many applications officers decided lately.
CREATE INDEX audit_event_decided ON audit_event (at) WHERE action = 'application-decided';
