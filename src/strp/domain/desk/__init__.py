"""Rules of the desk: what officials may decide, of what, and whose second look it needs."""
