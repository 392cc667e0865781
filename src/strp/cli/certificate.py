"""`strp certificate`: what is done to one certificate after its issue."""

from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json
from strp.domain.certificates.life import Act

group = typer.Typer(no_args_is_help=True, help="Replace, end, suspend or restore one certificate.")
Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="As on the certificate.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the record, no personal data.")]


@group.command()
def replace(serial: Serial, reason: Reason, yes: Yes = False, json: Json = False) -> None:
    """Revoke a lost or leaked certificate and issue a new one to the same worker."""
    what = f"Revokes {serial} as replaced, and asks for a new certificate of the same worker."
    _change(Act.REPLACE, serial, reason, what, yes=yes, json=json)


@group.command()
def end(serial: Serial, reason: Reason, yes: Yes = False, json: Json = False) -> None:
    """End the certificate of a worker who has left; the place under the cap is free again."""
    _change(Act.END, serial, reason, f"Ends {serial} for good.", yes=yes, json=json)


@group.command()
def suspend(serial: Serial, reason: Reason, yes: Yes = False, json: Json = False) -> None:
    """Suspend a certificate until it is restored."""
    _change(Act.SUSPEND, serial, reason, f"Suspends {serial}.", yes=yes, json=json)


@group.command()
def restore(serial: Serial, reason: Reason, yes: Yes = False, json: Json = False) -> None:
    """End a certificate's own suspension; one by a closure ends with the closure."""
    _change(Act.RESTORE, serial, reason, f"Restores {serial}.", yes=yes, json=json)


def _change(act: Act, serial: str, reason: str, what: str, *, yes: bool, json: bool) -> None:
    ask_first(what, yes=yes)
    document = run(_changed(act, serial, reason))
    if json:
        print_json(document)
    else:
        done = "is now" if document["changed"] else "was already"
        print(f"{document['serial']} {done} {document['status']}.")


async def _changed(act: Act, serial: str, reason: str) -> dict[str, object]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.change import change_certificate

    async with open_system() as system:
        changed = await change_certificate(system, OPERATOR, serial, act, reason=reason)
    return changed._asdict()
