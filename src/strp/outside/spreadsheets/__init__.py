"""Rosters as files: CSV, spreadsheets, JSON, and the corrections file."""
