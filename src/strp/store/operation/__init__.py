"""Rows that operation needs: books, expiry, heartbeats."""
