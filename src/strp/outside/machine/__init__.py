"""The machine: disks, processes, logs, the bundled PostgreSQL."""
