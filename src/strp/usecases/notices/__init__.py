"""Employers and accounts are told what happened."""
