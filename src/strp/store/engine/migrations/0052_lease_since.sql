-- Since when an officer holds an application: a lease whose end moves with each sign of the page
-- does not tell.
ALTER TABLE desk ADD COLUMN IF NOT EXISTS leased_at timestamptz;
