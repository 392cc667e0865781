"""A day's load through a system of its own."""
