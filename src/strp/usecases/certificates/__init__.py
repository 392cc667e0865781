"""Certificates are issued, shown, printed, changed, taken back."""
