"""`strp demo`: a whole system with sample data, mail included, on this machine alone."""

import json
import os
from typing import Annotated, Any

import typer

from strp.cli.installation import read_settings, run
from strp.cli.output import print_table
from strp.cli.serve import (
    THIS_COMMAND,
    require_free_port,
    run_first,
    serve_until_stopped,
    web_child,
    worker_children,
)
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.postgres import running_postgres
from strp.outside.machine.processes import Child, StopSignal
from strp.settings import SHIPPED, Settings

SAMPLE_EMPLOYERS = SHIPPED / "samples" / "employers.csv"
OFFICIALS = {
    "officer": "petugas@demo.example",
    "supervisor": "penyelia@demo.example",
    "inspector": "pemeriksa@demo.example",
    "administrator": "admin@demo.example",
    "auditor": "auditor@demo.example",
}
REPRESENTATIVE = "hr@demo.example"
EMPLOYER_NIB = 8120001110001


def demo(
    prepare: Annotated[bool, typer.Option("--prepare", hidden=True)] = False,
) -> None:
    """Start a whole system with sample data on this machine, mail included. Ctrl-C ends it."""
    settings = read_settings()
    if prepare:
        print(json.dumps(run(_prepare())))
        return
    os.environ |= {"STRP_DEMO": "1", "STRP_EXERCISE": "1", "STRP_LOG_FORMAT": "text"}
    require_free_port(settings)
    stop = StopSignal()
    with running_postgres(settings) as url:
        prepared = json.loads(run_first(("demo", "--prepare"), url))
        children = [_mail_child(), *worker_children(settings, url), web_child(settings, url)]
        _show(settings, prepared)
        ready = f"\nSTRP is ready at {settings.address} (Ctrl-C ends it)"
        serve_until_stopped(settings, children, stop, LogLines("text", "serve"), ready)


def catch_mail() -> None:
    """Keep every letter in the inbox of the demo instead of sending it on."""
    run(_catch_mail(read_settings()))


async def _catch_mail(settings: Settings) -> None:
    import asyncio
    import signal

    from strp.outside.mail.catcher import catching_mail
    from strp.outside.mail.smtp import server_options

    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    server = server_options(settings.smtp_url)
    async with catching_mail(settings.data_path / "inbox", server["hostname"], server["port"]):
        await stop.wait()


async def _prepare() -> dict[str, Any]:
    """Bring the demo's data up to date; the second time, there is little to do."""
    from strp.cli.db import load_reference_once
    from strp.cli.installation import open_database, open_system
    from strp.domain.people.account import OPERATOR, Role
    from strp.usecases.employers.import_registry import import_employers
    from strp.usecases.operation.database import migrate_database
    from strp.usecases.people.accounts import add_account

    async with open_database() as settings:
        await migrate_database(settings.database_url)
        await load_reference_once()
        async with open_system() as system:
            done = await import_employers(system, OPERATOR, SAMPLE_EMPLOYERS)
            for role, email in OFFICIALS.items():
                await add_account(system, OPERATOR, Role(role), email)
            await _represent(system)
    return {"employers": done.ledger.rows}


async def _represent(system: Any) -> None:
    """Let the demo's representative act for the demo's employer, as an officer would."""
    from strp.domain.identifiers import Nib
    from strp.domain.people.account import OPERATOR, Actor, ActorKind, RepresentationState, Role
    from strp.domain.text import Language
    from strp.usecases.employers.claim import ask_officer, claim_employer, my_claims
    from strp.usecases.employers.decide_claim import decide_claim
    from strp.usecases.people.accounts import add_account

    account, _ = await add_account(system, OPERATOR, Role.REPRESENTATIVE, REPRESENTATIVE)
    actor = Actor(kind=ActorKind.ACCOUNT, id=account, role=Role.REPRESENTATIVE)
    if await my_claims(system, actor):
        return
    nib = Nib(EMPLOYER_NIB)
    claim = await claim_employer(system, actor, nib, client_block="demo", language=Language.ID)
    if claim.state is RepresentationState.PENDING_CODE:
        await ask_officer(system, actor, nib)
    await decide_claim(system, OPERATOR, nib, account, approve=True)


def _mail_child() -> Child:
    return Child(name="mail catcher", command=(*THIS_COMMAND, "catch-mail"))


def _show(settings: Settings, prepared: dict[str, Any]) -> None:
    pages = {
        "front": "/",
        "check a certificate": "/verify",
        "checkpoint app": "/checkpoint",
        "employer": "/employer",
        "office": "/office",
        "inbox of all letters": "/demo/inbox",
    }
    rows = [(name, settings.address + path) for name, path in pages.items()]
    print_table("Pages", ("page", "address"), rows)
    signs = [("representative", REPRESENTATIVE, f"NIB {EMPLOYER_NIB}")]
    signs += [(role, email, "") for role, email in OFFICIALS.items()]
    print_table("Sign-ins (the code comes to the inbox)", ("role", "e-mail", "for"), signs)
    print("Officials need no second factor here; they may try one at /account/security.")
    print(f"{prepared['employers']} sample employers; data in {settings.data_path}")
