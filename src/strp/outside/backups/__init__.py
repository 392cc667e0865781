"""Backups as files: dumps, copies of the data folder, the archive of the log, and their keys."""
