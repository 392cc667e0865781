"""Notices: written where something happens, taken away by whoever writes the letters."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from psycopg import AsyncConnection
from psycopg.rows import class_row

from strp.domain.filing.application import Application
from strp.domain.identifiers import ApplicationId, Nib, PeriodId
from strp.domain.notices.notice import Delivery, LettersOfDay, Notice, NoticeKind
from strp.domain.people.account import AccountId
from strp.domain.text import Language
from strp.store.employers.representations import IS_REPRESENTED
from strp.store.filing.applications import COLUMNS as OF_APPLICATION

_FACTS = "at, kind, nib, application_id, count, until_at, outcome, period_id, other_nib"

ADD = """
INSERT INTO notice (at, kind, nib, application_id, account_id, count, until_at, outcome, period_id,
    other_nib)
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""


# One statement for all employers that one change touches.
ADD_ALL = f"""
INSERT INTO notice (at, kind, nib, count, until_at, outcome, period_id)
SELECT %(at)s, %(kind)s, n.nib, n.count, %(until_at)s, %(outcome)s, %(period_id)s
FROM unnest(%(nibs)s::bigint[], %(counts)s::int[]) AS n (nib, count)
WHERE {IS_REPRESENTED.format(nib="n.nib")} ORDER BY n.nib
"""

# What a newer release tells of is left to its own processes, wherever it is read.
_KNOWN = list(NoticeKind)

TAKE = f"""
DELETE FROM notice WHERE notice_id = ANY (ARRAY(
    SELECT notice_id FROM notice WHERE kind = ANY(%s) ORDER BY notice_id LIMIT %s
    FOR UPDATE SKIP LOCKED))
RETURNING notice_id, account_id, {_FACTS}
"""

READERS = """
SELECT r.nib, r.account_id, e.name AS employer, a.email_index, a.email_sealed, a.language,
       EXISTS (SELECT FROM audit_event v
               WHERE v.subject = 'account:' || r.account_id AND v.action = 'signed-in') AS came
FROM representation r JOIN employer e USING (nib) JOIN account a USING (account_id)
WHERE r.nib = ANY(%s) AND r.state = 'active' AND a.disabled_at IS NULL
ORDER BY r.nib, r.account_id
"""

CHOICES = """
SELECT account_id, kind, delivery FROM letter_choice WHERE account_id = ANY(%s) AND kind = ANY(%s)
"""

SENT = "SELECT account_id, sent FROM letters_of_day WHERE day = %s AND account_id = ANY(%s)"

COUNT = """
INSERT INTO letters_of_day AS d (account_id, day, sent)
SELECT account_id, %s, sent FROM unnest(%s::bigint[], %s::int[]) AS n (account_id, sent)
ORDER BY account_id
ON CONFLICT (account_id, day) DO UPDATE SET sent = d.sent + excluded.sent
"""

ADD_LINES = f"""
INSERT INTO digest_line (account_id, notice_id, {_FACTS})
VALUES (%s, %s, %s, %s, %s, %s, %s, %s, %s, %s, %s)
"""

# One process a time: an account's lines make one letter.
LOCK_DIGESTS = "SELECT pg_try_advisory_xact_lock(hashtextextended('strp digests', 0))"

TAKE_LINES = f"""
DELETE FROM digest_line WHERE at < %(until)s AND kind = ANY(%(kinds)s) AND account_id = ANY (ARRAY(
    SELECT DISTINCT account_id FROM (
        SELECT account_id FROM digest_line WHERE at < %(until)s AND kind = ANY(%(kinds)s)
        ORDER BY at LIMIT %(limit)s) due))
RETURNING notice_id, account_id, {_FACTS}
"""

APPLICATIONS = f"""
SELECT {OF_APPLICATION.replace("problems", "NULL::bytea AS problems")} FROM application
WHERE nib = ANY(%s) AND application_id = ANY(%s)
"""

PERIODS = """
SELECT application_id, period_id FROM application
WHERE nib = ANY(%s::bigint[]) AND application_id = ANY(%s::bigint[])
"""

