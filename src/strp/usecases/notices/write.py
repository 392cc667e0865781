"""Writing letters: the worker turns notices into letters, each in one transaction with its removal.

A notice becomes one letter for each account that acts for the employer and wants it now; the others
get a line in the letter of the next morning, or nothing.
"""

import asyncio
import time
from collections.abc import Mapping, Sequence
from typing import Final
from uuid import UUID, uuid4

import structlog

from strp.domain.certificates.certificate import last_minute
from strp.domain.civil_time import civil_day
from strp.domain.filing.application import Application
from strp.domain.identifiers import Nib, PeriodId
from strp.domain.notices.letters import Letter
from strp.domain.notices.notice import (
    Delivery,
    Notice,
    NoticeKind,
    RulesChange,
    last_digest_at,
    usual_delivery,
)
from strp.domain.notices.notice_letters import Told, digest_letter, notice_letter
from strp.domain.people.account import AccountId
from strp.domain.rules.policy import Period, periods_today, policy_in_force
from strp.store.engine.database import Connection
from strp.store.filing.engagements import employer_names
from strp.store.notices import notices as store
from strp.store.notices.notices import Reader, StoredNotice
from strp.store.notices.outbox import add_letters
from strp.store.rules import policies
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import seal_letter
from strp.usecases.process.system import System

log = structlog.get_logger()

SET: Final = 200
LOOK_EVERY_S: Final = 1.0
# Writing rests four times as long as it worked, so that filing does not feel a long queue of it.
REST: Final = 4
DIGEST_LINES: Final = 500
DIGEST_EVERY_S: Final = 60.0
WITHIN_S: Final = 60.0
BOUND_S: Final = 300.0


async def write_forever(system: System) -> None:
    """Write letters and digests until cancelled."""
    bounds = {"within_s": WITHIN_S, "bound_s": BOUND_S}
    pause = _Pause()

    async def turn() -> None:
        began = time.monotonic()
        found = await write_letters(system)
        pause.s = REST * (time.monotonic() - began) if found == SET else LOOK_EVERY_S

    every = system.loops.every
    async with asyncio.TaskGroup() as group:
        group.create_task(every("mail-notices", turn, lambda: pause.s, **bounds))
        digests = every("mail-digests", lambda: write_digests(system), _digest_pause, **bounds)
        group.create_task(digests)


class _Pause:
    """How long writing rests now."""

    s: float = LOOK_EVERY_S


def _digest_pause() -> float:
    return DIGEST_EVERY_S


async def write_letters(system: System) -> int:
    """Turn a set of notices into letters.

    Returns:
        Number of notices; fewer than a set where no more wait.
    """
    async with system.database.transaction() as conn:
        taken = await store.take_notices(conn, SET)
        if taken:
            await _write(system, conn, taken)
    return len(taken)


async def write_digests(system: System) -> int:
    """Write the letters of the day to those who have lines from before the last morning.

    Returns:
        Number of letters.
    """
    until = last_digest_at(system.clock())
    written = 0
    while True:
        async with system.database.transaction() as conn:
            taken = await store.take_lines(conn, until, DIGEST_LINES)
            if not taken:
                return written
            written += await _write_digests(system, conn, taken)


async def _write(system: System, conn: Connection, taken: Sequence[StoredNotice]) -> None:
    readers = await store.readers_of(conn, sorted({each.notice.nib for each in taken}))
    accounts = sorted({reader.account_id for reader in readers})
    choices = await store.choices_of(conn, accounts)
    today = civil_day(system.clock())
    day = await store.letters_of_day(conn, accounts, today)
    had = dict(day.sent)
    facts = await _facts(system, conn, taken)
    letters: list[tuple[UUID, bytes]] = []
    lines: list[tuple[AccountId, StoredNotice]] = []
    for reader, each in _pairs(readers, taken):
        told = facts.told(each, reader)
        if told is None:
            continue
        kind = each.notice.kind
        match choices.get((reader.account_id, kind), usual_delivery(kind)):
            case Delivery.NOW if day.allow(reader.account_id):
                letter = notice_letter(told, system.settings.address, reader.language)
                letters += _sealed(system, reader, letter)
            case Delivery.NOW | Delivery.DAILY:
                lines.append((reader.account_id, each))
            case Delivery.NEVER:
                pass
    await _save(system, conn, letters)
    await store.add_lines(conn, lines)
    await store.count_letters(conn, _more(day.sent, had), today)


def _more(sent: dict[AccountId, int], had: dict[AccountId, int]) -> dict[AccountId, int]:
    """What was added to what accounts had."""
    return {each: n - had.get(each, 0) for each, n in sent.items() if n > had.get(each, 0)}


