"""Rules of employers: the registry's facts, who may act for them, caps, closures."""
