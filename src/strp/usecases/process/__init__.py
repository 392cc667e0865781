"""What one process keeps in memory, its clock and its supervised loops."""
