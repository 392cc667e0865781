-- What happened, counted as it happens: the live view, the brief, the open figures and the doctor
-- read it. Who files, decides, comes in or makes an account adds rows of its own and waits for
-- nobody; a worker process adds them up by the hour. What is read is both, so it is exact at any time.
CREATE TABLE figure_event (
    at           timestamptz NOT NULL,
    exercise     boolean NOT NULL DEFAULT false,
    sector       text NOT NULL DEFAULT '',
    region       text NOT NULL DEFAULT '',
    officer_id   bigint NOT NULL DEFAULT 0,
    reason       text NOT NULL DEFAULT '',
    applications integer NOT NULL DEFAULT 0,
    workers      integer NOT NULL DEFAULT 0,
    told_apart   integer NOT NULL DEFAULT 0,
    approved     integer NOT NULL DEFAULT 0,
    refused      integer NOT NULL DEFAULT 0,
    returned     integer NOT NULL DEFAULT 0,
    late         integer NOT NULL DEFAULT 0,
    let_in       integer NOT NULL DEFAULT 0,
    accounts     integer NOT NULL DEFAULT 0
);

-- `officer_id` is 0 where the rules decided, `reason` is that of a refusal or return.
CREATE TABLE figure_hour (
    hour         timestamptz NOT NULL,
    exercise     boolean NOT NULL,
    sector       text NOT NULL,
    region       text NOT NULL,
    officer_id   bigint NOT NULL,
    reason       text NOT NULL,
    applications bigint NOT NULL,
    workers      bigint NOT NULL,
    told_apart   bigint NOT NULL,
    approved     bigint NOT NULL,
    refused      bigint NOT NULL,
    returned     bigint NOT NULL,
    late         bigint NOT NULL,
    let_in       bigint NOT NULL,
    accounts     bigint NOT NULL,
    PRIMARY KEY (hour, exercise, sector, region, officer_id, reason)
);

-- Requests by hour: of nginx's log, or of the web processes where no log is named; tickets with them.
CREATE TABLE hit_hour (
    hour timestamptz NOT NULL,
    kind text NOT NULL,
    hits bigint NOT NULL,
    PRIMARY KEY (hour, kind)
);

-- How far nginx's log was counted, in the transaction that keeps the counts. `file_id` is device
-- and inode, which a rotation keeps; `head` the digest of its first bytes, which a new file that gets
-- the same inode has not.
CREATE TABLE hit_log (
    is_only      boolean PRIMARY KEY DEFAULT true CHECK (is_only),
    file_id      text NOT NULL,
    head         bytea NOT NULL,
    head_bytes   integer NOT NULL,
    offset_bytes bigint NOT NULL,
    unreadable   bigint NOT NULL DEFAULT 0
);

-- Which day's brief was sent.
CREATE TABLE brief_sent (
    day     date PRIMARY KEY,
    sent_at timestamptz NOT NULL
);
