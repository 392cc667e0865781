"""Rows of accounts, keys, codes and sessions."""
