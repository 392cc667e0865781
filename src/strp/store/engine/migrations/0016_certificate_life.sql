-- strp: step by step
-- The life of a certificate: suspended and restored, replaced, ended, revoked.

-- Why a serial is not VALID, and of which worker; NULL where a release before this one wrote it.
ALTER TABLE revocation
    ADD COLUMN IF NOT EXISTS kind text NOT NULL DEFAULT 'revoked'
        CHECK (kind IN ('suspended', 'revoked', 'replaced', 'ended')),
    ADD COLUMN IF NOT EXISTS nib bigint,
    ADD COLUMN IF NOT EXISTS application_id bigint,
    ADD COLUMN IF NOT EXISTS row_no integer;

-- Certificates that were replaced; `certificate` holds the latest one of each worker. Found by
-- serial alone, by whoever holds an old link or asks for an old serial.
CREATE TABLE IF NOT EXISTS former_certificate (
    serial_no      bigint PRIMARY KEY,
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    row_no         integer NOT NULL,
    issued_at      timestamptz NOT NULL,
    sealed         bytea NOT NULL,
    request_key    bytea
);
CREATE INDEX CONCURRENTLY former_certificate_by_worker
    ON former_certificate (nib, application_id, row_no, serial_no);

-- strp: repeat until no row changes
UPDATE revocation r SET nib = c.nib, application_id = c.application_id, row_no = c.row_no
FROM (SELECT c.serial_no, c.nib, c.application_id, c.row_no
      FROM revocation o JOIN certificate c USING (serial_no) WHERE o.nib IS NULL LIMIT 1000) c
WHERE c.serial_no = r.serial_no;
CREATE INDEX CONCURRENTLY revocation_by_worker ON revocation (nib, application_id, row_no);

-- Who was revoked is no longer booked with the employer, and gives the place under the cap back.
-- A row of `engagement` under -1 - nib says that a worker's certificate was revoked for cause at that
-- employer in this period: whoever files the worker again is referred to an officer.
-- strp: repeat until no row changes
WITH gone AS (
    SELECT w.nik_index, w.site_type, w.nib, w.application_id, w.row_no, e.period_id
    FROM revocation r
    JOIN worker w ON w.nib = r.nib AND w.application_id = r.application_id AND w.row_no = r.row_no
    JOIN engagement e ON e.nik_index = w.nik_index AND e.nib = w.nib
                     AND e.application_id = w.application_id AND e.row_no = w.row_no
    WHERE r.kind = 'revoked' LIMIT 1000
), released AS (
    DELETE FROM engagement e USING gone g
    WHERE e.nik_index = g.nik_index AND e.period_id = g.period_id AND e.nib = g.nib
    RETURNING g.nib, g.period_id, g.site_type
), given_back AS (
    UPDATE quota_use q
    SET service = greatest(0, q.service - f.service),
        administration = greatest(0, q.administration - f.administration)
    FROM (SELECT nib, period_id, count(*) FILTER (WHERE site_type = 'pelayanan') AS service,
                 count(*) FILTER (WHERE site_type = 'administrasi') AS administration
          FROM released GROUP BY nib, period_id) f
    WHERE q.nib = f.nib AND q.period_id = f.period_id
), marked AS (
    INSERT INTO engagement (nik_index, period_id, nib, application_id, row_no)
    SELECT DISTINCT ON (nik_index, period_id, nib) nik_index, period_id, -1 - nib,
           application_id, row_no
    FROM gone ON CONFLICT DO NOTHING
)
SELECT 1 FROM released;
