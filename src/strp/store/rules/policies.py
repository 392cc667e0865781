"""Rows of policies and periods.

A policy is kept as two documents: as it was loaded last, which counts for nothing, and as it was
activated last. A period is kept as the activated policies made it.
"""

import json
from collections.abc import Iterable
from datetime import date, datetime
from functools import lru_cache

from psycopg.types.json import Jsonb

from strp.domain.civil_time import civil_day
from strp.domain.errors import Unavailable
from strp.domain.rules.document import Plain, PolicyMistake, Unsound, located
from strp.domain.rules.policy import Period, Policy
from strp.domain.rules.reading import read_policy
from strp.domain.text import Text
from strp.store.engine.database import Connection

SAVE = """
INSERT INTO policy (policy_id, effective_from, document, loaded_at) VALUES (%s, %s, %s, %s)
ON CONFLICT (policy_id) DO UPDATE
SET effective_from = EXCLUDED.effective_from, document = EXCLUDED.document,
    loaded_at = EXCLUDED.loaded_at
"""

# Changes take turns; readers go on.
LOCK = "LOCK TABLE policy IN SHARE ROW EXCLUSIVE MODE"

# A policy that is active keeps the day of its activation: an exercise starts on the day before.
ACTIVATE = """
UPDATE policy SET activated_at = coalesce(activated_at, %s), active_document = document,
    activation_no = %s
WHERE policy_id = %s
"""

LAST_ACTIVATION = "SELECT coalesce(max(activation_no), 0) FROM policy"

WITHDRAW = """
UPDATE policy SET activated_at = NULL WHERE policy_id = %s AND activated_at IS NOT NULL
"""

DOCUMENT = "SELECT coalesce(active_document, document) FROM policy WHERE policy_id = %s"

ALL = """
SELECT coalesce(active_document, document)::text, activated_at FROM policy
ORDER BY effective_from, policy_id
"""

ACTIVE = """
SELECT active_document::text, activated_at FROM policy WHERE activated_at IS NOT NULL
ORDER BY activation_no, activated_at, policy_id
"""

ANY = "SELECT EXISTS (SELECT FROM policy)"

EVER_ACTIVATED = "SELECT EXISTS (SELECT FROM policy WHERE active_document IS NOT NULL)"

PERIODS = """
SELECT period_id, code, name_id, name_en, starts_on, ends_on, exercise FROM period
ORDER BY period_id
"""

SAVE_PERIOD = """
INSERT INTO period (period_id, code, name_id, name_en, starts_on, ends_on, exercise)
VALUES (%s, %s, %s, %s, %s, %s, %s)
ON CONFLICT (period_id) DO UPDATE
SET code = EXCLUDED.code, name_id = EXCLUDED.name_id, name_en = EXCLUDED.name_en,
    starts_on = EXCLUDED.starts_on, ends_on = EXCLUDED.ends_on, exercise = EXCLUDED.exercise
"""


async def save_policy(
    conn: Connection, policy_id: str, effective_from: date, document: Plain, at: datetime
) -> None:
    """Add a policy or put a new document in the place of the old one.

    Args:
        conn: open transaction.
        policy_id: of the policy.
        effective_from: first day, in Jakarta.
        document: the document, sound.
        at: aware time of loading.
    """
    await conn.execute(SAVE, (policy_id, effective_from, Jsonb(document), at))


async def lock_policies(conn: Connection) -> None:
    """Let no other change of policies happen until this transaction ends."""
    await conn.execute(LOCK)


async def activate(conn: Connection, policy_id: str, at: datetime) -> bool:
    """Activate a policy as it was loaded last; returns whether there is one of this id.

    Args:
        policy_id: as in its file.
        at: aware.
    """
    (last,) = await (await conn.execute(LAST_ACTIVATION)).fetchone()  # type: ignore[misc]
    return (await conn.execute(ACTIVATE, (at, last + 1, policy_id))).rowcount == 1


async def withdraw(conn: Connection, policy_id: str) -> bool:
    """Take back an activation; returns whether the policy was active."""
    return (await conn.execute(WITHDRAW, (policy_id,))).rowcount == 1


async def any_policy(conn: Connection) -> bool:
    """Whether a policy was ever loaded."""
    row = await (await conn.execute(ANY)).fetchone()
    return bool(row and row[0])


async def ever_activated(conn: Connection) -> bool:
    """Whether a policy was ever activated."""
    row = await (await conn.execute(EVER_ACTIVATED)).fetchone()
    return bool(row and row[0])


async def list_policies(conn: Connection) -> list[Policy]:
    """Every policy in the order of their first days: activated ones as they were activated.

    Raises:
        Unavailable: `policy-unreadable`; this release does not understand a stored document.
    """
    rows = await (await conn.execute(ALL)).fetchall()
    return [_policy(text, at and civil_day(at)) for text, at in rows]


async def list_active(conn: Connection) -> list[Policy]:
    """The active policies, in the order in which they were activated last."""
    rows = await (await conn.execute(ACTIVE)).fetchall()
    return [_policy(text, civil_day(at)) for text, at in rows]


async def active_documents(conn: Connection) -> dict[str, tuple[str, date]]:
    """Documents of the active policies and the days of their activation, by id."""
    rows = await (await conn.execute(ACTIVE)).fetchall()
    return {_policy(text, civil_day(at)).policy_id: (text, civil_day(at)) for text, at in rows}


def policy_of(text: str, activated_on: date | None) -> Policy:
    """A policy from its document, as `active_documents` gave it.

    Args:
        text: the document as JSON.
        activated_on: civil day of its activation, or None.

    Raises:
        Unavailable: `policy-unreadable`.
    """
    return _policy(text, activated_on)


async def list_periods(conn: Connection) -> tuple[Period, ...]:
    """Every period as it is stored, by number; that of an active exercise moves with the day."""
    rows = await (await conn.execute(PERIODS)).fetchall()
    return tuple(
        Period(number, code, Text(name_id, name_en), starts_on, ends_on, exercise)
        for number, code, name_id, name_en, starts_on, ends_on, exercise in rows
    )


async def find_document(conn: Connection, policy_id: str) -> dict[str, object]:
    """The document of a policy, as its file said it when it was activated; empty where none is."""
    row = await (await conn.execute(DOCUMENT, (policy_id,))).fetchone()
    return dict(row[0]) if row else {}


async def save_periods(conn: Connection, periods: Iterable[Period]) -> None:
    """Add periods, or prolong and shorten those that are there."""
    rows = [(p.number, p.code, *p.name, p.starts_on, p.ends_on, p.exercise) for p in periods]
    async with conn.cursor() as cursor:
        await cursor.executemany(SAVE_PERIOD, rows)


# Every process looks every few seconds; reading the documents holds its loop up for tens of ms.
@lru_cache(maxsize=64)
def _policy(text: str, activated_on: date | None) -> Policy:
    match read_policy(located(json.loads(text), "database"), activated_on):
        case Policy() as policy:
            return policy
        case Unsound(mistakes):
            raise _unreadable(mistakes[0])


def _unreadable(mistake: PolicyMistake) -> Unavailable:
    return Unavailable(
        "policy-unreadable",
        Text(
            f"Aturan yang tersimpan tidak dapat dibaca ({mistake.field}). Operator memuat ulang "
            "berkas aturan dengan `strp policy activate`.",
            f"A stored policy cannot be read ({mistake.field}). An operator loads the policy "
            "files again with `strp policy activate`.",
        ),
    )
