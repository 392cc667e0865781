"""The command line of STRP: `strp COMMAND`, each command in a file of its own.

What a command needs beyond this package is imported when it runs, so that `strp --help` and the
process behind `strp serve` stay small.
"""

import sys

import typer

from strp.cli import (
    account,
    apikey,
    db,
    demo,
    doctor,
    keys,
    policy,
    registry,
    revoke,
    serve,
    submit,
    verify,
    work,
)
from strp.cli.answers import report_error
from strp.domain.errors import StrpError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Issues a city's worker permits in an emergency, and does not hang.",
)
for command in (demo.demo, serve.serve, work.worker, submit.submit, verify.verify, revoke.revoke):
    app.command()(command)
app.command()(doctor.doctor)
app.command(hidden=True)(demo.catch_mail)
for name, group in {
    "db": db.group,
    "policy": policy.group,
    "registry": registry.group,
    "account": account.group,
    "apikey": apikey.group,
    "keys": keys.group,
}.items():
    app.add_typer(group, name=name)


def main() -> None:
    """Run one command; every error of ours becomes one message and an exit code."""
    try:
        app()
    except StrpError as error:
        sys.exit(report_error(error))
