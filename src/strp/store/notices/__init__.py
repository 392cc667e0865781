"""Rows of notices and letters."""
