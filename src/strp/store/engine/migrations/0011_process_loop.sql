-- Heartbeats of background loops, as each process reports its own: who watches sees all of them.
CREATE TABLE process_loop (
    process_id   uuid NOT NULL,
    kind         text NOT NULL CHECK (kind IN ('web', 'worker')),
    loop         text NOT NULL,
    succeeded_at timestamptz NOT NULL,
    bound_s      double precision NOT NULL,
    restarts     integer NOT NULL,
    reported_at  timestamptz NOT NULL,
    PRIMARY KEY (process_id, loop)
);
