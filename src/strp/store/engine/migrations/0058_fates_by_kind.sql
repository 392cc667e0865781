-- strp: step by step
-- How many certificates of an application are suspended, revoked or ended, without a look at each.
CREATE INDEX CONCURRENTLY revocation_by_kind ON revocation (nib, application_id, kind);
