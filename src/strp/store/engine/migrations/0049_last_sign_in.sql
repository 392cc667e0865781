-- strp: step by step
-- When an official signed in last, for the list that administrators read; sessions are removed.
ALTER TABLE account ADD COLUMN IF NOT EXISTS signed_in_at timestamptz;

-- Officials are some thousands among as many representatives as there are companies.
CREATE INDEX CONCURRENTLY account_official ON account (account_id) WHERE role <> 'representative';
