"""The command line of STRP: `strp COMMAND`, each command in a file of its own.

What a command needs beyond this package is imported when it runs, so that `strp --help` and the
process behind `strp serve` stay small.
"""

from strp.cli.program import main

__all__ = ["main"]
