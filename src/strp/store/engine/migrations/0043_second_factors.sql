-- The second factor of officials: an authenticator app, recovery codes, passkeys; and sign-ins that
-- wait for it. No secret and no code is here in clear.

CREATE TABLE authenticator (
    account_id    bigint PRIMARY KEY REFERENCES account ON DELETE CASCADE,
    secret_sealed bytea NOT NULL,
    added_at      timestamptz NOT NULL,
    -- Time step of the last code that was used (RFC 6238): none works twice.
    last_step     bigint
);

CREATE TABLE recovery_code (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    number     smallint NOT NULL,
    code_hash  text NOT NULL,
    used_at    timestamptz,
    PRIMARY KEY (account_id, number)
);

CREATE TABLE passkey (
    credential_id   bytea PRIMARY KEY,
    account_id      bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    public_key      bytea NOT NULL,
    sign_count      bigint NOT NULL,
    name            text NOT NULL,
    backup_eligible boolean NOT NULL,
    backed_up       boolean NOT NULL,
    added_at        timestamptz NOT NULL,
    last_used_at    timestamptz
);
CREATE INDEX passkey_by_account ON passkey (account_id, added_at);

-- A sign-in whose first factor was right, and whose second is not yet there.
CREATE TABLE sign_in_step (
    token_hash bytea PRIMARY KEY,
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    began_at   timestamptz NOT NULL,
    tries      smallint NOT NULL DEFAULT 0,
    passed_at  timestamptz
);
CREATE INDEX sign_in_step_by_account ON sign_in_step (account_id);
CREATE INDEX sign_in_step_by_age ON sign_in_step (began_at);

-- What a session was begun with: mail, app, recovery-code, passkey. One that a passkey began, and
-- which was removed since, says so (passkey-removed) until its time is over.
ALTER TABLE session
    ADD COLUMN factor text NOT NULL DEFAULT 'mail',
    ADD COLUMN credential_id bytea,
    ADD COLUMN ended_because text;
