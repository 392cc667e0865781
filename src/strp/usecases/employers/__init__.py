"""Employers are imported, claimed, closed."""
