-- strp: step by step
-- What time ends is found by an index, so that the worker removes it a batch at a time.
CREATE INDEX CONCURRENTLY waiting_admission_by_age ON waiting_admission (admitted_at);
CREATE INDEX CONCURRENTLY waiting_served_by_age ON waiting_served (minute);
CREATE INDEX CONCURRENTLY waiting_seat_by_age ON waiting_seat (kept_at);
CREATE INDEX CONCURRENTLY mail_by_age ON mail (created_at);
CREATE INDEX CONCURRENTLY mail_by_use ON mail (useful_until);
CREATE INDEX CONCURRENTLY representation_unconfirmed ON representation (claimed_at)
    WHERE state = 'pending_code';
CREATE INDEX CONCURRENTLY waiting_process_by_age ON waiting_process (at);
CREATE INDEX CONCURRENTLY process_loop_by_age ON process_loop (reported_at);
