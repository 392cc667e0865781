"""`strp certificate`: what is done to certificates after their issue, to one or to many."""

from typing import Annotated, Any

import typer

from strp.cli.apikey import read_nib
from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table, wrong_use
from strp.domain.certificates.life import Act
from strp.domain.desk.reasons import HOST_LAPSED

group = typer.Typer(no_args_is_help=True, help="Replace, end, suspend or restore certificates.")
Serial = Annotated[str, typer.Argument(metavar="SERIAL", help="As on the certificate.")]
Reason = Annotated[str, typer.Option(help="Why; kept with the record, no personal data.")]
OptionalSerial = Annotated[
    str | None, typer.Argument(metavar="[SERIAL]", help="As on the certificate.")
]
OfNib = Annotated[str | None, typer.Option("--nib", help="All of this employer.")]
OfSector = Annotated[str | None, typer.Option("--sector", help="All of this sector, such as K-c.")]
OfPeriod = Annotated[
    str | None, typer.Option("--period", help="All of this period, by its code or number.")
]


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
def suspend(
    reason: Reason,
    serial: OptionalSerial = None,
    nib: OfNib = None,
    sector: OfSector = None,
    period: OfPeriod = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Suspend a certificate, or all of an employer, a sector or a period, until restored."""
    named = bool(nib or sector or period)
    if (serial is None) != named:
        wrong_use("Name a serial, or an employer, a sector or a period.")
    if serial is not None:
        _change(Act.SUSPEND, serial, reason, f"Suspends {serial}.", yes=yes, json=json)
    else:
        run(change_group(Act.SUSPEND, nib, sector, period, reason, yes=yes, json=json))


@group.command()
def restore(
    reason: Reason,
    serial: OptionalSerial = None,
    act: Annotated[
        int | None, typer.Option(metavar="NUMBER", help="All that this act suspended.")
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """End a certificate's own suspension, or all of one act; closures end with themselves."""
    if (serial is None) == (act is None):
        wrong_use("Name a serial, or an act with --act (`strp certificate acts` lists them).")
    if serial is not None:
        _change(Act.RESTORE, serial, reason, f"Restores {serial}.", yes=yes, json=json)
    elif act is not None:
        run(_restore_act(act, reason, yes=yes, json=json))


@group.command()
def acts(json: Json = False) -> None:
    """List what was done to many certificates at once, the newest first."""
    rows = run(_acts())
    if json:
        print_json({"acts": rows})
    else:
        names = ("act_id", "act", "nib", "sector", "period_id", "certificates", "at", "undone_at")
        print_table("Acts", names, [[row[name] for name in names] for row in rows])


def _change(act: Act, serial: str, reason: str, what: str, *, yes: bool, json: bool) -> None:
    ask_first(what, yes=yes)
    document = run(_changed(act, serial, reason))
    if json:
        print_json(document)
    else:
        print(told(act, document))


def told(act: Act, changed: dict[str, Any]) -> str:
    """What an act came to; restored during a closure is not valid yet.

    Args:
        act: that was asked for.
        changed: what `change_certificate` made of it, as it is printed by --json.
    """
    serial = changed["serial"]
    if act is not Act.RESTORE or changed["because"] is None:
        done = "is now" if changed["changed"] else "was already"
        return f"{serial} {done} {changed['status']}."
    own = "is over" if changed["changed"] else "was over already"
    if changed["because"] == HOST_LAPSED:
        why = "until the host at whose site the worker is lets it in again"
    else:
        why = f"while its employer is closed ({changed['because']})"
    return f"The own suspension of {serial} {own}; it stays suspended {why}."


async def _changed(act: Act, serial: str, reason: str) -> dict[str, Any]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.change import change_certificate

    async with open_system() as system:
        changed = await change_certificate(system, OPERATOR, serial, act, reason=reason)
    return changed._asdict()


async def change_group(
    act: Act,
    nib: str | None,
    sector: str | None,
    period: str | None,
    reason: str,
    *,
    yes: bool,
    json: bool,
) -> None:
    """Say how many certificates an act touches, and do it where somebody agrees.

    Args:
        act: suspend or revoke.
        nib: as typed, or None; one of `nib`, `sector` and `period` is given.
        sector: code of a sector, or None.
        period: name of a period, or None.
        reason: kept with the record; no personal data.
        yes: whether nobody is asked first.
        json: whether the answer is one JSON document.
    """
    from strp.domain.certificates.scope import Scope
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.change_many import change_many, preview_many, touched_by
    from strp.usecases.rules.current import period_named

    async with open_system() as system:
        scope = Scope(
            nib=read_nib(nib) if nib else None,
            sector=sector,
            period=await period_named(system, period) if period else None,
        )
        found = await preview_many(system, OPERATOR, scope)
        verb = "Suspends" if act is Act.SUSPEND else "Takes back"
        ask_first(
            f"{verb} {touched_by(act, found)} certificates of {found.employers} employers.", yes=yes
        )
        done = await change_many(system, OPERATOR, act, scope, reason=reason)
    if json:
        print_json(done._asdict())
        return
    print(f"{done.certificates} certificates changed by act {done.act_id}.")
    if act is Act.SUSPEND:
        print(f"To undo it: strp certificate restore --act {done.act_id} --reason TEXT")


async def _restore_act(act_id: int, reason: str, *, yes: bool, json: bool) -> None:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.change_many import preview_undo, undo_many

    async with open_system() as system:
        count = await preview_undo(system, OPERATOR, act_id)
        ask_first(f"Restores {count} certificates that act {act_id} suspends.", yes=yes)
        undone = await undo_many(system, OPERATOR, act_id, reason=reason)
    if json:
        print_json({**undone._asdict(), "restored": count})
    else:
        print(f"{count} certificates restored.")


async def _acts() -> list[dict[str, Any]]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.change_many import list_group_acts

    async with open_system() as system:
        return [act._asdict() for act in await list_group_acts(system, OPERATOR)]
