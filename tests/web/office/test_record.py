"""The auditor's page, without scripts."""

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.store import audit
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.web.conftest import Site

AUDITOR = "auditor.catatan@kota.example"
PATH = "/office/record"


@pytest.fixture
def auditor(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.AUDITOR, AUDITOR)
    site.sign_in(AUDITOR)
    return site


def test_an_auditor_comes_to_the_record_and_searches_it(auditor: Site) -> None:
    page = auditor.get(PATH)
    assert page.status_code == 200 and "signed-in" in page.text
    assert AUDITOR not in page.text and "a•••@kota.example" in page.text
    found = auditor.send(PATH, email=AUDITOR)
    assert "who=account" in str(found.url) and "%40" not in str(found.url)
    assert 'id="nothing"' in auditor.get(f"{PATH}?action=tidak-ada").text


def test_the_door_of_the_office_leads_an_auditor_to_the_record(auditor: Site) -> None:
    assert auditor.get("/office").url.path == PATH


@pytest.mark.parametrize(
    "query",
    ["who=<b>x", "subject=3171010101900001", "who=siti@kota.example"],
)
def test_what_no_record_holds_is_refused(auditor: Site, query: str) -> None:
    answer = auditor.get(f"{PATH}?{query}")
    assert answer.status_code == 422 and "<b>x" not in answer.text


@pytest.mark.parametrize("query", ["before=-1", "since=kemarin", "until=9999-12-31"])
def test_what_makes_no_sense_is_left_out(auditor: Site, query: str) -> None:
    assert auditor.get(f"{PATH}?{query}").status_code == 200


def test_acts_and_roles_are_told_in_the_language_of_the_reader(auditor: Site) -> None:
    auditor.get(PATH)
    indonesian, english = (auditor.get(f"{PATH}?lang={lang}").text for lang in ("id", "en"))
    assert "Catatan dicari" in indonesian and "Record searched" not in indonesian
    assert "Record searched" in english and "Catatan dicari" not in english
    assert "record-searched" in indonesian  # what one types to search for it


def test_what_a_record_says_at_length_is_folded_and_names_what_it_holds(auditor: Site) -> None:
    long = {"reason": "panjang " * 60, "<b>kunci": 1}

    async def write(system: System) -> None:
        async with system.database.transaction() as conn:
            await audit.record(
                conn, at=system.clock(), actor="operator", action="policy-activated",
                subject="policy:panjang", detail=long,
            )  # fmt: skip

    auditor.call(write, auditor.system)
    page = auditor.get(f"{PATH}?subject=policy:panjang").text
    folded = page.partition("<details")[2].partition("</details>")[0]
    assert "(reason, &lt;b&gt;kunci)" in folded and "panjang panjang" in folded
    assert "<b>kunci" not in page


def test_an_address_that_nobody_has_is_told_so(auditor: Site) -> None:
    assert auditor.send(PATH, email="tidak.ada@kota.example").status_code == 422


@pytest.mark.parametrize("path", ["/office/accounts", "/office/claims", "/office/closures"])
def test_an_auditor_changes_nothing(auditor: Site, path: str) -> None:
    assert auditor.send(path, word="close", email=AUDITOR).status_code == 403


def test_officers_do_not_read_the_record(site: Site) -> None:
    site.call(add_account, site.system, OPERATOR, Role.SUPERVISOR, "penyelia.catatan@kota.example")
    site.sign_in("penyelia.catatan@kota.example")
    assert site.get(PATH).status_code == 403
