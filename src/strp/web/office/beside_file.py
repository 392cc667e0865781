"""What stands beside an application on an officer's page: caps, telephone numbers, group names."""

from collections import Counter
from typing import Any, Final

from strp.domain.employers.caps import QuotaLimit, quota_limit
from strp.domain.employers.closure import until_text
from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.application import WorkerState
from strp.domain.rules.policy import Policy
from strp.domain.text import Text
from strp.usecases.desk.file_under_review import ReviewedFile
from strp.usecases.employers.close import closure_of
from strp.usecases.filing.find_workers import page_starts
from strp.usecases.filing.show import WorkersPage
from strp.usecases.process.system import System
from strp.web.framework.page_numbers import page_numbers
from strp.web.framework.shared_reasons import repeated_reasons, shared_reasons
from strp.web.office.waiting_list import REASONS_TO_FILTER

WORKERS_A_PAGE: Final = 50
MANY_ON_ONE_PHONE: Final = 3
"""Workers of a page with one number, from which an officer is told."""


def cap_of(policy: Policy, employer: EmployerFacts, sector: str) -> QuotaLimit:
    """Most workers by site type under the caps of a sector; None where no number bounds them.

    Args:
        policy: that the application is under.
        employer: its counted staff is what caps are a share of.
        sector: code.
    """
    known = policy.sector(sector)
    if known is None:
        return QuotaLimit(None, None)
    return quota_limit(employer.counted_staff, known.caps, policy.quota_rounding)


def workers_on_one_phone(shown: WorkersPage) -> int:
    """Most workers of the page who have one telephone number, where those are many; else 0."""
    numbers = Counter(each.person.phone for each in shown.workers if each.person.phone)
    most = max(numbers.values(), default=0)
    return most if most >= MANY_ON_ONE_PHONE else 0


def group_names(file: ReviewedFile) -> dict[str, list[Text]]:
    """What screening says of each group of workers, in a few words, by the group's key."""
    names = {}
    for group in file.facts.groups:
        named = [REASONS_TO_FILTER[code] for code in group.codes if code in REASONS_TO_FILTER]
        names[group.key] = named or [_OUTCOMES[group.screening]]
    return names


async def beside_list(
    system: System, file: ReviewedFile, state: WorkerState | None, group: str | None, after: int
) -> dict[str, Any]:
    """What is said above and below the list of workers: whether they are held, reasons in common,
    numbers of pages.

    Args:
        system: the installation.
        file: the application with the page of workers.
        state: only workers in it are shown; None: all.
        group: only workers of this group are shown; its pages have no numbers, since who is in it
            changes with each decision.
        after: the row that the page begins after.
    """
    workers, application = file.workers.workers, file.application
    starts = () if group else await page_starts(system, application, state, size=WORKERS_A_PAGE)
    return {
        "closure": None if file.lease is None else await closure_of(system, application.nib),
        "until": until_text,
        "shared": shared_reasons(workers),
        "repeated": repeated_reasons(workers),
        "numbers": page_numbers(starts, after),
    }


_OUTCOMES = {
    "PASS": Text("Lolos penyaringan", "Passed screening"),
    "REFER": Text("Perlu diperiksa petugas", "For an officer to look at"),
    "REFUSE": Text("Ditolak aturan", "Refused by the rules"),
}
