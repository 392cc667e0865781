-- strp: step by step
-- An employer sends people to another employer's site (`lokasi_kerja`), and that one confirms it.
CREATE TABLE IF NOT EXISTS hosting (
    nib             bigint NOT NULL,
    period_id       smallint NOT NULL,
    host_nib        bigint NOT NULL,
    state           text NOT NULL CHECK (state IN ('asked', 'confirmed', 'declined', 'withdrawn')),
    service         integer NOT NULL DEFAULT 0,
    administration  integer NOT NULL DEFAULT 0,
    until_on        date,
    reason          text NOT NULL DEFAULT '',
    asked_at        timestamptz NOT NULL,
    told_at         timestamptz,
    confirmed_at    timestamptz,
    decided_by      text,
    decided_at      timestamptz,
    proposed_by     text,
    proposed_service        integer,
    proposed_administration integer,
    proposed_until  date,
    PRIMARY KEY (nib, period_id, host_nib)
);
CREATE INDEX IF NOT EXISTS hosting_of_host ON hosting (host_nib, period_id, nib);
CREATE INDEX IF NOT EXISTS hosting_asked ON hosting (asked_at) WHERE state = 'asked';
-- Workers of an employer that are screened again soon: something about a host of theirs changed.
CREATE TABLE IF NOT EXISTS rescreen_task (
    nib      bigint PRIMARY KEY,
    asked_at timestamptz NOT NULL
);
-- Whose site a worker is at, where it is not the employer's own, and the sector that counts there.
ALTER TABLE worker ADD COLUMN IF NOT EXISTS host_nib bigint;
ALTER TABLE worker ADD COLUMN IF NOT EXISTS host_sector text;
CREATE INDEX CONCURRENTLY worker_by_host ON worker (nib, host_nib) WHERE host_nib IS NOT NULL;
-- The other employer that a notice is about.
ALTER TABLE notice ADD COLUMN IF NOT EXISTS other_nib bigint;
ALTER TABLE digest_line ADD COLUMN IF NOT EXISTS other_nib bigint;
