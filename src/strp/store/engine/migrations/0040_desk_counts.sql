-- What came to the desk and was decided there. Whoever files or decides adds a row of its own and
-- waits for nobody; a worker process adds them up by steps of ten minutes, once a minute.
CREATE TABLE desk_event (
    at timestamptz NOT NULL,
    applications integer NOT NULL DEFAULT 0,
    workers integer NOT NULL DEFAULT 0,
    decided_applications integer NOT NULL DEFAULT 0,
    decided_workers integer NOT NULL DEFAULT 0,
    late_workers integer NOT NULL DEFAULT 0
);

-- `waiting` is what no officer held when the step was last looked at; NULL: nobody looked.
CREATE TABLE desk_step (
    step_at timestamptz PRIMARY KEY,
    applications integer NOT NULL DEFAULT 0,
    workers integer NOT NULL DEFAULT 0,
    decided_applications integer NOT NULL DEFAULT 0,
    decided_workers integer NOT NULL DEFAULT 0,
    late_workers integer NOT NULL DEFAULT 0,
    waiting integer
);

-- Officers who took or decided something in a step.
CREATE TABLE desk_presence (
    step_at timestamptz NOT NULL,
    officer_id bigint NOT NULL,
    PRIMARY KEY (step_at, officer_id)
);

-- The newest forecast, in one row.
CREATE TABLE desk_forecast (
    is_newest boolean PRIMARY KEY DEFAULT true CHECK (is_newest),
    at timestamptz NOT NULL,
    told jsonb NOT NULL,
    alarmed_at timestamptz
);
