"""`strp policy`: the dated rules."""

import sys
from typing import TYPE_CHECKING, Annotated

import typer

from strp.cli import policy_files
from strp.cli.installation import open_system, run
from strp.cli.output import Json, Yes, ask_first, print_json, print_table, say
from strp.cli.output import told as shown

if TYPE_CHECKING:
    from strp.domain.screening.standing import Rescreening
    from strp.usecases.operation.activate_policy import Activation, UndoneChange

group = typer.Typer(no_args_is_help=True, help="Check, compare, list and activate policies.")
policy_files.add_to(group)
MOST_TOLD, MOST_SHOWN = 1_000, 20


@group.command("list")
def list_(json: Json = False) -> None:
    """List the policies that are loaded, with their dates of today."""
    run(_list(json=json))


async def _list(*, json: bool) -> None:
    from strp.usecases.operation.load_policies import list_policies

    async with open_system() as system:
        found = await list_policies(system)
    rows = [
        (p.policy_id, p.effective_from, p.effective_until, p.activated_on, say(p.title))
        for p in found
    ]
    if json:
        names = ("policy_id", "effective_from", "effective_until", "activated_on", "title")
        print_json({"policies": [dict(zip(names, row, strict=True)) for row in rows]})
    else:
        print_table("Policies", ("policy", "from", "until", "activated", "title"), rows)


