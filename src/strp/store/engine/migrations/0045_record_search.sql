-- strp: step by step
-- An auditor searches the record by who acted and by time; by subject there is an index already.
CREATE INDEX CONCURRENTLY audit_event_by_actor ON audit_event (actor, event_id);
-- Rows come in the order of their time: a few bytes for a thousand of them, and next to no cost.
CREATE INDEX CONCURRENTLY audit_event_by_time ON audit_event USING brin (at);
