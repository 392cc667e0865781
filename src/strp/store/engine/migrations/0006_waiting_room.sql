-- The waiting room: what its processes share, and nothing else. A ticket is a signed claim and has
-- no row; only its use has one.

-- One row: who may enter at all, and the state of admission control as JSON.
CREATE TABLE waiting_room (
    only_one   boolean PRIMARY KEY DEFAULT true CHECK (only_one),
    mode       text NOT NULL DEFAULT 'auto' CHECK (mode IN ('auto', 'on', 'off')),
    active     boolean NOT NULL DEFAULT false,
    controller text NOT NULL DEFAULT '{}',
    ticked_at  timestamptz NOT NULL DEFAULT now()
);
INSERT INTO waiting_room DEFAULT VALUES;

CREATE TABLE waiting_lane (
    lane    text PRIMARY KEY CHECK (lane IN ('employers', 'individuals', 'officials')),
    issued  bigint NOT NULL DEFAULT 0,
    serving bigint NOT NULL DEFAULT 0,
    credit  double precision NOT NULL DEFAULT 0,
    rate    double precision NOT NULL DEFAULT 0,
    CHECK (serving <= issued)
);
INSERT INTO waiting_lane (lane) VALUES ('employers'), ('individuals'), ('officials');

-- What each web process measured lately; a row that grows old is of a process that is gone.
CREATE TABLE waiting_process (
    process_id uuid PRIMARY KEY,
    at         timestamptz NOT NULL,
    delay_s    double precision NOT NULL,
    shed       integer NOT NULL,
    finished   integer NOT NULL,
    inside     integer NOT NULL,
    admitted   integer NOT NULL,
    at_door    integer NOT NULL
);

-- How far each lane was, minute by minute: when a place lapses, and how the rate went.
CREATE TABLE waiting_served (
    lane    text NOT NULL,
    minute  timestamptz NOT NULL,
    serving bigint NOT NULL,
    issued  bigint NOT NULL,
    PRIMARY KEY (lane, minute)
);

-- Tickets that let somebody in: each once. Also the order that anyone may check.
CREATE TABLE waiting_admission (
    seat        bytea PRIMARY KEY,
    lane        text NOT NULL,
    place       bigint NOT NULL,
    serving     bigint NOT NULL,
    admitted_at timestamptz NOT NULL,
    entry_no    bigint GENERATED ALWAYS AS IDENTITY
);
CREATE INDEX waiting_admission_order ON waiting_admission (lane, entry_no);

-- A ticket that an account keeps, so that it is found again from another device.
CREATE TABLE waiting_seat (
    account_id bigint NOT NULL REFERENCES account ON DELETE CASCADE,
    lane       text NOT NULL,
    place      bigint NOT NULL,
    ticket     text NOT NULL,
    kept_at    timestamptz NOT NULL,
    PRIMARY KEY (account_id, lane)
);

-- An opening: a seed promised before (SHA-256), kept sealed until then, published after.
CREATE TABLE waiting_opening (
    opening_id  smallint PRIMARY KEY GENERATED ALWAYS AS IDENTITY,
    opens_at    timestamptz NOT NULL,
    commitment  bytea NOT NULL,
    seed_sealed bytea NOT NULL,
    seed        bytea,
    opened_at   timestamptz,
    CHECK ((seed IS NULL) = (opened_at IS NULL))
);

CREATE TABLE waiting_draw (
    opening_id smallint NOT NULL REFERENCES waiting_opening,
    lane       text NOT NULL,
    first      bigint NOT NULL,
    count      bigint,
    PRIMARY KEY (opening_id, lane)
);
