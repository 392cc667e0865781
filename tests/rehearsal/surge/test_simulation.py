"""A simulated day keeps the duration that it is given, and lets in no more than came."""

from pathlib import Path

import pytest

from strp.rehearsal.surge.simulation import (
    Plant,
    Simulated,
    simulate,
    who_want_in,
)
from strp.rehearsal.surge.simulation_report import write_simulation


def short(visitors: int, duration_s: int, requests_per_s: float = 400.0) -> Simulated:
    plant = Plant(requests_per_s=requests_per_s)
    return simulate(visitors, plant, tell=lambda _: None, duration_s=duration_s)


@pytest.mark.parametrize("duration_s", [1, 59, 60, 61, 150])
def test_it_lasts_as_long_as_it_is_told(duration_s: int) -> None:
    found = short(1_000, duration_s)
    assert found.summary["duration_s"] == duration_s
    assert len(found.minutes) == -(-duration_s // 60)


@pytest.mark.parametrize("visitors", [1, 7, 61, 999, 50_000])
@pytest.mark.parametrize("duration_s", [10, 130])
def test_no_more_come_in_than_wanted_to(visitors: int, duration_s: int) -> None:
    found = short(visitors, duration_s).summary
    let_in, gave_up, waiting = (found[n] for n in ("admitted", "gave_up", "still_in_line"))
    assert let_in + gave_up + waiting == who_want_in(visitors)
    assert let_in <= who_want_in(visitors) <= visitors


def test_its_page_opens_with_the_verdict(tmp_path: Path) -> None:
    page = write_simulation(tmp_path, short(200_000, 120, requests_per_s=20.0)).read_text()
    assert "data-verdict=bad" in page
    assert "Not everybody came in" in page
