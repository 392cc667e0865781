-- What happened to an employer and is to be told: ids and counts. A row goes in the transaction that
-- writes its letters.
CREATE TABLE notice (
    notice_id      bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at             timestamptz NOT NULL,
    kind           text NOT NULL,
    nib            bigint NOT NULL,
    application_id bigint,
    account_id     bigint,
    count          integer NOT NULL DEFAULT 1,
    until_at       timestamptz,
    outcome        text
);

-- When an account wants letters of a kind; none: as usual for that kind.
CREATE TABLE letter_choice (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    kind       text NOT NULL,
    delivery   text NOT NULL CHECK (delivery IN ('now', 'daily', 'never')),
    PRIMARY KEY (account_id, kind)
);

-- How many letters an account has had on a civil day: past a bound, the rest waits for the digest.
CREATE TABLE letters_of_day (
    account_id bigint NOT NULL,
    day        date NOT NULL,
    sent       integer NOT NULL,
    PRIMARY KEY (account_id, day)
);
CREATE INDEX letters_of_day_by_day ON letters_of_day (day);

-- Notices that wait for the account's letter of the day.
CREATE TABLE digest_line (
    account_id     bigint NOT NULL,
    notice_id      bigint NOT NULL,
    at             timestamptz NOT NULL,
    kind           text NOT NULL,
    nib            bigint NOT NULL,
    application_id bigint,
    count          integer NOT NULL,
    until_at       timestamptz,
    outcome        text,
    PRIMARY KEY (account_id, notice_id)
);
CREATE INDEX digest_line_by_time ON digest_line (at);
