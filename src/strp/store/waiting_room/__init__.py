"""Rows of the waiting room."""
