-- Employers that a city has closed for a time: nobody files for them, nobody decides or issues, and
-- their certificates read SUSPENDED. Rows are few and stay; an end is a time, or a lift.
CREATE TABLE closure (
    closure_id  bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    nib         bigint NOT NULL,
    reason      text NOT NULL,
    citation    text NOT NULL,
    from_at     timestamptz NOT NULL,
    until_at    timestamptz,
    added_by    text NOT NULL,
    added_at    timestamptz NOT NULL,
    lifted_at   timestamptz,
    lifted_by   text,
    lift_reason text,
    CHECK (until_at > from_at),
    CHECK ((lifted_at IS NULL) = (lifted_by IS NULL)),
    CHECK ((lifted_at IS NULL) = (lift_reason IS NULL))
);
CREATE INDEX closure_by_employer ON closure (nib);
-- Asked at every filing, decision and issue: what is not over by itself.
CREATE INDEX closure_not_lifted ON closure (from_at) WHERE lifted_at IS NULL;