CHOOSE = """
INSERT INTO letter_choice (account_id, kind, delivery) VALUES (%s, %s, %s)
ON CONFLICT (account_id, kind) DO UPDATE SET delivery = excluded.delivery
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredNotice:
    """A notice with its number."""

    notice_id: int
    notice: Notice


@dataclass(frozen=True, slots=True, kw_only=True)
class Reader:
    """An account that acts for an employer.

    Args:
        employer: name in the registry.
        came: whether it ever signed in.
    """

    nib: Nib
    account_id: AccountId
    employer: str
    email_index: bytes
    email_sealed: bytes
    language: Language
    came: bool


async def add_notice(conn: AsyncConnection, notice: Notice) -> None:
    """Write a notice, in the transaction of what happened."""
    await conn.execute(
        ADD,
        (
            notice.at,
            notice.kind,
            notice.nib,
            notice.application_id,
            notice.account_id,
            notice.count,
            notice.until_at,
            notice.outcome,
            notice.period_id,
            notice.other_nib,
        ),
    )


async def add_notices(
    conn: AsyncConnection,
    counts: Mapping[Nib, int],
    *,
    kind: NoticeKind,
    at: datetime,
    until_at: datetime | None,
    outcome: str | None,
    period_id: PeriodId | None,
) -> None:
    """Write the same notice to many employers, in the transaction of what happened.

    Args:
        counts: workers or certificates by employer; those whom nobody represents are left out.
        kind: what happened.
        at: aware time.
        until_at: aware; see `Notice`.
        outcome: see `Notice`.
        period_id: see `Notice`.
    """
    values = {
        "nibs": list(counts),
        "counts": list(counts.values()),
        "kind": kind,
        "at": at,
        "until_at": until_at,
        "outcome": outcome,
        "period_id": period_id,
    }
    await conn.execute(ADD_ALL, values)


async def take_notices(conn: AsyncConnection, limit: int) -> list[StoredNotice]:
    """Take the oldest notices of kinds that are known here; they are gone once the transaction
    commits."""
    rows = await (await conn.execute(TAKE, (_KNOWN, limit))).fetchall()
    return sorted((_stored(row) for row in rows), key=lambda each: each.notice_id)


async def readers_of(conn: AsyncConnection, nibs: Sequence[Nib]) -> list[Reader]:
    """Everybody who acts for these employers, each once an employer."""
    rows = await (await conn.execute(READERS, (list(nibs),))).fetchall()
    return [
        Reader(
            nib=Nib(row[0]),
            account_id=AccountId(row[1]),
            employer=row[2],
            email_index=row[3],
            email_sealed=row[4],
            language=Language(row[5]),
            came=row[6],
        )
        for row in rows
    ]


async def choices_of(
    conn: AsyncConnection, accounts: Sequence[AccountId]
) -> Mapping[tuple[AccountId, NoticeKind], Delivery]:
    """What accounts have chosen, by account and kind."""
    rows = await (await conn.execute(CHOICES, (list(accounts), _KNOWN))).fetchall()
    return {(AccountId(row[0]), NoticeKind(row[1])): Delivery(row[2]) for row in rows}


async def choose(
    conn: AsyncConnection, account_id: AccountId, kind: NoticeKind, delivery: Delivery
) -> None:
    """Remember when an account wants letters of a kind.

    Args:
        account_id: whose letters.
        kind: of letters.
        delivery: at once, gathered, or never.
    """
    await conn.execute(CHOOSE, (account_id, kind, delivery))


async def letters_of_day(
    conn: AsyncConnection, accounts: Sequence[AccountId], day: date
) -> LettersOfDay:
    """How many letters accounts have had on a day.

    Args:
        accounts: those that had none are left out.
        day: in Jakarta.
    """
    rows = await (await conn.execute(SENT, (day, list(accounts)))).fetchall()
    return LettersOfDay(sent={AccountId(row[0]): row[1] for row in rows})


async def count_letters(conn: AsyncConnection, sent: Mapping[AccountId, int], day: date) -> None:
    """Add to what accounts have had on a day.

    Args:
        sent: letters by account, beside those counted before.
        day: in Jakarta.
    """
    if sent:
        await conn.execute(COUNT, (day, list(sent), list(sent.values())))


async def add_lines(conn: AsyncConnection, lines: Sequence[tuple[AccountId, StoredNotice]]) -> None:
    """Keep notices for the letters of the day."""
    rows = [
        (
            account_id,
            each.notice_id,
            each.notice.at,
            each.notice.kind,
            each.notice.nib,
            each.notice.application_id,
            each.notice.count,
            each.notice.until_at,
            each.notice.outcome,
            each.notice.period_id,
            each.notice.other_nib,
        )
        for account_id, each in lines
    ]
    if rows:
        async with conn.cursor() as cursor:
            await cursor.executemany(ADD_LINES, rows)


async def take_lines(
    conn: AsyncConnection, until: datetime, limit: int
) -> dict[AccountId, list[StoredNotice]]:
    """Take the lines of some accounts; nothing where another process is at it.

    Args:
        until: aware; lines of before.
        limit: most lines that accounts are looked for among.
    """
    free = await (await conn.execute(LOCK_DIGESTS)).fetchone()
    if free is None or not free[0]:
        return {}
    values = {"until": until, "limit": limit, "kinds": _KNOWN}
    rows = await (await conn.execute(TAKE_LINES, values)).fetchall()
    taken: dict[AccountId, list[StoredNotice]] = {}
    for each in sorted((_stored(row) for row in rows), key=lambda one: one.notice_id):
        assert each.notice.account_id is not None
        taken.setdefault(each.notice.account_id, []).append(each)
    return taken


async def periods_of(
    conn: AsyncConnection, filings: Sequence[tuple[Nib, ApplicationId]]
) -> dict[ApplicationId, PeriodId]:
    """The period of each filing.

    Args:
        filings: each with its employer.
    """
    if not filings:
        return {}
    nibs, numbers = {nib for nib, _ in filings}, [number for _, number in filings]
    cursor = await conn.execute(PERIODS, (list(nibs), numbers))
    return {ApplicationId(number): PeriodId(period) for number, period in await cursor.fetchall()}


async def applications_of(
    conn: AsyncConnection, notices: Sequence[StoredNotice]
) -> dict[int, Application]:
    """The filings that notices are about, by number."""
    about = [each.notice for each in notices if each.notice.application_id is not None]
    if not about:
        return {}
    values = ([each.nib for each in about], [each.application_id for each in about])
    async with conn.cursor(row_factory=class_row(Application)) as cursor:
        await cursor.execute(APPLICATIONS, values)
        return {each.application_id: each for each in await cursor.fetchall()}


def _stored(row: tuple[Any, ...]) -> StoredNotice:
    (
        notice_id,
        account_id,
        at,
        kind,
        nib,
        application_id,
        count,
        until_at,
        outcome,
        period,
        other,
    ) = row
    notice = Notice(
        at=at,
        kind=NoticeKind(kind),
        nib=nib,
        application_id=application_id,
        account_id=account_id,
        count=count,
        until_at=until_at,
        outcome=outcome,
        period_id=period,
        other_nib=other,
    )
    return StoredNotice(notice_id=notice_id, notice=notice)