@group.command()
def activate(
    policy_id: Annotated[str, typer.Argument(help="As `strp policy list` shows it.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would change, and change nothing.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Load the policy files anew and activate one of them as its file says."""
    if dry_run or not yes:
        found = run(_preview(policy_id))
        _warn_of_precedence(found)
        if dry_run and json:
            print_json({**found.effects.as_document(), **_touched(found)})
        elif not json:
            _show_effects(found)
        if dry_run:
            return
    ask_first(f"Activates the policy {policy_id} as its file says.", yes=yes)
    activation = run(_activate(policy_id))
    if yes:
        _warn_of_precedence(activation)
    policy = activation.policy
    if json:
        known = {"policy_id": policy.policy_id, "effective_from": policy.effective_from}
        print_json({**known, **activation.effects.as_document()})
        return
    if yes:
        _show_effects(activation)
    print(f"{policy.policy_id} is active; it applies from {policy.effective_from}.")


async def _preview(policy_id: str) -> "Activation":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.operation.activate_policy import preview_activation

    async with open_system() as system:
        return await preview_activation(system, OPERATOR, policy_id)


async def _activate(policy_id: str) -> "Activation":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.operation.activate_policy import activate_policy

    async with open_system() as system:
        return await activate_policy(system, OPERATOR, policy_id)


def _warn_of_precedence(activation: "Activation") -> None:
    """Say, beside the answer, which policy applies where it is not this one alone: nobody would
    look for it."""
    policy, instead, exercise = activation.policy, activation.instead, activation.exercise
    if instead is not None and policy.follows_today:
        print(
            f"The regulation {instead.policy_id} stays in force and certificates stay real: an "
            "exercise applies only where no regulation is in effect. For training use an "
            "installation of its own (`strp demo`).",
            file=sys.stderr,
        )
    elif instead is not None:
        print(
            f"{instead.policy_id} stays in force: it applies from {instead.effective_from}, "
            f"{policy.policy_id} from {policy.effective_from} until "
            f"{policy.effective_until or 'further notice'}.",
            file=sys.stderr,
        )
    if exercise is not None:
        print(
            f"The exercise {exercise} applies no more from {policy.effective_from} on. What it "
            f"issued ends with `strp policy withdraw {exercise}`.",
            file=sys.stderr,
        )


def _show_effects(activation: "Activation") -> None:
    effects, period = activation.effects, activation.policy.period
    rows: list[tuple[object, ...]] = [
        ("certificates prolonged", effects.certificates_prolonged),
        ("certificates ended", effects.certificates_ended),
        ("workers who no longer fit", effects.workers_no_longer_fit),
        ("employers touched", effects.employers),
        ("caps that change", len(effects.caps)),
        ("hours that change", len(effects.hours)),
    ]
    print_table(f"What {activation.policy.policy_id} changes", ("what", "count"), rows)
    changes: list[tuple[object, ...]] = [
        (f"cap {c.sector} {c.site_type}", c.before, c.after) for c in effects.caps
    ]
    changes += [(f"hours {h.what}", h.before, h.after) for h in effects.hours]
    if changes:
        print_table("Caps (percent) and hours", ("what", "before", "after"), changes)
    print(f"Period {period.number} ({period.code}): {period.starts_on} to {period.ends_on}.")
    _show_touched(activation)
    for other in activation.others:
        print(
            f"{other.policy_id} says {other.period.starts_on} to {other.period.ends_on}; "
            "the later activation wins."
        )


def _touched(activation: "Activation") -> dict[str, object]:
    """Whom an activation touches, those with most workers who no longer fit first."""
    touched = activation.touched
    employers = sorted(touched.employers.items(), key=lambda each: (-each[1], each[0]))
    return {
        "unfit": {"then": touched.unfit, "at": touched.suspended_at},
        "touched": [
            {"nib": f"{nib:013d}", "workers_no_longer_fit": count}
            for nib, count in employers[:MOST_TOLD]
        ],
        "touched_left_out": max(0, len(employers) - MOST_TOLD),
    }


def _show_touched(activation: "Activation") -> None:
    told = _touched(activation)
    rows = [tuple(each.values()) for each in told["touched"]][:MOST_SHOWN]  # type: ignore[attr-defined]
    if not rows:
        return
    count = len(activation.touched.employers)
    print_table(f"Employers touched ({len(rows)} of {count})", ("NIB", "no longer fit"), rows)
    match activation.touched.unfit:
        case "run-out":
            print("Certificates of those who no longer fit stand until their period ends.")
        case _:
            print(
                "Certificates of those who no longer fit are suspended from "
                f"{shown(activation.touched.suspended_at)}; a worker process does it, and "
                "`strp policy rescreening` shows how far it is."
            )


@group.command()
def rescreening(json: Json = False) -> None:
    """Show how far what stands is screened again after changes of rules and of the registry."""
    found = run(_rescreenings())
    rows = [
        (
            each.rescreening_id,
            f"{each.cause} {each.subject}",
            each.unfit,
            each.due_at,
            each.employers,
            each.left + each.waiting,
            each.suspended,
            each.restored,
            each.done_at,
        )
        for each in found
    ]
    if json:
        names = ("id", "change", "unfit", "due_at", "employers", "left", "suspended", "restored")
        print_json([dict(zip((*names, "done_at"), row, strict=True)) for row in rows])
    else:
        heads = ("no.", "change", "unfit", "from", "employers", "left", "suspended", "restored")
        print_table("Screened again", (*heads, "done"), rows)


async def _rescreenings() -> "list[Rescreening]":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.certificates.rescreen_standing import list_rescreenings

    async with open_system() as system:
        return await list_rescreenings(system, OPERATOR)


@group.command()
def withdraw(
    policy_id: Annotated[str, typer.Argument(help="As `strp policy list` shows it.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Take back the activation of a policy, such as that of the exercise."""
    ask_first(f"Takes back the activation of {policy_id}; an exercise ends with that.", yes=yes)
    run(_withdraw(policy_id))
    if json:
        print_json({"policy_id": policy_id, "activated_on": None})
    else:
        print(f"{policy_id} is not active any more.")


async def _withdraw(policy_id: str) -> None:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.operation.activate_policy import withdraw_policy

    async with open_system() as system:
        await withdraw_policy(system, OPERATOR, policy_id)


@group.command()
def undo(yes: Yes = False, json: Json = False) -> None:
    """Take back the last activation or withdrawal: policies and periods as they were before."""
    last = None if yes else run(_last_change())
    said = f" ({last.action} {last.policy_id}, {shown(last.at)})" if last else ""
    ask_first(f"Takes back the last change of the rules{said}.", yes=yes)
    undone = run(_undo())
    if json:
        print_json({"undone": undone._asdict()})
    else:
        print(f"{undone.action} of {undone.policy_id} is undone.")


async def _last_change() -> "UndoneChange | None":
    from strp.usecases.operation.activate_policy import last_change

    async with open_system() as system:
        return await last_change(system)


async def _undo() -> "UndoneChange":
    from strp.domain.people.account import OPERATOR
    from strp.usecases.operation.activate_policy import undo_policy_change

    async with open_system() as system:
        return await undo_policy_change(system, OPERATOR)
