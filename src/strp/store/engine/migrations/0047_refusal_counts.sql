-- What the sector gate and the caps refused. A filing adds rows of its own and waits for nobody; a
-- worker process adds them up by employer and day in Jakarta, once a minute; the compliance report
-- reads both. `other_nib` is who named the workers as well, 0 where nobody else is meant.
CREATE TYPE refusal_kind AS ENUM ('attempt', 'over_cap', 'not_proven', 'named_by_two',
                                  'at_unlisted_site', 'asked', 'claimed');
CREATE TABLE refusal_event (
    nib       bigint NOT NULL,
    day       date NOT NULL,
    kind      refusal_kind NOT NULL,
    other_nib bigint NOT NULL,
    exercise  boolean NOT NULL,
    sector    text NOT NULL,
    workers   integer NOT NULL
);

CREATE TABLE refusal_count (
    nib       bigint NOT NULL,
    day       date NOT NULL,
    kind      refusal_kind NOT NULL,
    other_nib bigint NOT NULL DEFAULT 0,
    exercise  boolean NOT NULL,
    sector    text NOT NULL,
    filings   integer NOT NULL,
    workers   integer NOT NULL,
    PRIMARY KEY (nib, day, kind, other_nib, exercise)
) WITH (fillfactor = 80);
-- Rows come in the order of days, so a few bytes for each 128 pages find a day.
CREATE INDEX refusal_count_day ON refusal_count USING brin (day) WITH (autosummarize = on);

-- A list that was handed over: for what, to whom, and what it was, sealed.
CREATE TABLE handover (
    handover_id bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at          timestamptz NOT NULL,
    made_by     text NOT NULL,
    recipient   text NOT NULL,
    purpose     text NOT NULL,
    from_day    date NOT NULL,
    until_day   date NOT NULL,
    form        text NOT NULL CHECK (form IN ('json', 'csv', 'xlsx', 'pdf')),
    exercise    boolean NOT NULL,
    employers   integer NOT NULL,
    size_bytes  bigint NOT NULL,
    sha256      bytea NOT NULL CHECK (length(sha256) = 32)
);
-- Its bytes, sealed, 1 MiB each; kept as long as the record.
CREATE TABLE handover_chunk (
    handover_id bigint NOT NULL REFERENCES handover,
    chunk_no    integer NOT NULL,
    sealed      bytea NOT NULL,
    PRIMARY KEY (handover_id, chunk_no)
);
ALTER TABLE handover_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;

-- Filings made before this, from what is stored of their workers. Of workers whom an officer has
-- decided on since, the reasons of the screening are gone; they are not counted.
INSERT INTO refusal_count (nib, day, kind, exercise, sector, filings, workers)
SELECT a.nib, (a.submitted_at AT TIME ZONE interval '7 hours')::date, f.kind::refusal_kind,
       p.exercise,
       (array_agg(a.sector ORDER BY a.submitted_at DESC))[1], count(*), sum(f.workers)
FROM application a
JOIN period p USING (period_id)
CROSS JOIN LATERAL (
    SELECT k.kind, count(*) AS workers
    FROM worker w
    CROSS JOIN LATERAL (
        SELECT CASE
            WHEN w.screening = 'REFUSE' AND w.host_nib IS NULL AND r.codes @> '{sector-not-listed}'
                THEN 'attempt'
            WHEN w.screening = 'REFUSE' AND r.codes @> '{over-cap}' THEN 'over_cap'
            WHEN w.screening = 'REFUSE' AND r.codes @> '{host-not-listed}' THEN 'at_unlisted_site'
            WHEN w.screening = 'REFER'
                AND r.codes && '{sector-review,evidence-required,kbli-edition-unmapped}'
                THEN 'not_proven'
        END AS kind
        FROM (SELECT string_to_array(w.reasons, ' ') AS codes) r
    ) k
    WHERE w.nib = a.nib AND w.application_id = a.application_id
      AND w.screening IN ('REFUSE', 'REFER') AND k.kind IS NOT NULL
    GROUP BY k.kind
) f
GROUP BY 1, 2, 3, 4;
INSERT INTO refusal_count (nib, day, kind, other_nib, exercise, sector, filings, workers)
SELECT e.nib, (a.submitted_at AT TIME ZONE interval '7 hours')::date, 'named_by_two'::refusal_kind, e.other_nib,
       p.exercise, (array_agg(a.sector ORDER BY a.submitted_at DESC))[1],
       count(DISTINCT e.application_id), count(*)
FROM (
    SELECT later.nib, later.application_id, later.period_id, earlier.nib AS other_nib
    FROM engagement later JOIN engagement earlier USING (nik_index, period_id)
    WHERE earlier.nib <> later.nib AND earlier.nib >= 0 AND earlier.application_id < later.application_id
) e
JOIN application a USING (nib, application_id)
JOIN period p ON p.period_id = e.period_id
GROUP BY 1, 2, 4, 5;
