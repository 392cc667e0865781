"""Rules of filings: states, ledger, what became of each."""
