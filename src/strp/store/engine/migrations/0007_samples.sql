-- Samples that wait for an officer's look, the earliest drawn first.

CREATE INDEX sample_waiting ON sample (drawn_at, application_id, row_no) WHERE checked_at IS NULL;
