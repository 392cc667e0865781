"""Rules of rosters: columns, cells, rows, and how to mend what is wrong."""
