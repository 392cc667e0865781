"""What reasons tell whom: a refusal is final, and says only what refused."""

import pytest

from strp.domain.rules.policy import NoteEffect
from strp.domain.screening.reasons import codes_of_refusal
from tests.shipped_rules import policy

RULES = policy("inmendagri-18-2021")


@pytest.mark.parametrize(
    ("codes", "told"),
    [
        (("sector-review", "evidence-required", "over-cap"), ("over-cap",)),
        (("outside-territory", "nik-age", "sector-not-listed"), ("sector-not-listed",)),
        (("nik-district-unknown", "over-cap"), ("nik-district-unknown", "over-cap")),
        (("sector-review", "evidence-insufficient"), ("evidence-insufficient",)),
        (("sector-review",), ("sector-review",)),
        ((), ()),
    ],
    ids=["cap", "sector", "remark stays", "an officer's reason", "nothing else", "nothing"],
)
def test_who_is_refused_is_not_told_that_an_officer_checks(
    codes: tuple[str, ...], told: tuple[str, ...]
) -> None:
    assert dict(RULES.note_effects)["nik-age"] is NoteEffect.REFER

    assert codes_of_refusal(codes, RULES) == told
