-- A ruling can be withdrawn: who did it, when and why; and no proposal outlives its worker's wait.
ALTER TABLE ruling
    ADD COLUMN withdrawn_by text,
    ADD COLUMN withdrawn_at timestamptz,
    ADD COLUMN withdrawn_why text;
ALTER TABLE ruling DROP CONSTRAINT ruling_state_check;
ALTER TABLE ruling ADD CONSTRAINT ruling_state_check
    CHECK (state IN ('proposed', 'in_force', 'replaced', 'declined', 'withdrawn')) NOT VALID;
ALTER TABLE ruling VALIDATE CONSTRAINT ruling_state_check;

DELETE FROM proposal p
WHERE NOT EXISTS (SELECT FROM worker w
                  WHERE w.nib = p.nib AND w.application_id = p.application_id
                    AND w.row_no = p.row_no AND w.state = 'pending');
