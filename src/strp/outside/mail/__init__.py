"""Mail: SMTP, and a catcher for demo and tests."""
