-- Never used: the number of a bundle is the time, and grows without being kept (`make_bundle`).
ALTER TABLE installation DROP COLUMN IF EXISTS bundle_floor;
