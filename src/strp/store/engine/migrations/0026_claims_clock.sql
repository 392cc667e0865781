-- By when an officer decides a claim or a dispute; NULL where a release before this one asked.
ALTER TABLE representation ADD COLUMN IF NOT EXISTS due_at timestamptz;
