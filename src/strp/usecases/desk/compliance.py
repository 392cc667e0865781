"""The compliance report: who was refused by sector or cap, over some days, for those who may read.

It is read from counts that each filing brought up to date in its own transaction; what a report
shows is one moment of the database, so that its parts add up.
"""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from strp.domain.civil_time import civil_day
from strp.domain.desk.compliance import ComplianceReport, Filter, Span, Sums, read_span
from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.domain.people.account import Actor, may_file, may_read_reports, not_your_task
from strp.domain.rules.policy import Policy
from strp.domain.screening.sector_of import EXEMPT, NON_ESSENTIAL, UNDETERMINED
from strp.domain.text import Text
from strp.store.desk import compliance as store
from strp.usecases.process.system import System
from strp.usecases.rules.current import policy_if_any

A_PAGE: Final = 50
MOST_AT_ONCE: Final = 2
"""Reports that one process makes at a time; who comes then is told to wait."""
EVERYBODY: Final = Filter()
_making = asyncio.Semaphore(MOST_AT_ONCE)


@dataclass(frozen=True, slots=True, kw_only=True)
class ShownReport:
    """A page of the report.

    Args:
        report: its employers are those of the page, its sums those of all that match.
        more: whether there are employers after these.
    """

    report: ComplianceReport
    more: bool


async def report_on(system: System, actor: Actor, first: str, last: str) -> ComplianceReport:
    """The whole report of some days.

    Args:
        system: the installation.
        actor: a supervisor, an auditor, or the operator.
        first: day in Jakarta, as typed.
        last: likewise; it belongs to the report.

    Raises:
        Forbidden: the actor reads no reports.
        InvalidInput: `report-days`.
        Unavailable: `reports-busy`.
    """
    _permit(actor)
    span = read_span(first, last, civil_day(system.clock()))
    return await _read(system, span, EVERYBODY, None, 0)


async def report_page(
    system: System, actor: Actor, span: Span, only: Filter, page: int
) -> ShownReport:
    """A page of the report of some days: some of the employers, by name, NIB or property.

    Args:
        system: the installation.
        actor: a supervisor, an auditor, or the operator.
        span: days.
        only: which employers.
        page: from 0.

    Raises:
        Forbidden: the actor reads no reports.
        Unavailable: `reports-busy`.
    """
    _permit(actor)
    report = await _read(system, span, only, A_PAGE, page * A_PAGE)
    return ShownReport(report=report, more=report.totals.employers > (page + 1) * A_PAGE)


async def sums_of_employer(system: System, actor: Actor, nib: Nib) -> Sums:
    """What the list says of an employer in this period, to those who act for it.

    Args:
        actor: who acts for it; anybody else gets nothing.
        nib: the employer.

    Returns:
        Sums; `employers` is 0 where it is not on the list.
    """
    policy = await policy_if_any(system)
    if policy is None or not may_file(actor, nib):
        return Sums()
    async with system.database.connection() as conn:
        return await store.sums_of_employer(
            conn, nib, policy.period.starts_on, exercise=policy.follows_today
        )


async def is_exercise(system: System) -> bool:
    """Whether reports count the filings of an exercise: while one is in force, and only then."""
    policy = await policy_if_any(system)
    return system.settings.exercise if policy is None else policy.follows_today


async def sector_names(system: System) -> Mapping[str, Text]:
    """Names of the sectors that the rules in force know, by code."""
    policy = await policy_if_any(system)
    return _OTHER_NAMES | ({} if policy is None else _names(policy))


def _names(policy: Policy) -> dict[str, Text]:
    names = {sector.code: sector.name for sector in policy.sectors}
    return names | {NON_ESSENTIAL: policy.non_essential.name}


async def _read(
    system: System, span: Span, only: Filter, limit: int | None, skip: int
) -> ComplianceReport:
    if _making.locked():
        raise Unavailable("reports-busy", _BUSY, retry_after_s=5)
    async with _making:
        exercise = await is_exercise(system)
        async with system.database.transaction() as conn:
            await store.read_days(conn, span, exercise=exercise)
            return ComplianceReport(
                span=span,
                made_at=system.clock(),
                exercise=exercise,
                employers=await store.listed_employers(conn, only, limit=limit, skip=skip),
                groups=await store.groups_of(conn, only),
                pairs=await store.pairs_of(conn, span, exercise=exercise),
                apart=await store.apart_of(conn),
                taken_off=await store.taken_off(conn, span, exercise=exercise),
            )


def _permit(actor: Actor) -> None:
    if not may_read_reports(actor):
        raise not_your_task()


_OTHER_NAMES: Final = {
    NON_ESSENTIAL: Text("Nonesensial", "Non-essential"),
    UNDETERMINED: Text("Belum ditetapkan", "Not determined yet"),
    EXEMPT: Text("Dikecualikan", "Exempt"),
}
_BUSY: Final = Text(
    id="Dua laporan sedang dibuat. Coba lagi dalam beberapa detik.",
    en="Two reports are being made. Try again in a few seconds.",
)
