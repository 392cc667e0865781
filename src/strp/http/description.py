"""Where both doors find the description of the JSON door."""

from typing import Final

DESCRIBE: Final = "describe"
"""Name in the application's state of a function that gives the document; the wiring puts it there.

There is one document, at the contract's address: what the framework would write by itself knows no
errors, no texts and not the calls that the front answers.
"""
