"""JSON rosters of shapes that no roster has."""

import json
from pathlib import Path

import pytest

from strp.domain.roster.row import Outcome
from strp.outside.spreadsheets.open import is_read_apart
from tests.rosters import check_file, outcomes, person


@pytest.mark.parametrize("piece", [b"[],", b'{"a":{}},', b"1,"])
def test_a_small_json_of_a_shape_that_takes_long_is_read_apart(
    tmp_path: Path, piece: bytes
) -> None:
    path = tmp_path / "a"
    path.write_bytes(b'{"workers":[%s{"nama":"Siti"}]}' % (piece * 60_000))
    assert is_read_apart(path)
    _, rows, _ = check_file(path)
    assert len(rows) == 60_001


def test_half_of_an_emoji_at_the_very_end_costs_its_row_alone(tmp_path: Path) -> None:
    path = tmp_path / "a"
    path.write_bytes(json.dumps({"workers": [person(1), {"nama": "\ud800"}]}).encode())
    _, rows, _ = check_file(path)
    assert outcomes(rows) == [(1, Outcome.SOUND), (2, Outcome.REJECTED)]
