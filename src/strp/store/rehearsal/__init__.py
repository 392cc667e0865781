"""Rows that only rehearsals and benches read."""
