-- strp: step by step
-- What waits for supervisors, the nearest due time first; few rows.
CREATE INDEX CONCURRENTLY desk_escalated ON desk (due_at, application_id)
    WHERE escalated_at IS NOT NULL;
