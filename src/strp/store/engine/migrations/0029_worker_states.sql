-- strp: step by step
-- Pages of the few workers of a large application that wait, were refused or returned.
CREATE INDEX CONCURRENTLY worker_not_approved ON worker (nib, application_id, state, row_no)
    WHERE state <> 'approved';
