"""Loads policies and regions from their files; a policy counts only once it is activated."""

from pathlib import Path

from strp.domain.account import Actor, may_change_rules, not_your_task
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.policy import Policy, policy_on
from strp.domain.policy_document import Located, PolicyMistake, Unsound, plain
from strp.domain.policy_reading import read_policies
from strp.domain.sla import civil_day
from strp.domain.text import Text
from strp.outside.policy_files import read_policy_documents, shipped_policies
from strp.outside.region_files import read_regions
from strp.store import audit, policies, regions
from strp.store.database import Connection
from strp.usecases.system import System


def policies_folder(system: System) -> Path:
    """Folder of the policy files: the operator's, or those shipped."""
    given = system.settings.policies_dir
    return Path(given) if given else shipped_policies()


def check_policies(folder: Path) -> tuple[Policy, ...] | Unsound:
    """Read every policy file of a folder and change nothing.

    Returns:
        The policies, or every mistake of every file.
    """
    documents = read_policy_documents(folder)
    return documents if isinstance(documents, Unsound) else read_policies(documents)


async def load_reference(system: System, actor: Actor) -> tuple[Policy, ...]:
    """Load regions and policies into an empty database, which activates none of them.

    Args:
        system: the installation, its database migrated.
        actor: the operator.

    Returns:
        The policies, or none where there were some before.

    Raises:
        Forbidden: the actor may not change the rules.
        InvalidInput: `policy-mistakes`; nothing is loaded.
    """
    if not may_change_rules(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        if await policies.any_policy(conn):
            return ()
    documents = sound_documents(policies_folder(system))
    async with system.database.transaction() as conn:
        await save_documents(system, conn, documents)
        await _record_loading(system, conn, actor, documents)
    system.reference.read_at = system.reference.regions = None
    return await list_policies(system)


async def list_policies(system: System) -> tuple[Policy, ...]:
    """Every policy of the database, with its dates of today."""
    async with system.database.connection() as conn:
        return await _as_of_today(system, conn)


def sound_documents(folder: Path) -> list[tuple[Policy, Located]]:
    """The policies of a folder, each with its document.

    Raises:
        InvalidInput: `policy-mistakes`.
    """
    documents = read_policy_documents(folder)
    if isinstance(documents, Unsound):
        raise _policy_mistakes(documents)
    found = read_policies(documents)
    if isinstance(found, Unsound):
        raise _policy_mistakes(found)
    return list(zip(found, documents, strict=True))


async def save_documents(
    system: System, conn: Connection, documents: list[tuple[Policy, Located]]
) -> None:
    """Save regions, and policies under their ids; what is active stays as it was activated."""
    now = system.clock()
    await regions.save_regions(conn, read_regions(_regions_folder(policies_folder(system))))
    for policy, document in documents:
        first_day = policy_on(policy, civil_day(now)).effective_from
        await policies.save_policy(conn, policy.policy_id, first_day, plain(document), now)


async def _as_of_today(system: System, conn: Connection) -> tuple[Policy, ...]:
    today = civil_day(system.clock())
    return tuple(policy_on(policy, today) for policy in await policies.list_policies(conn))


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


def _regions_folder(folder: Path) -> Path:
    own = folder / "regions"
    return own if own.is_dir() else shipped_policies() / "regions"


def _policy_mistakes(unsound: Unsound) -> InvalidInput:
    fields = [
        FieldError(_place(mistake), "policy-mistake", mistake.text) for mistake in unsound.mistakes
    ]
    count = len(fields)
    return InvalidInput(
        "policy-mistakes",
        Text(
            f"Berkas aturan memuat {count} kesalahan; tidak ada yang dimuat.",
            f"The policy files hold {count} mistakes; nothing was loaded.",
        ),
        fields=fields,
    )


def _place(mistake: PolicyMistake) -> str:
    return f"{mistake.file}:{mistake.line} {mistake.field}"
