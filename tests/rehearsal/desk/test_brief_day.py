"""A small rehearsed 5 July says the same numbers as an independent count of what it filed."""

import json
from pathlib import Path

import psycopg
import pytest

from strp.rehearsal.desk.brief_day import Morning, brief_of_noon, own_database
from strp.wiring import build_system

pytestmark = pytest.mark.anyio
FILED = "SELECT count(*), sum(accepted), sum(approved), sum(refused) FROM application"
MORNING = Morning(visitors=200_000, employers=300, applications=60)


@pytest.fixture(scope="module")
def installation() -> object:
    with own_database() as found:
        yield found


async def test_the_brief_of_noon_is_what_was_filed_and_decided(
    installation: tuple[Path, str],
) -> None:
    folder, url = installation
    files = await brief_of_noon(MORNING, build_system, lambda _: None, folder, url)
    numbers = json.loads(files["brief.json"])["numbers"]
    with psycopg.connect(url) as conn:
        [filed] = conn.execute(FILED).fetchall()
    told = ("applications", "workers_filed", "approved", "refused")
    assert tuple(numbers[each] for each in told) == tuple(map(int, filed))
    assert numbers["non_essential"] > 0
    assert numbers["visits"] > 60_000
    assert set(files) == {
        *("brief.id.html", "brief.id.pdf", "brief.en.html", "brief.en.pdf", "brief.json")
    }
    assert "Gladi, bukan kejadian" in files["brief.id.html"].decode()
