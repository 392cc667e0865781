"""Kept pages: only what a page of ours leads to is kept, and the front's own stay."""

from pathlib import Path

import pytest

from strp.domain.text import Language
from strp.front import page_cache
from strp.front.page_cache import PageCache, PageStore, StoredPage
from strp.front.responses import Response
from strp.wiring.routes import shipped_routes
from tests.front.asking import Front, Inner
from tests.shipped_rules import policy

pytestmark = pytest.mark.anyio


def page(size: int) -> StoredPage:
    whole = Response(200, [], b"x" * size)
    return StoredPage(made_at=0.0, plain=whole, squeezed=whole, unchanged=whole, etag='"x"')


@pytest.mark.parametrize(
    "address",
    [
        "/?role={n}",
        "/?sector={n}",
        "/rules?role=a{n}",
        "/eligibility?role=made-up-{n}",
        "/eligibility?role=worker&{n}",
        "/eligibility/sector?sector=X{n}",
        "/static/made-up-{n}.js",
        "/privacy?x={n}",
    ],
)
async def test_a_made_up_address_is_never_kept(front: Front, address: str) -> None:
    front.system.reference.in_force = policy("inmendagri-18-2021")
    kept = front.door._kept.pages
    for n in range(30):
        await front.ask("GET", address.replace("{n}", str(n)))
    assert (len(kept), len(front.inner.asked)) == (0, 30)


async def test_roles_and_sectors_of_the_rules_are_kept(front: Front) -> None:
    rules = front.system.reference.in_force = policy("inmendagri-18-2021")
    sector = rules.sectors[0].code
    for address in ("/eligibility?role=worker", f"/eligibility/sector?sector={sector}"):
        for _ in range(3):
            await front.ask("GET", address)
    assert len(front.inner.asked) == 2


async def test_a_page_is_made_once_for_all_who_ask_at_once(tmp_path: Path) -> None:
    inner = Inner()
    kept = PageCache(inner, tmp_path, shipped_routes())
    await kept.write_all()
    assert len(inner.asked) == len(kept.own_addresses) * len(Language)


def test_the_front_page_and_what_it_leads_to_are_kept(tmp_path: Path) -> None:
    kept = PageCache(Inner(), tmp_path, shipped_routes()).own_addresses
    assert (kept[0], {"/rules", "/eligibility", "/eligibility?role=worker"} <= {*kept}) == (
        "/",
        True,
    )


def test_the_front_stays_when_others_are_too_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_KEPT", 10)
    store = PageStore({"/"})
    store.keep(("/", Language.ID), page(10))
    for n in range(50):
        store.keep((f"/static/{n}", Language.ID), page(10))
    assert len(store) == 11
    assert store.get(("/", Language.ID)) is not None
    assert store.get(("/static/49", Language.ID)) is not None
    assert store.get(("/static/0", Language.ID)) is None


def test_what_was_asked_for_longest_ago_goes_first(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_KEPT", 2)
    store = PageStore()
    for name in ("a", "b"):
        store.keep((name, Language.ID), page(10))
    store.get(("a", Language.ID))
    store.keep(("c", Language.ID), page(10))
    assert store.get(("a", Language.ID)) is not None
    assert store.get(("b", Language.ID)) is None


def test_kept_pages_take_no_more_bytes_than_they_may(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(page_cache, "MOST_KEPT_BYTES", 1000)
    store = PageStore()
    for n in range(20):
        store.keep((str(n), Language.ID), page(100))
    assert len(store) == 5
