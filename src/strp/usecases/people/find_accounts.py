"""The accounts of officials as an administrator reads them: a page at a time, or searched."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Final, NamedTuple

from strp.domain.people.account import (
    AccountId,
    Actor,
    Role,
    may_manage_accounts,
    not_your_task,
    parse_email,
)
from strp.store import audit
from strp.store.engine.database import Connection
from strp.store.people import accounts, second_factors
from strp.store.people.accounts import Official
from strp.usecases.notices.email_addresses import email_index, shown_address
from strp.usecases.process.system import System

A_PAGE: Final = 50
MOST_FOUND: Final = 100
MOST_OPENED: Final = 20_000
"""Addresses that one search opens: they are sealed, so nothing else can look for a part of one."""
OPENED_AT_ONCE: Final = 250


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownOfficial:
    """An official's account on a page."""

    account_id: AccountId
    role: Role
    email: str
    unit: str | None
    created_at: datetime
    closed_at: datetime | None
    signed_in_at: datetime | None
    has_second_factor: bool


class OfficialsPage(NamedTuple):
    """Some accounts of officials.

    Args:
        officials: they themselves.
        next_after: account to go on after; None at the end.
        looked_at: addresses that a search opened.
    """

    officials: Sequence[ShownOfficial]
    next_after: AccountId | None
    looked_at: int = 0


async def list_officials(
    system: System,
    actor: Actor,
    *,
    role: Role | None = None,
    is_open: bool | None = None,
    after: int = 0,
) -> OfficialsPage:
    """A page of the accounts of officials; the look is recorded, it shows addresses.

    Args:
        system: the installation.
        actor: an administrator.
        role: only accounts of it; None: all.
        is_open: only open, or only closed ones; None: both.
        after: only those behind this account.

    Raises:
        Forbidden: the actor may not manage accounts.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        found = await accounts.page_of_officials(
            conn, role=role, is_open=is_open, after=AccountId(after), limit=A_PAGE + 1
        )
        with_factor = await second_factors.accounts_with_factor(conn)
        await _record(conn, system, actor, len(found[:A_PAGE]))
    shown = [_shown(system, each, with_factor) for each in found[:A_PAGE]]
    return OfficialsPage(shown, shown[-1].account_id if len(found) > A_PAGE else None)


async def search_officials(
    system: System,
    actor: Actor,
    wanted: str,
    *,
    role: Role | None = None,
    is_open: bool | None = None,
) -> OfficialsPage:
    """Officials whose address or unit holds some letters; a whole address is found at once.

    Args:
        system: the installation.
        actor: an administrator.
        wanted: an address, or a part of one, or of a unit's name.
        role: only accounts of it; None: all.
        is_open: only open, or only closed ones; None: both.

    Raises:
        Forbidden: the actor may not manage accounts.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        with_factor = await second_factors.accounts_with_factor(conn)
        whole = await _whole(conn, system, wanted)
        if whole is not None:
            await _record(conn, system, actor, 1)
    if whole is not None:
        return OfficialsPage([_shown(system, whole, with_factor)], None, 1)
    found: list[ShownOfficial] = []
    looked_at, after = 0, AccountId(0)
    letters = wanted.strip().casefold()
    while len(found) < MOST_FOUND and looked_at < MOST_OPENED:
        async with system.database.connection() as conn:
            some = await accounts.page_of_officials(
                conn, role=role, is_open=is_open, after=after, limit=OPENED_AT_ONCE
            )
        for each in some:
            shown = _shown(system, each, with_factor)
            if letters in shown.email.casefold() or letters in (shown.unit or "").casefold():
                found.append(shown)
        looked_at += len(some)
        if len(some) < OPENED_AT_ONCE:
            break
        after = some[-1].account.account_id
        await asyncio.sleep(0)  # others are answered between two sets
    found = found[:MOST_FOUND]
    async with system.database.transaction() as conn:
        await _record(conn, system, actor, len(found))
    return OfficialsPage(found, None, looked_at)


async def _whole(conn: Connection, system: System, wanted: str) -> Official | None:
    address = parse_email(wanted)
    if address is None:
        return None
    return await accounts.find_official(conn, email_index(system, address))


def _shown(system: System, official: Official, with_factor: frozenset[AccountId]) -> ShownOfficial:
    account = official.account
    return ShownOfficial(
        account_id=account.account_id,
        role=account.role,
        email=shown_address(system, account),
        unit=official.unit,
        created_at=account.created_at,
        closed_at=account.disabled_at,
        signed_in_at=official.signed_in_at,
        has_second_factor=account.account_id in with_factor,
    )


def _permit(actor: Actor) -> None:
    if not may_manage_accounts(actor):
        raise not_your_task()


async def _record(conn: Connection, system: System, actor: Actor, shown: int) -> None:
    await audit.record(
        conn,
        at=system.clock(),
        actor=actor.label,
        action="accounts-listed",
        subject="accounts",
        detail={"accounts": shown},
    )
