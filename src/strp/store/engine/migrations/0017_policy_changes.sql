-- Only activated policies count: each keeps the document it was activated with, so that a file that
-- is merely loaded changes nothing; periods come from activated policies; changes can be undone.

ALTER TABLE policy
    ADD COLUMN active_document jsonb,
    ADD COLUMN activation_no bigint NOT NULL DEFAULT 0;

ALTER TABLE period
    ADD COLUMN name_id text NOT NULL DEFAULT '',
    ADD COLUMN name_en text NOT NULL DEFAULT '',
    ADD COLUMN exercise boolean NOT NULL DEFAULT false;

-- What was before each activation and withdrawal, for `strp policy undo`.
CREATE TABLE policy_change (
    change_no bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    at        timestamptz NOT NULL,
    actor     text NOT NULL,
    action    text NOT NULL CHECK (action IN ('policy-activated', 'policy-withdrawn')),
    policy_id text NOT NULL,
    before    jsonb NOT NULL,
    undone_at timestamptz,
    undone_by text
);

-- A withdrawn policy has no time of activation: it shows in the record, or in what was filed.
UPDATE policy p SET active_document = document
WHERE activated_at IS NOT NULL
   OR EXISTS (SELECT FROM audit_event e WHERE e.subject = 'policy:' || p.policy_id
              AND e.action IN ('policy-activated', 'policy-withdrawn'))
   OR EXISTS (SELECT FROM application a WHERE a.policy_id = p.policy_id);

DELETE FROM period q
WHERE NOT EXISTS (SELECT FROM policy p
                  WHERE (p.active_document->'period'->>'number')::smallint = q.period_id)
  AND NOT EXISTS (SELECT FROM application a WHERE a.period_id = q.period_id);

-- A period is as the active policies say that name it; where none is active, as the withdrawn say.
WITH named AS (
    SELECT (active_document->'period'->>'number')::smallint AS period_id,
           active_document->'period'->'name' AS name,
           active_document->'period'->>'from' AS first_day,
           active_document->'period'->>'until' AS last_day,
           coalesce(active_document->>'follows_today', 'false') = 'true' AS exercise,
           activated_at IS NOT NULL AS active
    FROM policy WHERE active_document IS NOT NULL
), chosen AS (
    SELECT n.period_id, bool_or(exercise) AS exercise, bool_or(active) AS active,
           min(name->>'id') AS name_id, min(name->>'en') AS name_en,
           min(first_day) FILTER (WHERE first_day <> 'today') AS first_day,
           max(last_day) FILTER (WHERE last_day <> 'today') AS last_day
    FROM named n
    WHERE active OR NOT EXISTS (SELECT FROM named o WHERE o.period_id = n.period_id AND o.active)
    GROUP BY n.period_id
)
UPDATE period q SET
    name_id = c.name_id, name_en = c.name_en, exercise = c.exercise,
    starts_on = CASE WHEN c.exercise THEN q.starts_on ELSE c.first_day::date END,
    -- An exercise that was withdrawn has ended; one that is active follows today in each process.
    ends_on = CASE
        WHEN NOT c.exercise THEN c.last_day::date
        WHEN c.active THEN q.ends_on
        ELSE greatest(q.starts_on, least(q.ends_on, (now() AT TIME ZONE 'Asia/Jakarta')::date - 1))
    END
FROM chosen c WHERE c.period_id = q.period_id;
