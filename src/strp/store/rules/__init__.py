"""Rows of policies, periods and regions."""
