-- strp: step by step
-- Why a worker is among the samples. Of those drawn so far nobody knows; none of them counts for the
-- error rate. What an officer found of one whom the lot drew stays counted when an employer's
-- correction has the worker looked at again.
ALTER TABLE sample ADD COLUMN IF NOT EXISTS drawn_because text NOT NULL DEFAULT 'unknown',
    ADD COLUMN IF NOT EXISTS lot_checked_at timestamptz,
    ADD COLUMN IF NOT EXISTS lot_outcome text;

CREATE INDEX CONCURRENTLY sample_of_lot ON sample (lot_checked_at) INCLUDE (lot_outcome)
    WHERE lot_checked_at IS NOT NULL;
