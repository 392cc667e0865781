"""Rules of screening: what the policy says of an employer and of a worker."""
