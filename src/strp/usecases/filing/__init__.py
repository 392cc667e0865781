"""Rosters are filed, followed, corrected, withdrawn."""
