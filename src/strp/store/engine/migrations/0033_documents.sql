-- Certificates of large applications as one PDF or zip, made by the worker and kept for some hours.
-- Unlogged: they can be made again, so they burden neither the log nor a backup, and after a crash
-- of the server both tables are empty.
CREATE UNLOGGED TABLE document (
    document_id    bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nib            bigint NOT NULL,
    application_id bigint NOT NULL,
    form           text NOT NULL CHECK (form IN ('pdf', 'zip')),
    -- Of what it is made from: another one means that certificates have changed since.
    version        text NOT NULL,
    asked_by       text NOT NULL,
    asked_at       timestamptz NOT NULL,
    pages          integer NOT NULL,
    made           integer NOT NULL DEFAULT 0,
    -- Held by the process that makes it; a process that dies gives it back with time.
    held_until     timestamptz,
    failed         text,
    size_bytes     bigint,
    forget_at      timestamptz NOT NULL,
    UNIQUE (nib, application_id, form)
);
CREATE INDEX document_forget ON document (forget_at);

-- Its bytes, sealed, 1 MiB each.
CREATE UNLOGGED TABLE document_chunk (
    document_id bigint NOT NULL REFERENCES document ON DELETE CASCADE,
    chunk_no    integer NOT NULL,
    sealed      bytea NOT NULL,
    PRIMARY KEY (document_id, chunk_no)
);
ALTER TABLE document_chunk ALTER COLUMN sealed SET STORAGE EXTERNAL;
