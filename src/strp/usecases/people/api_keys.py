"""API keys of an employer: made, listed, withdrawn."""

from strp.domain.employers.employer import nib_unknown
from strp.domain.identifiers import Nib, format_nib
from strp.domain.people.account import (
    Actor,
    ActorKind,
    ApiKeyId,
    may_manage_keys,
    not_your_employer,
)
from strp.domain.people.api_key import (
    KEYS_MADE,
    KEYS_PER_EMPLOYER,
    invalid_label,
    keys_too_often,
    no_such_key,
    parse_label,
    too_many_keys,
)
from strp.store import audit
from strp.store.employers import representations
from strp.store.engine.database import Connection
from strp.store.people import api_keys
from strp.store.people.api_keys import ApiKey
from strp.usecases.people.authenticate import token_hash
from strp.usecases.process.own_credentials import new_api_key
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System


async def create_api_key(system: System, actor: Actor, nib: Nib, label: str) -> str:
    """Make a key that files for one employer.

    Args:
        system: the installation.
        actor: a representative of the employer, or the operator.
        nib: employer.
        label: what the employer calls it, 1–60 characters.

    Returns:
        The key's text: shown once, stored nowhere.

    Raises:
        Forbidden: not the actor's employer, or the actor is a key itself.
        NotFound: the registry does not hold the NIB.
        InvalidInput: the label is empty or too long.
        Conflict: the employer has KEYS_PER_EMPLOYER keys.
        TooMany: too many were made today.
    """
    _permit(actor, nib)
    name = parse_label(label)
    if name is None:
        raise invalid_label()
    text = new_api_key(system)
    async with system.database.transaction() as conn:
        if await representations.find_registered(conn, nib) is None:
            raise nib_unknown()
        await _still_permit(conn, actor, nib)
        await _charge(conn, system, actor, nib)
        key_id = await api_keys.add_api_key(
            conn, nib, token_hash(text), label=name, by=actor.label, at=system.clock()
        )
        await _record(conn, system, actor, "api-key-created", nib, key_id)
    return text


async def withdraw_api_key(system: System, actor: Actor, nib: Nib, api_key_id: ApiKeyId) -> None:
    """Withdraw a key: at once in this process, within five seconds in others.

    Args:
        system: the installation.
        actor: a representative of the employer, or the operator.
        nib: employer.
        api_key_id: number of the key.

    Raises:
        Forbidden: not the actor's employer, or the actor is a key itself.
        NotFound: the employer has no such live key.
    """
    _permit(actor, nib)
    async with system.database.transaction() as conn:
        key_hash = await api_keys.withdraw_key(conn, nib, api_key_id, system.clock())
        if key_hash is None:
            raise no_such_key()
        await _record(conn, system, actor, "api-key-withdrawn", nib, api_key_id)
    system.known_keys.forget(key_hash)


async def list_api_keys(system: System, actor: Actor, nib: Nib) -> list[ApiKey]:
    """All keys of an employer, withdrawn ones too, the newest first.

    Args:
        system: the installation.
        actor: a representative of the employer, or the operator.
        nib: employer.

    Raises:
        Forbidden: not the actor's employer, or the actor is a key itself.
    """
    _permit(actor, nib)
    async with system.database.connection() as conn:
        return await api_keys.keys_of_employer(conn, nib)


def _permit(actor: Actor, nib: Nib) -> None:
    if not may_manage_keys(actor, nib):
        raise not_your_employer(nib)


async def _still_permit(conn: Connection, actor: Actor, nib: Nib) -> None:
    """A key is never made by a representation that ended since the request was authenticated."""
    account_id = actor.account_id
    if account_id is not None and not await representations.hold_active(conn, nib, account_id):
        raise not_your_employer(nib)


async def _charge(conn: Connection, system: System, actor: Actor, nib: Nib) -> None:
    """Bound the keys of an employer, those made in a day and those alive; the operator may go on.

    Counted under the lock of the day's count, so that two requests at once count one another.
    """
    if actor.kind is ActorKind.OPERATOR:
        return
    retry_after_s = await count(conn, system, KEYS_MADE, f"keys of {nib}")
    if retry_after_s:
        raise keys_too_often(retry_after_s)
    if await api_keys.count_living(conn, nib) >= KEYS_PER_EMPLOYER:
        raise too_many_keys()


async def _record(
    conn: Connection, system: System, actor: Actor, action: str, nib: Nib, key_id: ApiKeyId
) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action=action,
        subject=f"employer:{format_nib(nib)}",
        detail={"key": key_id},
    )
