"""Samples by risk: one lot for everybody, a higher chance for a risk, and each with its cause."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.employers.caps import Staff
from strp.domain.employers.employer import NO_TERMS
from strp.domain.filing.sampling import DRAWN_BECAUSE, DrawnBecause, lots_of, risks_of, sample_mark
from strp.domain.rules.filing_rules import SampleRisk
from tests.shipped_rules import policy

POLICY = policy("latihan")
LOTTED = replace(POLICY, sample_percent=2, sample_rates=((SampleRisk.REMARK, 10),))


def index(share_percent: float) -> bytes:
    """A keyed index at this place of all."""
    return bytes(12) + int(share_percent / 100 * (1 << 32)).to_bytes(4)


@pytest.mark.parametrize(
    ("place", "risks", "because"),
    [
        (1.9, (), DrawnBecause.LOT),
        (1.9, (SampleRisk.REMARK,), DrawnBecause.LOT),
        (2.1, (), None),
        (2.1, (SampleRisk.REMARK,), DrawnBecause.REMARK),
        (9.9, (SampleRisk.REMARK,), DrawnBecause.REMARK),
        (9.9, (SampleRisk.OTHER_SITE,), None),
        (10.1, (SampleRisk.REMARK,), None),
    ],
)
def test_the_lot_is_the_same_for_all_and_a_risk_adds_to_it(
    place: float, risks: tuple[SampleRisk, ...], because: DrawnBecause | None
) -> None:
    assert lots_of(LOTTED).draws(index(place), risks) is because


def test_a_policy_without_rates_draws_by_the_lot_alone() -> None:
    lots = lots_of(replace(POLICY, sample_percent=100, sample_rates=()))

    assert lots.draws(index(99.9), tuple(SampleRisk)) is DrawnBecause.LOT
    assert (
        lots_of(replace(POLICY, sample_percent=0, sample_rates=())).draws(
            index(0), tuple(SampleRisk)
        )
        is None
    )


def test_the_risks_are_what_screening_and_the_employer_show() -> None:
    declared = NO_TERMS._replace(declared_staff=Staff(10, None))

    assert risks_of((), NO_TERMS, at_other_site=False) == frozenset()
    assert risks_of(("nik-district-unknown",), declared, at_other_site=True) == set(SampleRisk)


def test_every_cause_has_words() -> None:
    assert set(DRAWN_BECAUSE) == set(DrawnBecause)
    assert {DrawnBecause(risk.value) for risk in SampleRisk} < set(DrawnBecause)


@given(st.binary(min_size=16, max_size=16))
def test_a_share_of_a_hundred_percent_draws_everybody(nik_index: bytes) -> None:
    assert nik_index[-4:] < sample_mark(100)


@given(st.binary(min_size=16, max_size=16))
def test_a_share_of_nothing_draws_nobody(nik_index: bytes) -> None:
    assert not nik_index[-4:] < sample_mark(0)


@given(st.binary(min_size=16, max_size=16), st.integers(0, 99))
def test_a_larger_share_draws_everybody_that_a_smaller_one_draws(
    nik_index: bytes, share: int
) -> None:
    drawn = nik_index[-4:] < sample_mark(share)

    assert not drawn or nik_index[-4:] < sample_mark(share + 1)
