"""Loads policies and regions into a new installation, and starts an exercise if one is wanted."""

from strp.domain.civil_time import civil_day
from strp.domain.errors import NotFound
from strp.domain.people.account import Actor, may_change_rules, not_your_task
from strp.domain.rules.document import Located
from strp.domain.rules.policy import Policy, policy_on
from strp.domain.text import Text
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.rules import policies
from strp.usecases.operation.activate_policy import activate
from strp.usecases.process.system import System
from strp.usecases.rules.documents import policies_folder, save_documents, sound_documents


async def load_reference(system: System, actor: Actor) -> tuple[Policy, ...]:
    """Load regions and policies into an empty database; no policy is in force by that.

    Where `STRP_EXERCISE` asks for an exercise and nothing was ever activated, it is activated: also
    in a database that has policies. One that was withdrawn does not start again by itself.

    Args:
        system: the installation, its database migrated.
        actor: the operator.

    Returns:
        The policies that were loaded; none where there were some before.

    Raises:
        Forbidden: the actor may not change the rules.
        InvalidInput: `policy-mistakes`; nothing is loaded.
        NotFound: `exercise-missing`; an exercise is wanted and no policy follows today.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        empty = not await policies.any_policy(conn)
    documents = sound_documents(policies_folder(system)) if empty else []
    async with system.database.transaction() as conn:
        if documents:
            await save_documents(system, conn, documents)
            await _record_loading(system, conn, actor, documents)
        if system.settings.exercise:
            await _start_exercise(system, conn, actor)
    system.reference.read_at = system.reference.regions = None
    return await list_policies(system) if empty else ()


async def list_policies(system: System) -> tuple[Policy, ...]:
    """Every policy of the database, with its dates of today."""
    today = civil_day(system.clock())
    async with system.database.connection() as conn:
        return tuple(policy_on(policy, today) for policy in await policies.list_policies(conn))


async def _start_exercise(system: System, conn: Connection, actor: Actor) -> None:
    await policies.lock_policies(conn)
    if await policies.ever_activated(conn):
        return
    known = await policies.list_policies(conn)
    exercise = next((policy for policy in known if policy.follows_today), None)
    if exercise is None:
        raise NotFound("exercise-missing", _NO_EXERCISE)
    await activate(system, conn, actor, exercise.policy_id, undoable=False)


async def _record_loading(
    system: System, conn: Connection, actor: Actor, documents: list[tuple[Policy, Located]]
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action="policies-loaded",
        subject="policies",
        detail={"policies": [policy.policy_id for policy, _ in documents]},
    )


_NO_EXERCISE = Text(
    "STRP_EXERCISE meminta latihan, tetapi tidak ada aturan dengan `follows_today: true`.",
    "STRP_EXERCISE asks for an exercise, but no policy says `follows_today: true`.",
)
