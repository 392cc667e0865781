-- strp: step by step
-- An objection whose closure ended meanwhile is over: nothing is left to decide.
ALTER TABLE objection DROP CONSTRAINT IF EXISTS objection_outcome_check,
    ADD CONSTRAINT objection_outcome_check CHECK (outcome IN ('upheld', 'rejected', 'over'));
