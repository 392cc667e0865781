"""The desk, rehearsed with officers who all ask at once."""
