"""Starts the exercise in an installation that is for demonstrations, training or rehearsals."""

from strp.domain.account import Actor, may_change_rules, not_your_task
from strp.domain.errors import NotFound
from strp.domain.policy import Policy
from strp.domain.text import Text
from strp.store import policies
from strp.usecases.activate_policy import activate
from strp.usecases.load_policies import list_policies
from strp.usecases.system import System


async def start_exercise(system: System, actor: Actor) -> Policy | None:
    """Activate the exercise where `STRP_EXERCISE` asks for one and nothing was ever activated.

    An exercise that was withdrawn does not start again by itself, nor beside a regulation.

    Args:
        system: the installation, its policies loaded.
        actor: the operator.

    Returns:
        The exercise, or None where none was started.

    Raises:
        Forbidden: the actor may not change the rules.
        NotFound: `exercise-missing`; no policy follows today.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    if not system.settings.exercise:
        return None
    exercise = next((p for p in await list_policies(system) if p.follows_today), None)
    if exercise is None:
        raise NotFound("exercise-missing", _NO_EXERCISE)
    async with system.database.transaction() as conn:
        await policies.lock_policies(conn)
        if await policies.ever_activated(conn):
            return None
        activation = await activate(system, conn, actor, exercise.policy_id, undoable=False)
    system.reference.read_at = None
    return activation.policy


_NO_EXERCISE = Text(
    "STRP_EXERCISE meminta latihan, tetapi tidak ada aturan dengan `follows_today: true`.",
    "STRP_EXERCISE asks for an exercise, but no policy says `follows_today: true`.",
)
