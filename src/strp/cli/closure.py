"""`strp closure`: employers that the city closes for a time."""

from datetime import datetime
from typing import TYPE_CHECKING, Annotated, Any

import typer

from strp.api.times import rfc3339
from strp.cli.apikey import NibOption, read_nib
from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table, told, wrong_use
from strp.domain.identifiers import Nib, format_nib

if TYPE_CHECKING:
    from strp.domain.employers.closure import Closure

group = typer.Typer(no_args_is_help=True, help="Close employers for a time, and open them again.")


@group.command()
def add(
    nib: NibOption,
    reason: Annotated[str, typer.Option(help="Why, as the employer reads it.")],
    citation: Annotated[str, typer.Option(help="The rule or order that it rests on.")],
    from_: Annotated[
        str, typer.Option("--from", help="Day, or RFC 3339; in Jakarta's time without an offset.")
    ] = "now",
    until: Annotated[str, typer.Option(help="Likewise; a day belongs to the closure.")] = "open",
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Close an employer: no filing, no decision, no certificate, and all it has are SUSPENDED."""
    begins = None if from_ == "now" else _moment(from_, "--from", ends=False)
    ends = None if until == "open" else _moment(until, "--until", ends=True)
    number = read_nib(nib)
    document = run(_add(number, reason, citation, begins, ends, yes=yes))
    if json:
        print_json(document)
    else:
        print(f"Closure {document['closure_id']}: {document['certificates']} certificates.")


async def _add(
    nib: Nib,
    reason: str,
    citation: str,
    begins: datetime | None,
    ends: datetime | None,
    *,
    yes: bool,
) -> dict[str, Any]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.revoke import count_certificates
    from strp.usecases.employers.close import close_employer
    from strp.usecases.rules.current import employer_facts

    async with open_system() as system:
        employer = await employer_facts(system, nib)
        count = await count_certificates(system, nib)
        span = f"from {told(begins) or 'now'} until {told(ends) or 'it is lifted'}"
        ask_first(f"Closes {employer.name} {span}; suspends its {count} certificates.", yes=yes)
        closure = await close_employer(
            system, OPERATOR, nib, reason=reason, citation=citation, from_at=begins, until_at=ends
        )
    return {**_document(closure), "certificates": count}


@group.command()
def lift(
    nib: NibOption,
    reason: Annotated[str, typer.Option(help="Why; kept with the record.")],
    only: Annotated[
        int | None, typer.Option("--closure", help="Only this one; by default all of them.")
    ] = None,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Open an employer again: lift its closures, those still to come too."""
    number = read_nib(nib)
    ask_first(f"Lifts the closures of NIB {format_nib(number)}.", yes=yes)
    lifted = run(_lift(number, reason, only))
    if json:
        print_json({"lifted": [_document(each) for each in lifted]})
    else:
        print(f"{len(lifted)} closures lifted.")


async def _lift(nib: Nib, reason: str, only: int | None) -> "list[Closure]":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.employers.close import open_employer

    async with open_system() as system:
        return list(await open_employer(system, OPERATOR, nib, reason=reason, only=only))


@group.command("list")
def list_(json: Json = False) -> None:
    """List every closure, and whether it is in force."""
    documents = run(_list())
    if json:
        print_json({"closures": documents})
    else:
        columns = ("closure_id", "nib", "state", "from", "until", "reason", "citation")
        print_table("Closures", columns, [[each[name] for name in columns] for each in documents])


async def _list() -> list[dict[str, Any]]:
    from strp.usecases.employers.close import list_closures

    async with open_system() as system:
        now = system.clock()
        found = await list_closures(system)
    return [{**_document(each), "state": _state(each, now)} for each in found]


def _state(closure: "Closure", now: datetime) -> str:
    if closure.lifted_at is not None:
        return "lifted"
    if closure.is_over(now):
        return "over"
    return "in-force" if closure.holds(now) else "to-come"


def _document(closure: "Closure") -> dict[str, Any]:
    times = {"from": closure.from_at, "until": closure.until_at, "lifted_at": closure.lifted_at}
    return {
        "closure_id": closure.closure_id,
        "nib": format_nib(closure.nib),
        "reason": closure.reason,
        "citation": closure.citation,
        **{name: rfc3339(at) for name, at in times.items()},
    }


def _moment(text: str, option: str, *, ends: bool) -> datetime:
    from strp.domain.employers.closure import read_moment

    moment = read_moment(text, ends=ends)
    if moment is None:
        wrong_use(f"{option} is a day (2026-11-30) or RFC 3339 (2026-11-30T12:00:00+07:00).")
    return moment
