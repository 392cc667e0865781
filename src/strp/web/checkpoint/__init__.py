"""Pages for inspectors at a checkpoint."""
