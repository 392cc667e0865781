"""Policies as dated data: read, checked, compared."""
