-- Reference data: regions, dated rules, periods, the employer registry.

CREATE TABLE region (
    code text PRIMARY KEY,
    name text NOT NULL
);

-- One row a policy file. The document is the validated file; effective dates decide which of the
-- activated ones applies on a day.
CREATE TABLE policy (
    policy_id      text PRIMARY KEY,
    effective_from date NOT NULL,
    document       jsonb NOT NULL,
    loaded_at      timestamptz NOT NULL,
    activated_at   timestamptz
);

-- The span that certificates are valid for. Prolonging it is one UPDATE of ends_on.
CREATE TABLE period (
    period_id     smallint PRIMARY KEY,
    code          text NOT NULL UNIQUE,
    starts_on     date NOT NULL,
    ends_on       date NOT NULL,
    CHECK (starts_on <= ends_on)
);

CREATE TABLE employer (
    nib                  bigint PRIMARY KEY CHECK (nib BETWEEN 0 AND 9999999999999),
    name                 text NOT NULL,
    kbli                 text[] NOT NULL,
    kbli_edition         smallint NOT NULL,
    kind                 text NOT NULL CHECK (kind IN ('private', 'government')),
    region               text NOT NULL,
    staff_service        integer,
    staff_administration integer,
    email_sealed         bytea,
    import_id            bigint NOT NULL,
    updated_at           timestamptz NOT NULL,
    -- Keyed index of the address: sealing is randomised, this tells whether it changed.
    email_index          bytea
);

-- The ledger of imports: every line of a file is inserted, updated, unchanged or rejected.
CREATE TABLE employer_import (
    import_id   bigint GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    file_name   text NOT NULL,
    file_sha256 bytea NOT NULL,
    rows        integer NOT NULL,
    inserted    integer NOT NULL,
    updated     integer NOT NULL,
    unchanged   integer NOT NULL,
    rejected    integer NOT NULL,
    problems    jsonb NOT NULL,
    imported_at timestamptz NOT NULL,
    CHECK (rows = inserted + updated + unchanged + rejected)
);
