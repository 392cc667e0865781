"""People and programs sign in, are known, and leave."""
