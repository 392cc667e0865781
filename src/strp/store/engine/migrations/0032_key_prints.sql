-- Fingerprints of the keys that seal, find and sign what is in this database; never the keys. Where
-- they differ from the keys at hand, nothing starts.
CREATE TABLE key_print (
    name    text PRIMARY KEY,
    print   bytea NOT NULL,
    kept_at timestamptz NOT NULL DEFAULT now()
);
