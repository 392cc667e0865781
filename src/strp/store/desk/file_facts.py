"""What an officer has at hand beside an application: its groups, and its employer's other filings.

All of it is read along keys of one employer, and no further than a bounded number of filings.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final, NamedTuple

from psycopg import AsyncConnection
from psycopg.rows import args_row

from strp.domain.employers.caps import QuotaUse
from strp.domain.identifiers import ApplicationId, Nib
from strp.domain.screening.screen import ScreeningOutcome

MOST_GROUPS: Final = 20
"""Groups of workers that are told apart on a page; the largest first."""
MOST_EARLIER: Final = 200
"""Earlier filings of an employer that are added up."""
MOST_WAITING: Final = 1_000

# By the index `worker_not_approved`.
_PENDING = """
FROM worker WHERE nib = %(nib)s AND application_id = %(application)s
  AND state = 'pending' AND state <> 'approved'
"""

GROUPS = f"""
SELECT screening, coalesce(reasons, ''), count(*) {_PENDING}
GROUP BY screening, coalesce(reasons, '') ORDER BY count(*) DESC, 1, 2 LIMIT {MOST_GROUPS}
"""

ROWS_OF_GROUP = f"""
SELECT row_no {_PENDING} AND screening = %(screening)s AND coalesce(reasons, '') = %(reasons)s
ORDER BY row_no
"""

# By the index `application_newest`.
EARLIER = f"""
SELECT count(*), coalesce(sum(approved), 0), coalesce(sum(refused), 0),
       coalesce(sum(returned), 0)
FROM (SELECT approved, refused, returned FROM application
      WHERE nib = %(nib)s AND application_id <> %(application)s
      ORDER BY submitted_at DESC, application_id DESC LIMIT {MOST_EARLIER}) earlier
"""

WAITING = f"""
SELECT count(*) FROM (SELECT FROM desk WHERE nib = %(nib)s LIMIT {MOST_WAITING}) waiting
"""

USE = """
SELECT service, administration, claims_told FROM quota_use
WHERE nib = %(nib)s AND period_id = %(period)s
"""


class WorkerGroup(NamedTuple):
    """Pending workers of an application whom screening says the same of.

    Args:
        screening: outcome.
        reasons: codes, with spaces between.
        workers: how many of them wait.
    """

    screening: str
    reasons: str
    workers: int

    @property
    def key(self) -> str:
        """The group in an address or a form."""
        return f"{self.screening}:{self.reasons}"

    @property
    def codes(self) -> tuple[str, ...]:
        """Codes of the reasons."""
        return tuple(self.reasons.split())


class EarlierFilings(NamedTuple):
    """What became of an employer's other filings, the latest of them.

    Args:
        filings: how many were added up.
        approved: workers.
        refused: workers.
        returned: workers.
    """

    filings: int
    approved: int
    refused: int
    returned: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is at hand beside an application.

    Args:
        groups: of the workers who wait, the largest first.
        earlier: the employer's other filings.
        waiting: filings of the employer on the desk, this one too.
        use: of the caps in the application's period.
    """

    groups: Sequence[WorkerGroup]
    earlier: EarlierFilings
    waiting: int
    use: QuotaUse

    @property
    def some_passed(self) -> bool:
        """Whether screening let some of those who wait pass; True too where not all groups are
        known."""
        passed = any(group.screening == ScreeningOutcome.PASS for group in self.groups)
        return passed or len(self.groups) == MOST_GROUPS


async def file_facts(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, period: int
) -> FileFacts:
    """What an officer has at hand beside an application.

    Args:
        conn: open transaction.
        nib: employer.
        application_id: of the filing.
        period: of the filing.
    """
    values = {"nib": nib, "application": application_id, "period": period}
    async with conn.cursor(row_factory=args_row(WorkerGroup)) as cursor:
        groups = await (await cursor.execute(GROUPS, values)).fetchall()
    earlier = await (await conn.execute(EARLIER, values)).fetchone()
    waiting = await (await conn.execute(WAITING, values)).fetchone()
    use = await (await conn.execute(USE, values)).fetchone()
    assert earlier is not None
    assert waiting is not None
    return FileFacts(
        groups=groups,
        earlier=EarlierFilings(*map(int, earlier)),
        waiting=int(waiting[0]),
        use=QuotaUse(*use) if use else QuotaUse(),
    )


async def rows_of_group(
    conn: AsyncConnection, nib: Nib, application_id: ApplicationId, screening: str, reasons: str
) -> list[int]:
    """Lines of the workers of a group who wait now.

    Args:
        nib: of the employer.
        application_id: of the filing.
        screening: what the members have in common, as it is stored.
        reasons: codes with a blank between them, as they are stored.
    """
    values = {
        "nib": nib,
        "application": application_id,
        "screening": screening,
        "reasons": reasons,
    }
    cursor = await conn.execute(ROWS_OF_GROUP, values)
    return [row[0] for row in await cursor.fetchall()]
