"""What a change of the rules changes, counted before anything is."""

from dataclasses import replace
from datetime import date, time

from strp.domain.employers.caps import Caps, QuotaUse, Staff
from strp.domain.screening.policy_effects import (
    CapChange,
    HourChange,
    cap_changes,
    hour_changes,
    no_longer_fit,
    period_changes,
    standing_of,
)
from strp.domain.service_hours import ServiceHours
from tests.shipped_rules import employer, policy

OLD = policy("inmendagri-18-2021")
BANK = employer("64121", staff=Staff(100, 100))
SECTOR = "E-a"


def capped(service: int, administration: int) -> object:
    return tuple(
        replace(sector, caps=Caps(service, administration)) if sector.code == SECTOR else sector
        for sector in OLD.sectors
    )


def test_a_cap_that_changes_is_named_before_and_after() -> None:
    (before,) = (sector.caps for sector in OLD.sectors if sector.code == SECTOR)
    new = replace(OLD, sectors=capped(before.service, 10))
    assert cap_changes(OLD, new) == (CapChange(SECTOR, "administrasi", before.administration, 10),)


def test_without_a_policy_before_every_cap_is_new() -> None:
    assert {change.before for change in cap_changes(None, OLD)} == {None}


def test_equal_policies_change_nothing() -> None:
    assert (cap_changes(OLD, OLD), hour_changes(OLD, OLD)) == ((), ())


def test_hours_that_change_are_told_as_text() -> None:
    new = replace(OLD, sla_hours=3, company_hours=ServiceHours(time(8), time(16)))
    assert hour_changes(OLD, new) == (
        HourChange("decision", "5 h", "3 h"),
        HourChange("company", "07:30-21:00", "08:00-16:00"),
    )


def test_a_checkpoint_that_is_no_longer_named_has_no_hours_after() -> None:
    changes = hour_changes(OLD, replace(OLD, checkpoints=()))
    assert changes and {change.after for change in changes} == {None}


def test_workers_over_a_lower_cap_no_longer_fit() -> None:
    new = replace(OLD, sectors=capped(20, 10))
    assert no_longer_fit(OLD, new, BANK, QuotaUse(30, 5)) == 10


def test_workers_of_a_sector_that_is_no_longer_named_do_not_fit() -> None:
    new = replace(OLD, kbli=tuple(row for row in OLD.kbli if not row.prefix.startswith("64")))
    assert no_longer_fit(OLD, new, BANK, QuotaUse(30, 5)) == 35
    assert standing_of(OLD, BANK) != standing_of(new, BANK)


def test_a_period_that_ends_later_is_prolonged_and_one_that_ends_earlier_is_ended() -> None:
    later = OLD.period._replace(ends_on=date(2021, 8, 2))
    assert [change.prolonged for change in period_changes([OLD.period], [later])] == [True]
    assert [change.prolonged for change in period_changes([later], [OLD.period])] == [False]
    assert period_changes([OLD.period], [OLD.period]) == period_changes([], [later]) == []
