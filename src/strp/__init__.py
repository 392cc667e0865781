"""STRP: issues a city's worker permits in an emergency, and does not hang."""

__version__ = "0.2.0"
