"""docs/policies.md names every field of a policy file and every reason of screening."""

from pathlib import Path

import pytest

from strp.domain.rules.reading import FIELDS
from strp.domain.screening.reasons import REASON_CODES

DOCUMENT = (Path(__file__).parents[2] / "docs" / "policies.md").read_text("utf-8")


@pytest.mark.parametrize("field", FIELDS)
def test_every_field_of_a_policy_is_documented(field: str) -> None:
    assert f"`{field}`" in DOCUMENT


@pytest.mark.parametrize("code", sorted(REASON_CODES))
def test_every_reason_is_documented(code: str) -> None:
    assert f"`{code}`" in DOCUMENT
