"""A flood of the front page at the real server: it waits, others and filings do not."""

import asyncio
import time
from collections.abc import Iterator

import httpx
import pytest

from tests.journeys.running import BANK, Installation, installation

FLOOD, POLITE = {"x-forwarded-for": "198.51.100.7"}, {"x-forwarded-for": "203.0.113.9"}
WORKERS = [{"nama": "Budi Santoso", "nik": "3171010101900001", "jabatan": "Kasir"}]


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """An installation whose crowd gets few turns."""
    folder = tmp_path_factory.mktemp("flood")
    with installation(folder, STRP_STRANGER_PAGES_PER_S="10") as running:
        yield running


def file(program: httpx.Client) -> int:
    """File something; its answer's status."""
    body = {"nib": BANK, "workers": [{**WORKERS[0], "jenis_lokasi": "pelayanan"}]}
    return program.post("/api/v1/applications", json=body).status_code


async def ask(client: httpx.AsyncClient, headers: dict[str, str]) -> tuple[int, float]:
    """Ask for the front page; status, and when it was there."""
    status = (await client.get("/", headers=headers)).status_code
    return status, time.monotonic()


async def flood_and_visit(url: str) -> tuple[list[tuple[int, float]], tuple[int, float]]:
    """200 requests of one block at once, then one of another."""
    limits = httpx.Limits(max_connections=None)
    async with httpx.AsyncClient(base_url=url, timeout=60, limits=limits) as client:
        flood = [asyncio.create_task(ask(client, FLOOD)) for _ in range(200)]
        await asyncio.sleep(1.0)
        visit = await ask(client, POLITE)
        return await asyncio.gather(*flood), visit


def test_a_flood_of_kept_pages_waits_and_another_visitor_does_not(small: Installation) -> None:
    with small.client(BANK) as program:
        assert file(program) == 202  # from now on somebody is inside, for a second
        flood, visit = asyncio.run(flood_and_visit(small.url))
        assert file(program) == 202
    assert {status for status, _ in [*flood, visit]} == {200}
    assert sum(at < visit[1] for _, at in flood) < len(flood) / 2
