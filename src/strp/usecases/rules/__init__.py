"""The rules in force, and what they say to anyone."""
