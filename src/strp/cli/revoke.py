"""`strp revoke`: take certificates back."""

from typing import Annotated

import typer

from strp.cli.apikey import read_nib
from strp.cli.certificate import OfPeriod, OfSector, change_group
from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, wrong_use
from strp.domain.certificates.life import Act
from strp.domain.identifiers import Nib


def revoke(
    serials: Annotated[list[str] | None, typer.Argument(help="As on the certificates.")] = None,
    nib: Annotated[str | None, typer.Option(help="All certificates of this employer.")] = None,
    sector: OfSector = None,
    period: OfPeriod = None,
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")] = "",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take certificates back: by serial, of an employer, a sector or a period, within seconds."""
    if bool(serials) == bool(nib or sector or period):
        wrong_use("Name serials, or an employer with --nib, a --sector or a --period.")
    if not reason.strip():
        wrong_use("Say why: --reason TEXT, without personal data.")
    if sector or period:
        run(change_group(Act.REVOKE, nib, sector, period, reason, yes=yes, json=json))
        return
    run(_revoke(serials or [], read_nib(nib) if nib else None, reason, yes=yes, json=json))


async def _revoke(
    serials: list[str], nib: Nib | None, reason: str, *, yes: bool, json: bool
) -> None:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.revoke import (
        count_certificates,
        revoke_employer,
        revoke_serials,
    )

    async with open_system() as system:
        count = await count_certificates(system, nib) if nib is not None else len(serials)
        ask_first(f"Takes back {count} certificates.", yes=yes)
        if nib is not None:
            done = await revoke_employer(system, OPERATOR, nib, reason=reason)
        else:
            done = await revoke_serials(system, OPERATOR, serials, reason=reason)
    if json:
        print_json(done._asdict())
    else:
        print(f"{done.revoked} certificates taken back; {done.already} had been before.")
