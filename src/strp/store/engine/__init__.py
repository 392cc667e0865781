"""The database itself: connections, COPY, jobs, migrations, distribution."""
