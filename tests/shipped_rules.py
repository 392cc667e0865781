"""The shipped policies and regions, read once, for tests of the rules."""

from functools import cache

from strp.domain.employers.caps import Staff
from strp.domain.employers.employer import EmployerFacts, EmployerKind
from strp.domain.identifiers import Nib
from strp.domain.regions import RegionCodes, collect_regions
from strp.domain.rules.policy import Policy
from strp.outside.registries.policy_files import shipped_policies
from strp.outside.registries.region_files import read_regions
from strp.usecases.rules.documents import sound_documents

PLENTY = Staff(1_000_000, 1_000_000)


@cache
def every_policy() -> tuple[Policy, ...]:
    """The shipped policies."""
    return tuple(each for each, _ in sound_documents(shipped_policies()))


@cache
def policy(policy_id: str) -> Policy:
    """A shipped policy by its id."""
    return {each.policy_id: each for each in every_policy()}[policy_id]


@cache
def regions() -> RegionCodes:
    """The shipped regions."""
    return collect_regions(read_regions(shipped_policies() / "regions"))


def employer(
    *kbli: str,
    edition: int = 2020,
    kind: EmployerKind = EmployerKind.PRIVATE,
    staff: Staff = PLENTY,
) -> EmployerFacts:
    """An employer with these business classes."""
    return EmployerFacts(
        nib=Nib(8120001110001),
        name="PT Contoh",
        kbli=kbli,
        kbli_edition=edition,
        kind=kind,
        region="3171",
        staff=staff,
    )
