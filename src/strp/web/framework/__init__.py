"""What every page shares: language, session, templates, errors."""
