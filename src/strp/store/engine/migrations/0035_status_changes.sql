-- Which serials each version of a status list changed, for a day: processes that know the version
-- before read only those. NULL: so many that the list is read again.
CREATE TABLE status_change (
    list_no    bigint NOT NULL,
    version    bigint NOT NULL,
    changed_at timestamptz NOT NULL,
    serials    bigint[],
    PRIMARY KEY (list_no, version)
);
CREATE INDEX status_change_by_time ON status_change (changed_at);
