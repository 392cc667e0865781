"""Rows of employers: registry, representatives, closures, rulings."""
