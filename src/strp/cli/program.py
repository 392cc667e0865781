"""Every command by its name, and the one place where an error becomes an exit code."""

import os
import sys
from pathlib import Path
from typing import Annotated

import typer

from strp import __version__
from strp.cli.account import group as account
from strp.cli.apikey import group as apikey
from strp.cli.archive import archive
from strp.cli.backup import backup
from strp.cli.bench import group as bench
from strp.cli.certificate import group as certificate
from strp.cli.check_config import check_config
from strp.cli.closure import group as closure
from strp.cli.db import group as db
from strp.cli.demo import catch_mail, demo
from strp.cli.doctor import doctor
from strp.cli.env_file import option_first, read_env_file
from strp.cli.issuing import resume_issuing, stop_issuing
from strp.cli.keys import group as keys
from strp.cli.mail import group as mail
from strp.cli.os_errors import OF_A_DISK, unusable
from strp.cli.output import LAST_WORDS_OF, last_words_go_into_log, report_error
from strp.cli.policy import group as policy
from strp.cli.registry import group as registry
from strp.cli.rehearse import rehearse
from strp.cli.report import group as report
from strp.cli.restore import restore
from strp.cli.revoke import revoke
from strp.cli.room import group as room
from strp.cli.serve import serve
from strp.cli.submit import submit
from strp.cli.unpack import unpack
from strp.cli.verify import verify
from strp.cli.work import worker
from strp.domain.errors import StrpError

app = typer.Typer(
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    help="Issues a city's worker permits in an emergency, and does not hang.",
)
for command in (
    demo,
    serve,
    worker,
    submit,
    verify,
    revoke,
    doctor,
    check_config,
    rehearse,
    stop_issuing,
    resume_issuing,
    backup,
    restore,
    unpack,
):
    app.command()(command)
app.command(hidden=True)(catch_mail)
app.command(hidden=True)(archive)
app.add_typer(db, name="db")
app.add_typer(policy, name="policy")
app.add_typer(certificate, name="certificate")
app.add_typer(closure, name="closure")
app.add_typer(registry, name="registry")
app.add_typer(account, name="account")
app.add_typer(apikey, name="apikey")
app.add_typer(keys, name="keys")
app.add_typer(mail, name="mail")
app.add_typer(room, name="room")
app.add_typer(report, name="report")
app.add_typer(bench, name="bench")


def _tell_version(wanted: bool) -> None:
    if wanted:
        print(f"strp {__version__}")
        raise typer.Exit


@app.callback()
def every_command(
    env_file: Annotated[
        Path | None,
        typer.Option(
            "--env-file",
            help="Read settings from this file; what the environment holds counts before it.",
        ),
    ] = None,
    version: Annotated[  # noqa: ARG001
        bool,
        typer.Option("--version", is_eager=True, callback=_tell_version, help="Say the release."),
    ] = False,
) -> None:
    """What every command takes."""
    if env_file is not None:
        for name, value in read_env_file(env_file).items():
            if not os.environ.get(name):  # a variable that is empty counts as not set
                os.environ[name] = value


def main() -> None:
    """Run one command; every error of ours becomes one message and an exit code."""
    if role := os.environ.get(LAST_WORDS_OF):
        last_words_go_into_log(role)
    try:
        app(option_first(sys.argv[1:]))
    except StrpError as error:
        sys.exit(report_error(error))
    except OSError as error:
        if error.filename is None and error.errno not in OF_A_DISK:
            raise
        sys.exit(report_error(unusable(error)))
