"""Rows of applications and their workers."""
