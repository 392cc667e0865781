-- Accounts, sign-in, who represents which employer, API keys, records, mail.
-- No e-mail address, network address, code, token or key is here in clear.

CREATE TABLE account (
    account_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    role         text NOT NULL CHECK (role IN
                 ('representative', 'officer', 'supervisor', 'inspector', 'administrator')),
    email_index  bytea NOT NULL UNIQUE,
    email_sealed bytea NOT NULL,
    language     text NOT NULL CHECK (language IN ('id', 'en')),
    created_at   timestamptz NOT NULL,
    disabled_at  timestamptz
);

-- One live code for each purpose and subject; a new one replaces the old one.
CREATE TABLE one_time_code (
    purpose    text NOT NULL CHECK (purpose IN ('sign-in', 'claim')),
    subject    bytea NOT NULL,
    code_mac   bytea NOT NULL,
    attempts   smallint NOT NULL DEFAULT 0,
    expires_at timestamptz NOT NULL,
    PRIMARY KEY (purpose, subject)
);
CREATE INDEX one_time_code_by_expiry ON one_time_code (expires_at);

-- State of the rate rule: when all of a bucket's burst is free again.
CREATE TABLE rate_limit (
    bucket     bytea PRIMARY KEY,
    busy_until timestamptz NOT NULL
);
CREATE INDEX rate_limit_by_time ON rate_limit (busy_until);

CREATE TABLE session (
    token_hash   bytea PRIMARY KEY,
    account_id   bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    created_at   timestamptz NOT NULL,
    last_seen_at timestamptz NOT NULL
);
CREATE INDEX session_by_account ON session (account_id);
CREATE INDEX session_by_age ON session (created_at);

-- A claim to act for an employer, and what became of it.
CREATE TABLE representation (
    nib        bigint NOT NULL,
    account_id bigint NOT NULL REFERENCES account,
    state      text NOT NULL CHECK (state IN
               ('pending_code', 'pending_officer', 'active', 'refused')),
    reason     text CHECK (reason IN
               ('no-address', 'cannot-read-address', 'disputed', 'refused-before')),
    claimed_at timestamptz NOT NULL,
    active_at  timestamptz,
    decided_by text,
    decided_at timestamptz,
    version    integer NOT NULL DEFAULT 1,
    PRIMARY KEY (nib, account_id),
    CHECK (state <> 'active' OR active_at IS NOT NULL)
);
CREATE INDEX representation_by_account ON representation (account_id);
-- What an officer has to decide: claims that wait, and active ones that are disputed.
CREATE INDEX representation_to_decide ON representation (claimed_at)
    WHERE reason IS NOT NULL AND state IN ('pending_officer', 'active');

CREATE TABLE api_key (
    nib          bigint NOT NULL,
    api_key_id   bigint GENERATED ALWAYS AS IDENTITY,
    key_hash     bytea NOT NULL,
    label        text NOT NULL,
    created_by   text NOT NULL,
    created_at   timestamptz NOT NULL,
    withdrawn_at timestamptz,
    last_used_on date,
    PRIMARY KEY (nib, api_key_id)
);
-- Small, and looked up without the NIB: a reference table where tables are distributed.
CREATE INDEX api_key_by_hash ON api_key (key_hash);

-- What was done, by whom, to what. Ids only. Rows are added, never changed.
CREATE TABLE audit_event (
    event_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at       timestamptz NOT NULL,
    actor    text NOT NULL,
    action   text NOT NULL,
    subject  text NOT NULL,
    detail   jsonb NOT NULL
);
CREATE INDEX audit_event_by_subject ON audit_event (subject, event_id);

CREATE FUNCTION audit_event_stays() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    RAISE EXCEPTION 'audit_event is append-only' USING ERRCODE = 'restrict_violation';
END
$$;
CREATE TRIGGER audit_event_stays BEFORE UPDATE OR DELETE ON audit_event
    FOR EACH ROW EXECUTE FUNCTION audit_event_stays();

-- Letters to send: recipient, subject and body in one envelope, removed once sent.
CREATE TABLE mail (
    mail_id      uuid PRIMARY KEY,
    sealed       bytea NOT NULL,
    created_at   timestamptz NOT NULL,
    useful_until timestamptz
);
