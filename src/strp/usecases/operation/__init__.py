"""The installation is prepared, measured, checked, and its rules are changed."""
