-- A browser that sends the right code twice at once is signed in once, and hears so twice.
ALTER TABLE one_time_code ADD COLUMN used_at timestamptz;

-- Wrong codes of a mailbox, of an address block, of all; each a keyed index.
CREATE TABLE wrong_code (
    scope   bytea PRIMARY KEY,
    wrong   integer NOT NULL,
    ends_at timestamptz NOT NULL
);
CREATE INDEX wrong_code_by_time ON wrong_code (ends_at);

-- When letters with codes were sent to a mailbox, in the last hour. A keyed index finds it.
CREATE TABLE mailbox_letters (
    mailbox         bytea PRIMARY KEY,
    code_letters_at timestamptz[] NOT NULL,
    forget_at       timestamptz NOT NULL
);
CREATE INDEX mailbox_letters_by_time ON mailbox_letters (forget_at);

-- Links that sign in where codes are off: the hash of a secret, and whom it signs in, sealed.
CREATE TABLE sign_in_link (
    secret_hash  bytea PRIMARY KEY,
    lane         bytea NOT NULL,
    email_sealed bytea NOT NULL,
    sent_at      timestamptz NOT NULL,
    used_at      timestamptz
);
CREATE INDEX sign_in_link_by_lane ON sign_in_link (lane, sent_at);
CREATE INDEX sign_in_link_by_time ON sign_in_link (sent_at);
