-- Sector and caps are one matter of an employer, whether a filing or the NIB names it. The first that
-- is open of each takes its name; others that are open already are decided as they stand.
UPDATE objection o SET thing = o.about || ':' || o.nib || '::'
WHERE o.decided_at IS NULL AND o.about IN ('sector', 'cap')
  AND o.thing <> o.about || ':' || o.nib || '::'
  AND NOT EXISTS (SELECT FROM objection e WHERE e.nib = o.nib AND e.about = o.about
                  AND e.decided_at IS NULL AND e.objection_id < o.objection_id)
  AND NOT EXISTS (SELECT FROM objection e WHERE e.decided_at IS NULL
                  AND e.thing = o.about || ':' || o.nib || '::');
