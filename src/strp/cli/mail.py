"""`strp mail`: letters that wait, and those that the mail server refused."""

from typing import Any

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table

group = typer.Typer(no_args_is_help=True, help="See how letters go out; send refused ones again.")


@group.command()
def status(json: Json = False) -> None:
    """Show how many letters wait, for how long, and which ones the mail server refused."""
    queues, refused = run(_status())
    if json:
        names = ("mail_id", "queue", "written_at", "refused_at", "smtp_code")
        print_json(
            {
                "queues": {name: state._asdict() for name, state in queues.items()},
                "refused": [dict(zip(names, row, strict=True)) for row in refused],
            }
        )
        return
    rows = [(n, s.waiting, f"{s.oldest_s:.0f} s", s.refused) for n, s in queues.items()]
    print_table("Letters", ("queue", "waiting", "the oldest", "refused"), rows)
    if refused:
        columns = ("letter", "queue", "written at", "refused at", "SMTP")
        print_table("Refused; `strp mail resend` sends them again", columns, refused)


async def _status() -> tuple[dict[str, Any], list[Any]]:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.notices.watch_letters import queue_states, refused_letters

    async with open_system() as system:
        states = await queue_states(system)
        refused = await refused_letters(system, OPERATOR)
    return {priority.name.lower(): state for priority, state in states.items()}, refused


@group.command()
def resend(yes: Yes = False, json: Json = False) -> None:
    """Send every refused letter again, once the cause of the refusal is fixed."""
    ask_first("Sends every letter again that the mail server refused.", yes=yes)
    count = run(_resend())
    if json:
        print_json({"letters": count})
    else:
        print(f"{count} letters wait to be sent again.")


async def _resend() -> int:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.notices.watch_letters import send_again

    async with open_system() as system:
        return await send_again(system, OPERATOR)
