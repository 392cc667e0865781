-- How often an employer was told that a worker of its own may be another's: bounded (screening.py).
ALTER TABLE quota_use ADD COLUMN IF NOT EXISTS claims_told integer NOT NULL DEFAULT 0;
