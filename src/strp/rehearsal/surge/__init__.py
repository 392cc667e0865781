"""Opening day against a running system, or simulated."""
