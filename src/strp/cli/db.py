"""`strp db`: the schema of the database."""

import sys

import typer

from strp.cli.installation import open_database, open_system, run
from strp.cli.output import ExitCode, Json, Yes, ask_first, print_json, print_table

group = typer.Typer(no_args_is_help=True, help="Migrate the database, or see where it stands.")


@group.command()
def migrate(yes: Yes = False, json: Json = False) -> None:
    """Apply the migrations that wait; an empty database also gets regions and policies."""
    run(_migrate(yes=yes, json=json))


async def _migrate(*, yes: bool, json: bool) -> None:
    from strp.usecases.operation.database import database_status, migrate_database

    async with open_database(makes=True) as settings:
        found = await database_status(settings.database_url)
        if found.applied and found.pending:  # an empty database has nothing to lose
            ask_first(f"Applies {len(found.pending)} migrations to the database.", yes=yes)
        applied = await migrate_database(settings.database_url)
        loaded, exercise = await load_reference_once()
    if json:
        print_json({"applied": applied, "policies_loaded": loaded, "exercise": exercise})
        return
    print(f"{len(applied)} migrations applied." if applied else "The database is up to date.")
    if loaded:
        print(f"Regions and {len(loaded)} policies loaded: {', '.join(loaded)}.")
    if exercise:
        print(f"An exercise is active: {exercise}. Its certificates count for nothing outside.")
    elif loaded:
        print("No policy is in force: `strp policy activate ID` before anybody can file.")


async def load_reference_once() -> tuple[list[str], str | None]:
    """Load regions and policies into a database that has none, and start the exercise if asked.

    Returns:
        Ids of the policies that were loaded, and of the exercise that is active.
    """
    from strp.domain.people.account import OPERATOR
    from strp.usecases.operation.load_policies import list_policies, load_reference

    async with open_system(makes=True) as system:
        loaded = [policy.policy_id for policy in await load_reference(system, OPERATOR)]
        known = await list_policies(system)
    active = (p.policy_id for p in known if p.follows_today and p.activated_on)
    return loaded, next(active, None)


@group.command()
def status(json: Json = False) -> None:
    """Show which migrations are applied and which wait; exit code 3 where some wait."""
    sys.exit(run(_status(json=json)))


async def _status(*, json: bool) -> ExitCode:
    from strp.usecases.operation.database import database_status

    async with open_database() as settings:
        found = await database_status(settings.database_url)
    applied = [(done.number, done.name, done.applied_at) for done in found.applied]
    waiting = [(migration.number, migration.name, None) for migration in found.pending]
    if json:
        names = ("number", "name", "applied_at")
        print_json(
            {"migrations": [dict(zip(names, row, strict=True)) for row in (*applied, *waiting)]}
        )
    else:
        rows = [(number, name, at or "waits") for number, name, at in (*applied, *waiting)]
        print_table("Migrations", ("number", "name", "applied at"), rows)
    return ExitCode.UNAVAILABLE if waiting else ExitCode.DONE


@group.command()
def distribute(yes: Yes = False, json: Json = False) -> None:
    """Spread the large tables over the nodes of a Citus cluster, by employer."""
    run(_distribute(yes=yes, json=json))


async def _distribute(*, yes: bool, json: bool) -> None:
    from strp.usecases.operation.distribute import distribute_database, plan_distribution

    async with open_database() as settings:
        waiting, placed = await plan_distribution(settings.database_url)
        if waiting:
            named = ", ".join(waiting)
            ask_first(
                f"Moves {len(waiting)} tables to the nodes, with what is in them: {named}. "
                "Stop web and worker processes before; what writes to a table waits.",
                yes=yes,
            )
            await distribute_database(settings.database_url)
    if json:
        print_json({"distributed": list(waiting), "distributed_before": placed})
    elif waiting:
        print(f"{len(waiting)} tables are on the nodes now.")
    else:
        print("The database is distributed already.")
