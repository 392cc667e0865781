"""Tells whether somebody needs an STRP, and who files it, before any sign-in."""

from collections.abc import Sequence

from strp.domain.civil_time import civil_day
from strp.domain.employers.employer import EmployerFacts, require_nib
from strp.domain.errors import InvalidInput
from strp.domain.identifiers import Nib
from strp.domain.screening.eligibility import (
    Eligibility,
    EligibilityOutcome,
    eligibility_of_employer,
    eligibility_of_kbli,
    eligibility_of_role,
    eligibility_of_sector,
)
from strp.domain.screening.refusal_counts import RefusalKind
from strp.domain.text import Text
from strp.store.employers.refusal_counts import count_once
from strp.usecases.process.asked_employers import AskedOn
from strp.usecases.process.system import System
from strp.usecases.rules.current import employer_facts, policy_today

CURRENT_EDITION = 2020


async def tell_employer(system: System, nib: Nib) -> tuple[EmployerFacts, Eligibility]:
    """The answer for an employer of the registry, and what the registry holds of it.

    Raises:
        NotFound: `nib-unknown`; says what to do.
        Unavailable: no policy is in force.
    """
    policy = await policy_today(system)
    employer = await employer_facts(system, nib)
    answer = eligibility_of_employer(policy, employer)
    if answer.outcome is EligibilityOutcome.NON_ESSENTIAL:
        on = AskedOn(civil_day(system.clock()), exercise=policy.follows_today)
        system.asked.note(employer.nib, on)
    return employer, answer


async def count_asked(system: System) -> None:
    """Count the employers that were asked about since the last time.

    Raises:
        Unavailable: the database does not answer; they are counted the next time.
    """
    taken = system.asked.take()
    if not taken:
        return
    try:
        async with system.database.transaction() as conn:
            for on, nibs in taken.items():
                await count_once(conn, RefusalKind.ASKED, nibs, on.day, exercise=on.exercise)
    except BaseException:
        system.asked.put_back(taken)
        raise


async def tell_eligibility(
    system: System,
    *,
    nib: str | None = None,
    kbli: Sequence[str] = (),
    edition: int = CURRENT_EDITION,
    sector: str | None = None,
    role: str | None = None,
) -> Eligibility:
    """The answer to the first of these that is given: NIB, business classes, sector, role.

    Args:
        system: the installation.
        nib: as it was typed.
        kbli: codes of 2–5 digits.
        edition: year of the classification of `kbli`.
        sector: code of a sector, or `N` for none of them.
        role: see `strp.domain.screening.eligibility.roles`.

    Raises:
        InvalidInput: what was given is malformed or unknown, or nothing was given.
        NotFound: `nib-unknown`; says what to do.
        Unavailable: no policy is in force.
    """
    if nib is not None:
        return (await tell_employer(system, require_nib(nib)))[1]
    policy = await policy_today(system)
    if kbli:
        return eligibility_of_kbli(policy, kbli, edition)
    if sector is not None:
        return eligibility_of_sector(policy, sector)
    if role is not None:
        return eligibility_of_role(policy, role)
    raise InvalidInput("question-missing", _NOTHING_ASKED)


_NOTHING_ASKED = Text(
    "Sebutkan NIB, kode KBLI, sektor atau peran.",
    "Name a NIB, a KBLI code, a sector or a role.",
)
