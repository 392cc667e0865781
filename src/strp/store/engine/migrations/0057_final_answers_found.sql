-- strp: step by step
-- Whether a returned worker has had the final answer already; few rows.
CREATE INDEX CONCURRENTLY decision_answers ON decision (nib, answers, nik_index)
    WHERE answers IS NOT NULL;