def _pairs(
    readers: Sequence[Reader], taken: Sequence[StoredNotice]
) -> Sequence[tuple[Reader, StoredNotice]]:
    by_employer: dict[int, list[Reader]] = {}
    for reader in readers:
        by_employer.setdefault(reader.nib, []).append(reader)
    return [
        (reader, each)
        for each in taken
        for reader in by_employer.get(each.notice.nib, ())
        if each.notice.account_id in (None, reader.account_id)
    ]


class _Facts:
    """What letters say beside their notices.

    Args:
        applications: by number.
        periods: as they stand today: which are exercises, and what they last.
        in_exercise: whether what is about no filing and no period happens in one now.
        names: of other employers that notices are about.
    """

    def __init__(
        self,
        system: System,
        applications: dict[int, Application],
        periods: Sequence[Period],
        *,
        in_exercise: bool,
        names: Mapping[Nib, str],
    ) -> None:
        self._names = names
        self._write = system.keys.receipts.write
        self._applications = applications
        self._periods = {each.number: each for each in periods}
        self._in_exercise = in_exercise

    def told(self, each: StoredNotice, reader: Reader) -> Told | None:
        """What is told to a reader; None where it is not for them, or holds no more.

        Letters of an exercise go only to those who signed in themselves.
        """
        number = each.notice.application_id
        application = None if number is None else self._applications.get(number)
        if (number is not None and application is None) or not self._holds(each.notice):
            return None
        about = each.notice.period_id if application is None else PeriodId(application.period_id)
        period = None if about is None else self._periods.get(about)
        exercise = self._in_exercise if period is None else period.exercise
        if exercise and not reader.came:
            return None
        return Told(
            notice=each.notice,
            employer=reader.employer,
            application=application,
            receipt=None if number is None else self._write(number),
            exercise=exercise,
            other=None if each.notice.other_nib is None else self._names.get(each.notice.other_nib),
        )

    def _holds(self, notice: Notice) -> bool:
        """Whether a period still ends as the notice says: the rules may have changed meanwhile."""
        period = None if notice.period_id is None else self._periods.get(notice.period_id)
        is_of_days = notice.kind is NoticeKind.PROLONGED or notice.outcome == RulesChange.SHORTENED
        if period is None or not is_of_days or notice.until_at is None:
            return True
        return notice.until_at == last_minute(period)


async def _facts(system: System, conn: Connection, taken: Sequence[StoredNotice]) -> _Facts:
    applications = await store.applications_of(conn, taken)
    # Read anew: the notice may be about a change that this process has not read yet.
    active = await policies.list_active(conn)
    today = civil_day(system.clock())
    periods = periods_today(await policies.list_periods(conn), active, today)
    policy = policy_in_force(active, today)
    in_exercise = policy is not None and policy.follows_today
    others = {each.notice.other_nib for each in taken} - {None}
    names = await employer_names(conn, [nib for nib in others if nib is not None])
    return _Facts(system, applications, periods, in_exercise=in_exercise, names=names)


async def _write_digests(
    system: System, conn: Connection, taken: dict[AccountId, list[StoredNotice]]
) -> int:
    every = [each for lines in taken.values() for each in lines]
    readers = {
        (reader.nib, reader.account_id): reader
        for reader in await store.readers_of(conn, sorted({each.notice.nib for each in every}))
    }
    facts = await _facts(system, conn, every)
    letters: list[tuple[UUID, bytes]] = []
    for account_id, lines in taken.items():
        mine = [(readers.get((each.notice.nib, account_id)), each) for each in lines]
        told = [
            found
            for reader, each in mine
            if reader is not None and (found := facts.told(each, reader)) is not None
        ]
        reader = next((one for one, _ in mine if one is not None), None)
        if reader is None or not told:
            continue
        letter = digest_letter(
            told,
            len(told),
            system.settings.address,
            reader.language,
            exercise=all(each.exercise for each in told),
        )
        letters += _sealed(system, reader, letter)
    await _save(system, conn, letters)
    return len(letters)


async def _save(system: System, conn: Connection, letters: list[tuple[UUID, bytes]]) -> None:
    if letters:
        await add_letters(conn, letters, at=system.clock())


def _sealed(system: System, reader: Reader, letter: Letter) -> list[tuple[UUID, bytes]]:
    """A letter in its envelope; none to a damaged address: others must not wait for it."""
    mail_id = uuid4()
    to = letter_address(system, reader)
    return [(mail_id, seal_letter(system, mail_id, to, letter))] if to else []
