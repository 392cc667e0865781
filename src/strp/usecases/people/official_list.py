"""Officials in bulk: a file adds them, and ends those whom it names no more."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple
from uuid import uuid4

from strp.domain.notices.letters import official_letter
from strp.domain.people.account import (
    AccountId,
    Actor,
    ActorKind,
    Role,
    account_label,
    last_administrator,
    may_manage_accounts,
    not_your_task,
)
from strp.domain.people.official_list import (
    ListChange,
    OfficialLine,
    OfficialProblem,
    change_of,
    list_faulty,
)
from strp.domain.text import Language
from strp.outside.registries.official_list import read_official_list
from strp.store import audit
from strp.store.audit import NewEvent
from strp.store.engine.database import Connection
from strp.store.notices import outbox
from strp.store.people import accounts, listed_officials
from strp.store.people.listed_officials import FoundOfficial, MissingOfficial
from strp.usecases.notices.email_addresses import email_index, seal_email, shown_address
from strp.usecases.notices.send import seal_letter
from strp.usecases.people.end_rights import end_account, forget_keys
from strp.usecases.process.system import System

_WITH_LETTER: Final = frozenset({ListChange.ADDED, ListChange.REOPENED})


class MissingFromList(NamedTuple):
    """An official whom the file names no more, as the administrator sees them."""

    account_id: AccountId
    role: Role
    unit: str | None
    email: str


@dataclass(frozen=True, slots=True, kw_only=True)
class OfficialListResult:
    """What a file changes, or has changed.

    Args:
        lines: how many lines it has.
        changes: how many lines add, reopen, move or change nothing.
        problems: of the lines that change nothing because they are wrong.
        missing: officials whom an earlier file named, and this one does not.
        ended: how many of them were ended.
    """

    lines: int
    changes: dict[ListChange, int]
    problems: Sequence[OfficialProblem]
    missing: Sequence[MissingFromList]
    ended: int = 0


class _Change(NamedTuple):
    line: OfficialLine
    key: bytes
    change: ListChange
    found: FoundOfficial | None


async def preview_official_list(system: System, actor: Actor, data: bytes) -> OfficialListResult:
    """What a file would change; nothing is changed. The look is recorded: it shows addresses.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        data: the file.

    Raises:
        Forbidden: the actor may not manage accounts.
        InvalidInput: the file is refused whole.
    """
    _permit(actor)
    async with system.database.transaction() as conn:
        changes, problems = await _changes(conn, system, data)
        missing = await _missing(conn, system, actor, data)
        detail = {"lines": len(changes) + len(problems), "missing": len(missing)}
        await _record_list(conn, system, actor, "officials-file-seen", detail)
    return _result(changes, problems, missing)


async def import_official_list(
    system: System, actor: Actor, data: bytes, *, end: Collection[AccountId] = ()
) -> OfficialListResult:
    """Add the officials of a file, each told by a letter, and end those who were confirmed.

    Args:
        system: the installation.
        actor: the operator or an administrator.
        data: the file.
        end: accounts that were shown as missing and are to be ended; who is named by the file
            after all, or was ended meanwhile, is left alone.

    Raises:
        Forbidden: the actor may not manage accounts.
        InvalidInput: the file is refused whole.
        Conflict: `officials-faulty`: somebody is to be ended by a file with bad lines;
            `last-administrator`.
    """
    _permit(actor)
    withdrawn: list[bytes] = []
    async with system.database.transaction() as conn:
        changes, problems = await _changes(conn, system, data)
        if end and problems:
            raise list_faulty()
        missing = await _missing(conn, system, actor, data)
        withdrawn += await _apply(conn, system, actor, changes)
        ended = [each for each in missing if each.account_id in set(end)]
        for each in ended:
            withdrawn += await end_account(conn, system, each.account_id, by=actor.label)
        await _keep_an_administrator(conn, actor, ended)
        result = _result(changes, problems, missing, ended=len(ended))
        await audit.record_many(conn, _events(system, actor, ended))
        counts = {change.value: number for change, number in result.changes.items()}
        detail = {**counts, "ended": len(ended), "rejected": len(problems)}
        await _record_list(conn, system, actor, "officials-imported", detail)
    forget_keys(system, withdrawn)
    return result


async def _changes(
    conn: Connection, system: System, data: bytes
) -> tuple[list[_Change], list[OfficialProblem]]:
    """What each line changes, and what is wrong with the others, in the order of the file."""
    lines, problems = read_official_list(data)
    indexes = {line.email: email_index(system, line.email) for line in lines}
    found = await listed_officials.find_by_indexes(conn, list(indexes.values()))
    changes = []
    for line in lines:
        known = found.get(indexes[line.email])
        change = change_of(line, None if known is None else known.known)
        if isinstance(change, OfficialProblem):
            problems.append(change)
        else:
            changes.append(_Change(line, indexes[line.email], change, known))
    return changes, sorted(problems, key=lambda each: each.line)


async def _missing(
    conn: Connection, system: System, actor: Actor, data: bytes
) -> list[MissingFromList]:
    """Who is missing from the file; never the actor, who could not undo it."""
    lines, _ = read_official_list(data)
    indexes = [email_index(system, line.email) for line in lines]
    found = await listed_officials.missing_from(conn, indexes)
    return [_shown(system, each) for each in found if each.account_id != actor.account_id]


def _shown(system: System, each: MissingOfficial) -> MissingFromList:
    return MissingFromList(each.account_id, each.role, each.unit, shown_address(system, each))


async def _apply(
    conn: Connection, system: System, actor: Actor, changes: list[_Change]
) -> list[bytes]:
    now = system.clock()
    withdrawn: list[bytes] = []
    new = [each for each in changes if each.change is ListChange.ADDED]
    rows = [(each.line.role, each.key, seal_email(system, each.line.email)) for each in new]
    numbers = await listed_officials.add_accounts(conn, rows, now)
    for each in changes:
        if each.found is not None:
            numbers[each.key] = each.found.account_id
        if each.change is ListChange.REOPENED:
            withdrawn += await end_account(conn, system, numbers[each.key], by=actor.label)
            await accounts.open_account(conn, numbers[each.key])
    # An address that became a representative's in this very moment is left to the next import.
    there = [each for each in changes if each.key in numbers]
    units = [(numbers[each.key], each.line.unit) for each in there]
    await listed_officials.name_accounts(conn, units, now)
    told = [each for each in there if each.change in _WITH_LETTER]
    await _write_letters(conn, system, [each.line for each in told])
    await audit.record_many(
        conn,
        [
            NewEvent(
                now,
                actor.label,
                f"account-{each.change}",
                account_label(numbers[each.key]),
                {"role": each.line.role, "by": "file"},
            )
            for each in told
        ],
    )
    return withdrawn


async def _write_letters(conn: Connection, system: System, lines: list[OfficialLine]) -> None:
    letters = []
    for line in lines:
        mail_id = uuid4()
        letter = official_letter(
            line.role,
            line.unit,
            system.settings.address,
            with_factor=system.settings.is_second_factor_required,
            language=Language.ID,
        )
        letters.append((mail_id, seal_letter(system, mail_id, line.email, letter)))
    await outbox.add_letters(conn, letters, at=system.clock())


async def _keep_an_administrator(
    conn: Connection, actor: Actor, ended: list[MissingFromList]
) -> None:
    if actor.kind is ActorKind.OPERATOR or all(
        each.role is not Role.ADMINISTRATOR for each in ended
    ):
        return
    if not await accounts.lock_open_administrators(conn):
        raise last_administrator()


def _events(system: System, actor: Actor, ended: list[MissingFromList]) -> list[NewEvent]:
    now = system.clock()
    return [
        NewEvent(now, actor.label, "account-closed", account_label(each.account_id), {"by": "file"})
        for each in ended
    ]


async def _record_list(
    conn: Connection, system: System, actor: Actor, action: str, detail: dict[str, int]
) -> None:
    await audit.record(
        conn, at=system.clock(), actor=actor.label, action=action, subject="accounts", detail=detail
    )


def _result(
    changes: list[_Change],
    problems: list[OfficialProblem],
    missing: list[MissingFromList],
    *,
    ended: int = 0,
) -> OfficialListResult:
    counts = Counter(each.change for each in changes)
    return OfficialListResult(
        lines=len(changes) + len(problems),
        changes={change: counts[change] for change in ListChange},
        problems=problems,
        missing=missing,
        ended=ended,
    )


def _permit(actor: Actor) -> None:
    if not may_manage_accounts(actor):
        raise not_your_task()
