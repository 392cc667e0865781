-- strp: step by step
-- Samples that wait for an officer, the earliest first; and looks at samples, a row a look.
CREATE INDEX CONCURRENTLY sample_waiting ON sample (drawn_at, application_id, row_no)
    WHERE checked_at IS NULL;
