"""Rules of accounts, API keys and signing in."""
