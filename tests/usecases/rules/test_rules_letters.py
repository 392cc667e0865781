"""A change of the rules is told to the employers that it touches: once, and only while it holds."""

from collections.abc import Awaitable, Callable
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from strp.domain.identifiers import Nib
from strp.domain.notices.notice import Delivery, NoticeKind
from strp.domain.people.account import OPERATOR, Actor
from strp.store.notices.notices import choose
from strp.usecases.certificates.issue import Issuer
from strp.usecases.filing.file import file_workers
from strp.usecases.notices.send import SealedLetter
from strp.usecases.notices.write import write_digests, write_letters
from strp.usecases.operation.activate_policy import (
    activate_policy,
    preview_activation,
    undo_policy_change,
    withdraw_policy,
)
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.usecases.stage import REAL, Clock, Edit, People, Post

pytestmark = pytest.mark.anyio
BANK, SHOP = Nib(8120001110001), Nib(8120001110002)
ANI, BUDI = "ani@contoh.example", "budi@contoh.example"
News = Callable[..., Awaitable[list[SealedLetter]]]


@pytest.fixture
async def news(city: System, post: Post) -> News:
    """Letters to an address since the last time it was asked, once all are written."""
    seen: set[str] = set()

    async def news(to: str = ANI) -> list[SealedLetter]:
        while await write_letters(city):
            pass
        await write_digests(city)
        letters = [each for each in await post.letters(to) if str(each) not in seen]
        seen.update(map(str, letters))
        return letters

    return news


@pytest.fixture
async def ani(city: System, post: Post, news: News) -> Actor:
    """Represents the bank, of whom three workers have certificates under the regulation."""
    ani = await People(city, post, BANK, f"hr.{BANK}@perusahaan.example").represent(ANI)
    await activate_policy(city, OPERATOR, REAL)
    await issue(city)
    await news()
    return ani


async def issue(city: System, nib: Nib = BANK, count: int = 3) -> None:
    people = fresh_workers(count)
    receipt = await file_workers(city, OPERATOR, nib, people, digest=bytes(16))
    assert receipt.ledger.accepted == count
    while await Issuer(city).issue_some():
        pass


async def test_a_prolonged_period_is_told_in_the_letter_of_the_next_morning(
    city: System, edit: Edit, ani: Actor, news: News, clock: Clock
) -> None:
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    await activate_policy(city, OPERATOR, REAL)
    assert await news() == []
    clock.pass_(days=1)
    [letter] = await news()
    assert "Masa berlaku diperpanjang (3 sampai 2 Agustus 2021 pukul 23.59 WIB)" in letter.body
    assert "Validity prolonged (3 until" in letter.body


async def test_who_wants_it_at_once_gets_it_at_once(
    city: System, edit: Edit, ani: Actor, news: News
) -> None:
    assert ani.account_id is not None
    async with city.database.transaction() as conn:
        await choose(conn, ani.account_id, NoticeKind.PROLONGED, Delivery.NOW)
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    await activate_policy(city, OPERATOR, REAL)
    [letter] = await news()
    assert letter.subject.startswith("Masa berlaku diperpanjang")
    assert "3 surat diperpanjang sampai 2 Agustus 2021" in letter.body


async def test_a_shortened_period_is_told_at_once_with_its_new_end(
    city: System, edit: Edit, ani: Actor, news: News
) -> None:
    edit(REAL, "until: 2021-07-20", "until: 2021-07-14")
    await activate_policy(city, OPERATOR, REAL)
    [letter] = await news()
    assert "3 surat perusahaan ini kini hanya berlaku sampai 14 Juli 2021" in letter.body
    assert "/rules" in letter.body and "LATIHAN" not in letter.subject


async def test_a_changed_sector_is_told_with_the_workers_who_no_longer_fit(
    city: System, edit: Edit, ani: Actor, news: News
) -> None:
    edit(REAL, 'prefix: "641"', 'prefix: "648"')
    await activate_policy(city, OPERATOR, REAL)
    [letter] = await news()
    assert letter.subject.startswith("Aturan berubah")
    assert "3 pekerja" in letter.body and "mulai 12 Juli 2021" in letter.body


async def test_who_is_not_touched_hears_nothing(
    city: System, post: Post, edit: Edit, ani: Actor, news: News, clock: Clock
) -> None:
    await People(city, post, SHOP, f"hr.{SHOP}@perusahaan.example").represent(BUDI)
    await news(BUDI)
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    await activate_policy(city, OPERATOR, REAL)
    clock.pass_(days=1)
    assert await news(BUDI) == [] and len(await news()) == 1


async def test_a_dry_run_tells_nobody(
    city: System, edit: Edit, ani: Actor, news: News, clock: Clock
) -> None:
    edit(REAL, "until: 2021-07-20", "until: 2021-07-14")
    await preview_activation(city, OPERATOR, REAL)
    clock.pass_(days=1)
    assert await news() == []


async def test_an_undone_prolongation_is_not_told_any_more(
    city: System, edit: Edit, ani: Actor, news: News, clock: Clock
) -> None:
    edit(REAL, "until: 2021-07-20", "until: 2021-08-02")
    await activate_policy(city, OPERATOR, REAL)
    await news()
    await undo_policy_change(city, OPERATOR)
    told = await news()
    clock.pass_(days=1)
    assert ["sampai 20 Juli 2021" in each.body for each in told] == [True]
    assert await news() == []


async def test_the_same_activation_again_touches_nobody(
    city: System, ani: Actor, news: News
) -> None:
    await activate_policy(city, OPERATOR, REAL)
    assert await news() == []


async def test_the_end_of_an_exercise_is_told_under_its_mark(
    city: System, post: Post, news: News, clock: Clock
) -> None:
    exercise = replace(city, settings=replace(city.settings, exercise=True))
    await load_reference(exercise, OPERATOR)
    await People(city, post, BANK, f"hr.{BANK}@perusahaan.example").represent(ANI)
    await issue(exercise)
    await news()
    clock.now = datetime(2021, 7, 13, 3, tzinfo=UTC)
    await withdraw_policy(city, OPERATOR, "latihan")
    await activate_policy(city, OPERATOR, REAL)
    [letter] = [each for each in await news() if "Aturan" in each.subject]
    assert letter.subject.startswith("LATIHAN")
