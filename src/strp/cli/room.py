"""`strp room`: the waiting room, as an operator sees and steers it."""

from collections.abc import Mapping
from datetime import datetime
from typing import Annotated, Any

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_facts, print_json, told, wrong_use

group = typer.Typer(no_args_is_help=True, help="See and steer the waiting room.")
MODES = ("auto", "on", "off")
STANDS_STILL_AFTER_S = 30.0


@group.command()
def status(json: Json = False) -> None:
    """Show how far the lines are, how many come in, and what the officers keep up with."""
    found = run(_status())
    if json:
        print_json(found)
        return
    print("\n".join(verdict_of_room(found)))
    print()
    print_facts("Waiting room", found)


def verdict_of_room(found: Mapping[str, Any]) -> list[str]:
    """What an operator wants to know first: does the line move, and do the officers keep up?

    Args:
        found: as `show_room` tells it.
    """
    return [_of_line(found), *_of_desk(found)]


def _of_line(found: Mapping[str, Any]) -> str:
    waiting = sum(found["in_line"].values())
    silent_s = found["last_tick_s_ago"]
    if silent_s > STANDS_STILL_AFTER_S:
        return f"The line stands still: nothing moved it for {silent_s:.0f} s. Run `strp serve`."
    if found["opens_at"]:
        opening = told(found["opens_at"])
        return f"An opening is planned: until {opening} nobody new comes in; {waiting} wait."
    if waiting:
        return f"Visitors wait: {waiting} in line, about {found['let_in_per_s']} a second come in."
    if found["active"]:
        return "The waiting room stands before the door, and nobody waits."
    return "Nobody waits: visitors come straight in."


def _of_desk(found: Mapping[str, Any]) -> list[str]:
    if not found["promised_hours"]:
        return ["No policy is in force: nobody can file. `strp policy activate ID`."]
    if found["desk_overdue"]:
        return [f"The desk is late with {found['desk_overdue']} applications: call officers in."]
    if found["desk_waiting"] and not found["desk_may_still_take"]:
        return ["Officers do not keep up: at their pace, what waits will be decided late."]
    return []


async def _status() -> dict[str, Any]:
    from strp.usecases.waiting_room.status import show_room

    async with open_system() as system:
        return await show_room(system)


@group.command()
def mode(
    wanted: Annotated[str, typer.Argument(help="auto: load decides; on; off.")], yes: Yes = False
) -> None:
    """Let load decide whether visitors wait, or decide it. STRP_WAITING_ROOM wins where set."""
    if wanted not in MODES:
        wrong_use(f"The mode is one of: {', '.join(MODES)}.")
    ask_first(f"The waiting room will be set to: {wanted}.", yes=yes)
    run(_mode(wanted))


async def _mode(wanted: str) -> None:
    from strp.usecases.waiting_room.synchronise import set_room_mode

    async with open_system() as system:
        await set_room_mode(system, wanted)


@group.command("open")
def open_(
    at: Annotated[str, typer.Option(help="Opening time, as 2021-07-05T06:00:00+07:00.")],
    json: Json = False,
    yes: Yes = False,
) -> None:
    """Plan an opening: whoever comes before gets a place by lot that anyone can check."""
    try:
        opens_at = datetime.fromisoformat(at)
    except ValueError:
        wrong_use("Write the time as 2021-07-05T06:00:00+07:00.")
    if opens_at.tzinfo is None:
        wrong_use("Write the time with its zone, as in 2021-07-05T06:00:00+07:00.")
    ask_first(f"Until {told(opens_at)} nobody new comes in.", yes=yes)
    promised = run(_open(opens_at))
    if json:
        print_json({"opens_at": opens_at.isoformat(), "commitment": promised})
    else:
        print(f"Publish this now (SHA-256 of the seed): {promised}")


async def _open(opens_at: datetime) -> str:
    import secrets

    from strp.domain.waiting_room.opening_draw import SEED_BYTES
    from strp.usecases.waiting_room.synchronise import schedule_opening

    async with open_system() as system:
        promised = await schedule_opening(system, opens_at, secrets.token_bytes(SEED_BYTES))
    return promised.hex()


@group.command()
def order(url: Annotated[str, typer.Option(help="Of any STRP.")], json: Json = False) -> None:
    """Check the published order and draw, as anyone can: nobody jumped, the promise was kept."""
    found = run(_order(url.rstrip("/")))
    if json:
        print_json(found)
    else:
        print_facts("Order", found)
    raise typer.Exit(0 if not found["jumped"] and found["promise_kept"] is not False else 1)


async def _order(url: str) -> dict[str, Any]:
    from strp.cli.order_log import read_log, read_opening
    from strp.domain.waiting_room.lanes import WAITING_LANES
    from strp.domain.waiting_room.opening_draw import jumped, keeps_commitment

    opening = read_opening(url)
    kept = None
    if opening.get("seed"):
        seed, promised = bytes.fromhex(opening["seed"]), bytes.fromhex(opening["commitment"])
        kept = keeps_commitment(seed, promised)
    logs = {lane.value: read_log(url, lane.value) for lane in WAITING_LANES}
    return {
        "entries": {lane: len(log) for lane, log in logs.items()},
        "jumped": sum(len(jumped(log)) for log in logs.values()),
        "promise_kept": kept,
    }
