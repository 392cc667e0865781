"""Pages of an employer's representative."""
