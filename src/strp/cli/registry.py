"""`strp registry`: extracts of outside registries."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import ExitCode, Json, Yes, ask_first, print_json, print_table, say, wrong_use

if TYPE_CHECKING:
    from strp.usecases.employers.import_registry import EmployerImport
    from strp.usecases.employers.registry_effects import Reclassified, RegistryEffects

MOST_TOLD, MOST_SHOWN = 1_000, 20
group = typer.Typer(no_args_is_help=True, help="Import registry extracts.")
import_group = typer.Typer(no_args_is_help=True, help="Import an extract.")
group.add_typer(import_group, name="import")


@import_group.command("employers")
def employers(
    file: Annotated[Path, typer.Argument(help="CSV extract of the employer registry.")],
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Count what would change, and change nothing.")
    ] = False,
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Bring the employer registry up to an extract; each of its lines is accounted for.

    Whose class, caps or kind that changes is told before; who waits of them is screened again, and
    what stands as the policy in force says of who fits no more.
    """
    if not file.is_file():
        wrong_use(f"There is no file {file}.")
    if dry_run or not yes:
        code = run(_import(file, json=json and dry_run, quiet=json and not dry_run, dry_run=True))
        if dry_run:
            raise typer.Exit(code)
    ask_first(f"Brings the employer registry up to {file.name}.", yes=yes)
    raise typer.Exit(run(_import(file, json=json)))


async def _import(
    file: Path, *, json: bool, quiet: bool = False, dry_run: bool = False
) -> ExitCode:
    from strp.domain.people.account import OPERATOR
    from strp.usecases.employers.import_registry import import_employers, preview_import

    async with open_system() as system:
        do = preview_import if dry_run else import_employers
        done = await do(system, OPERATOR, file)
    if not quiet:
        _show(done, json=json)
    ledger = done.ledger
    return ExitCode.REFUSED if ledger.rejected == ledger.rows else ExitCode.DONE


def _show(done: "EmployerImport", *, json: bool) -> None:
    ledger = done.ledger._asdict()
    problems = [(each.line, each.column, each.code, say(each.detail)) for each in done.problems]
    if json:
        names = ("line", "column", "code", "detail")
        print_json(
            {
                "ledger": ledger,
                "problems": [dict(zip(names, row, strict=True)) for row in problems],
                **_effects(done.effects),
            }
        )
    else:
        print_table("Lines", list(ledger), [list(ledger.values())])
        if problems:
            print_table("Problems", ("line", "column", "code", "how to fix it"), problems)
    if done.problems_left_out and not json:
        print(f"{done.problems_left_out} more problems are not shown.")
    if not json:
        _show_effects(done.effects)


def _effects(effects: "RegistryEffects") -> dict[str, object]:
    """Whom an extract touches, those with most workers who no longer fit first."""
    found = effects.reclassified
    return {
        "reclassified": [_told(each) for each in found[:MOST_TOLD]],
        "reclassified_left_out": max(0, len(found) - MOST_TOLD),
        "absent": {"employers": effects.absent, "with_workers": effects.absent_with_workers},
        "unfit": {"then": effects.unfit, "at": effects.suspended_at},
    }


def _told(each: "Reclassified") -> dict[str, object]:
    return {
        "nib": f"{each.nib:013d}",
        "sector": {"before": each.sector_before, "after": each.sector_after},
        "places": {
            "before": each.places_before._asdict(),
            "after": each.places_after._asdict(),
        },
        "workers": each.workers,
        "workers_no_longer_fit": each.no_longer_fit,
    }


def _show_effects(effects: "RegistryEffects") -> None:
    found = effects.reclassified
    if found:
        rows = [
            (
                f"{each.nib:013d}",
                f"{each.sector_before} > {each.sector_after}",
                f"{_places(each.places_before)} > {_places(each.places_after)}",
                each.workers,
                each.no_longer_fit,
            )
            for each in found[:MOST_SHOWN]
        ]
        heads = ("NIB", "sector", "places", "workers", "no longer fit")
        print_table(f"Class or caps that change ({len(rows)} of {len(found)})", heads, rows)
    if effects.absent:
        print(
            f"{effects.absent} employers are not in this extract and stay as they are; "
            f"{effects.absent_with_workers} of them have workers let in or waiting."
        )


def _places(places: tuple[int | None, int | None]) -> str:
    """Most workers by site type, service first."""
    return "/".join("any" if each is None else str(each) for each in places)
