-- Evidence of employers: the pages that were drawn of what they sent, never what they sent.

CREATE TABLE evidence (
    evidence_id     bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nib             bigint NOT NULL,
    period_id       smallint NOT NULL,
    kind            text NOT NULL,
    sector          text NOT NULL,
    state           text NOT NULL CHECK (state IN
                    ('uploaded', 'being_read', 'proposed', 'accepted', 'refused', 'replaced')),
    pages           smallint NOT NULL CHECK (pages BETWEEN 1 AND 20),
    size_bytes      integer NOT NULL CHECK (size_bytes BETWEEN 1 AND 1000000),
    -- Keyed hash of the file; tells a repeated request from another one.
    digest          bytea NOT NULL,
    idempotency_key text,
    attached_by     text NOT NULL,
    attached_at     timestamptz NOT NULL,
    read_at         timestamptz,
    decided_by      text,
    decided_at      timestamptz,
    reason          text,
    until_on        date,
    ruling_id       bigint,
    forget_at       timestamptz NOT NULL
);
CREATE INDEX evidence_by_employer ON evidence (nib, evidence_id);
-- One of a kind is open: asked at each filing too.
CREATE UNIQUE INDEX evidence_open ON evidence (nib, period_id, kind)
    WHERE state IN ('uploaded', 'being_read', 'proposed', 'accepted');
CREATE UNIQUE INDEX evidence_key ON evidence (nib, idempotency_key)
    WHERE idempotency_key IS NOT NULL;
CREATE INDEX evidence_waiting ON evidence (attached_at) WHERE state IN ('uploaded', 'being_read');
CREATE INDEX evidence_forget ON evidence (forget_at);

-- Pictures of pages, sealed, in pieces of at most 128 KiB.
CREATE TABLE evidence_chunk (
    evidence_id bigint NOT NULL REFERENCES evidence ON DELETE CASCADE,
    page_no     smallint NOT NULL,
    chunk_no    smallint NOT NULL,
    sealed      bytea NOT NULL CHECK (octet_length(sealed) <= 131200),
    PRIMARY KEY (evidence_id, page_no, chunk_no)
);

-- Files sent a civil day in Jakarta, by employer and by account.
CREATE TABLE evidence_attempt (
    asker    text NOT NULL,
    on_day   date NOT NULL,
    attempts integer NOT NULL,
    until_at timestamptz NOT NULL,
    PRIMARY KEY (asker, on_day)
);
CREATE INDEX evidence_attempt_until ON evidence_attempt (until_at);
