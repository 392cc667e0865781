"""The employers of a representative, who may have ten thousand, come in pages."""

import pytest

from strp.domain.identifiers import Nib
from strp.usecases.employers.claim import claims_page
from strp.usecases.process.system import System
from tests.usecases.stage import People, Post, Register

pytestmark = pytest.mark.anyio


@pytest.fixture
def people(system: System, post: Post) -> People:
    return People(system, post, Nib(8120001110001), "kantor@contoh.example")


async def test_employers_of_a_representative_come_in_pages_and_are_searched(
    system: System, people: People, register: Register, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("strp.usecases.employers.claim.CLAIMS_A_PAGE", 2)
    ani = await people.come("ani@contoh.example")
    nibs = [await register(Nib(8120002220000 + number)) for number in range(5)]
    async with system.database.connection() as conn:
        for nib in nibs:
            await conn.execute(
                "INSERT INTO representation (nib, account_id, state, claimed_at, active_at)"
                " VALUES (%s, %s, 'active', now(), now())",
                (nib, ani.account_id),
            )
    pages, after = [], None
    while True:
        claims, after = await claims_page(system, ani, after=after)
        pages.append([claim.nib for claim in claims])
        if after is None:
            break

    assert pages == [nibs[:2], nibs[2:4], nibs[4:]]
    found, _ = await claims_page(system, ani, search="8120002220003")
    assert [claim.nib for claim in found] == nibs[3:4]
    assert len((await claims_page(system, ani, search="CONTOH"))[0]) == 2
    assert await claims_page(system, ani, search="nobody") == ([], None)
