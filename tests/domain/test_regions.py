"""Region codes: what is known, and what is only unknown."""

import pytest

from strp.domain.regions import Region, collect_regions
from tests.shipped_rules import regions


def test_the_shipped_tables_hold_every_region() -> None:
    codes = regions()
    counts = [len(codes.provinces), len(codes.regencies), len(codes.districts), len(codes.villages)]
    assert counts == [38, 514, 7285, 267]


@pytest.mark.parametrize("code", ["3171", "317407", "3101011001"])
def test_a_listed_region_is_known(code: str) -> None:
    assert regions().knows(code)


@pytest.mark.parametrize("code", ["9999", "317499", "3101019999", "31", "31710", "", "abcd"])
def test_any_other_code_is_unknown(code: str) -> None:
    assert not regions().knows(code)


def test_outside_jakarta_the_district_decides_about_a_village() -> None:
    assert regions().knows("1101012001")


def test_an_unlisted_district_makes_its_villages_unknown() -> None:
    assert not regions().knows("1101992001")


def test_the_name_of_a_city_is_found_from_any_code_inside_it() -> None:
    assert regions().regency_name("3174071001") == "Kota Administrasi Jakarta Selatan"


def test_an_unknown_city_has_no_name() -> None:
    assert regions().regency_name("9999") is None


def test_regions_are_sorted_by_the_length_of_their_codes() -> None:
    codes = collect_regions([Region("31", "DKI Jakarta"), Region("3171", "Jakarta Pusat")])
    assert (codes.provinces, codes.regencies) == (frozenset({"31"}), frozenset({"3171"}))
