"""The places that the caps leave an employer, as it is told before it files."""

from strp.domain.employers.caps import QuotaUse, Staff
from strp.domain.screening.free_places import site_places
from strp.domain.screening.screen import classify_sector
from tests.shipped_rules import employer, policy

RULES = policy("inmendagri-18-2021")
BANK = classify_sector(RULES, employer("64121"))
LAW_FIRM = classify_sector(RULES, employer("69100"))
NOBODY = QuotaUse()


def test_places_are_what_the_cap_leaves_after_own_and_lent_workers() -> None:
    service, office = site_places(BANK, QuotaUse(10, 4), Staff(100, 40), QuotaUse(5, 0))
    assert (service.percent, service.most, service.left) == (50, 50, 35)
    assert (office.percent, office.most, office.left) == (25, 10, 6)


def test_more_than_the_cap_leaves_no_place_and_never_a_negative_number() -> None:
    service, _ = site_places(BANK, QuotaUse(service=60), Staff(100, 40), NOBODY)
    assert service.left == 0


def test_without_staff_there_is_a_cap_that_nobody_can_work_out() -> None:
    service, office = site_places(BANK, NOBODY, Staff(None, 40), NOBODY)
    assert (service.is_staff_missing, service.left) == (True, None)
    assert not office.is_staff_missing


def test_an_employer_without_a_sector_has_no_places() -> None:
    assert site_places(LAW_FIRM, NOBODY, Staff(100, 40), NOBODY) == ()
