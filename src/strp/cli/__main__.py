"""`python -m strp.cli`: the same as `strp`."""

from strp.cli import main

main()
