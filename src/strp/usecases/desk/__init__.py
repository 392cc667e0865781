"""Officials take work, look, decide, rule; employers object."""
