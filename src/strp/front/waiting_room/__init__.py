"""The waiting room's own addresses, answered before anything else."""
