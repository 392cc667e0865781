"""Rows of the desk: leases, decisions, samples, objections, evidence."""
