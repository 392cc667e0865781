"""What rehearsals and benches do; nothing else may import this."""
