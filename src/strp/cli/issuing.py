"""`strp stop-issuing`, `strp resume-issuing`: nothing is signed while something is looked into."""

from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json


def stop_issuing(
    reason: Annotated[
        str, typer.Option(help="Why, as officers read it; no personal data.")
    ] = "dihentikan operator",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Sign no certificate until `strp resume-issuing`; filings and decisions go on."""
    ask_first("Stops issuing: no certificate is signed. Filings and decisions go on.", yes=yes)
    run(_stop(reason))
    _tell("Issuing is stopped. Go on with `strp resume-issuing`.", stopped=True, json=json)


def resume_issuing(yes: Yes = False, json: Json = False) -> None:
    """Sign certificates again, those that waited first."""
    waiting = run(_count())
    ask_first(f"Resumes issuing: {waiting} applications wait for certificates.", yes=yes)
    run(_resume())
    _tell("Issuing goes on.", stopped=False, json=json)


def _tell(sentence: str, *, stopped: bool, json: bool) -> None:
    if json:
        print_json({"issuing_stopped": stopped})
    else:
        print(sentence)


async def _stop(reason: str) -> None:
    from strp.usecases.certificates.stop_issuing import stop_issuing

    async with open_system() as system:
        await stop_issuing(system, reason)


async def _resume() -> None:
    from strp.usecases.certificates.stop_issuing import resume_issuing

    async with open_system() as system:
        await resume_issuing(system)


async def _count() -> int:
    from strp.usecases.certificates.stop_issuing import count_waiting

    async with open_system() as system:
        return await count_waiting(system)
