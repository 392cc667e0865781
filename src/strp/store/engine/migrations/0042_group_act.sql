-- What was done to all certificates of an employer, a sector or a period in one act. A suspension is
-- undone by its number: what was suspended for another reason, or revoked since, stays so.
CREATE TABLE group_act (
    act_id       bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    act          text NOT NULL CHECK (act IN ('suspend', 'revoke')),
    nib          bigint,
    sector       text,
    period_id    smallint,
    reason       text NOT NULL,
    actor        text NOT NULL,
    at           timestamptz NOT NULL,
    certificates integer NOT NULL DEFAULT 0,
    done_at      timestamptz,
    undone_at    timestamptz,
    undone_by    text,
    undo_reason  text,
    CHECK (nib IS NOT NULL OR sector IS NOT NULL OR period_id IS NOT NULL),
    CHECK ((undone_at IS NULL) = (undone_by IS NULL))
);
ALTER TABLE revocation ADD COLUMN act_id bigint;
