"""Rules of notices: what is told to whom, and the words of letters."""
