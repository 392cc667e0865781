-- strp: step by step
-- What was derived from accounts that are closed ends, as it does from now on when one is closed.

-- One scan of a table that has a row a person, not a row a worker.
ALTER TABLE account DROP CONSTRAINT IF EXISTS account_role_check,
    ADD CONSTRAINT account_role_check CHECK (role IN (
    'representative', 'officer', 'supervisor', 'inspector', 'administrator', 'auditor'));

-- Keys are found by who made them when a right ends. The table is small: a few rows an employer.
CREATE INDEX CONCURRENTLY api_key_by_maker ON api_key (created_by) WHERE withdrawn_at IS NULL;

-- strp: repeat until no row changes
UPDATE api_key k SET withdrawn_at = now()
FROM account a
WHERE k.created_by = 'account:' || a.account_id AND a.disabled_at IS NOT NULL
  AND k.withdrawn_at IS NULL;

-- strp: repeat until no row changes
UPDATE representation r SET state = 'refused', reason = NULL, decided_by = 'operator',
    decided_at = now(), active_at = NULL, version = version + 1
FROM account a
WHERE r.account_id = a.account_id AND a.disabled_at IS NOT NULL AND r.state <> 'refused';

-- strp: repeat until no row changes
UPDATE desk d SET officer_id = NULL, lease_until = NULL
FROM account a
WHERE d.officer_id = a.account_id AND a.disabled_at IS NOT NULL;

-- strp: repeat until no row changes
DELETE FROM session s USING account a
WHERE s.account_id = a.account_id AND a.disabled_at IS NOT NULL;

-- strp: repeat until no row changes
DELETE FROM waiting_seat w USING account a
WHERE w.account_id = a.account_id AND a.disabled_at IS NOT NULL;
