"""The office's page of closures: officers read it, supervisors close and open by forms."""

from collections.abc import Iterator

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.employers.close import close_employer, closure_of, list_closures, open_employer
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

HOTEL = Nib(8120001110009)
SUPERVISOR, OFFICER = "penyelia.tutup@kota.example", "petugas.tutup@kota.example"
PAGE = "/office/closures"
WHY = {"nib": str(HOTEL), "reason": "Klaster di lantai 3", "citation": "SK Kadis 12/2021"}


@pytest.fixture(scope="module")
def people(site: Site) -> Site:
    for role, email in ((Role.SUPERVISOR, SUPERVISOR), (Role.OFFICER, OFFICER)):
        site.call(add_account, site.system, OPERATOR, role, email)
    return site


@pytest.fixture
def supervisor(people: Site) -> Iterator[Site]:
    """Signed in; whatever is closed in the end is opened again."""
    people.sign_in(SUPERVISOR)
    yield people
    if people.call(closure_of, people.system, HOTEL):
        people.call(_open, people)


async def _open(site: Site) -> None:
    await open_employer(site.system, OPERATOR, HOTEL, reason="Selesai")


async def _close(site: Site) -> int:
    done = await close_employer(site.system, OPERATOR, HOTEL, reason="Wabah", citation="SK 1/2021")
    return done.closure_id


def is_closed(site: Site) -> bool:
    return site.call(closure_of, site.system, HOTEL) is not None


def test_what_a_closure_means_is_shown_first_and_nothing_changes(supervisor: Site) -> None:
    asked = supervisor.send(PAGE, **WHY, until="2030-01-31")
    assert "Tutup perusahaan ini?" in asked.text and f"NIB {HOTEL}" in asked.text
    assert "1 Februari 2030" in asked.text  # the day named belongs to it
    assert not is_closed(supervisor)


def test_who_is_sure_closes_and_the_list_says_who_when_and_why(supervisor: Site) -> None:
    supervisor.send(PAGE, **WHY, sure="yes")
    assert is_closed(supervisor)
    page = supervisor.get(PAGE)
    assert "Hotel Contoh Indah" in page.text and WHY["reason"] in page.text
    assert WHY["citation"] in page.text and "Dicatat account:" in page.text


def test_a_closure_is_lifted_with_a_reason_and_stays_among_those_that_are_over(
    supervisor: Site,
) -> None:
    number = supervisor.call(_close, supervisor)
    lift = {"word": "lift", "nib": str(HOTEL), "closure_id": str(number)}
    without = supervisor.send(PAGE, **lift, reason=" ")
    assert without.status_code == 422 and is_closed(supervisor)
    assert 'href="#reason' in without.text

    supervisor.send(PAGE, **lift, reason="Sudah bersih")

    assert not is_closed(supervisor)
    assert "Sudah bersih" in supervisor.get(f"{PAGE}?past=1&nib={HOTEL}").text
    assert f'data-closure="{number}"' not in supervisor.get(PAGE).text


@pytest.mark.parametrize(
    ("wrong", "field"),
    [
        ({"word": "zzz"}, "nib"),
        ({"nib": "12"}, "nib"),
        ({"nib": "9999999999999"}, "nib"),
        ({"reason": ""}, "reason"),
        ({"citation": ""}, "citation"),
        ({"until": "besok"}, "until"),
        ({"from": "2030-02-30"}, "from"),
        ({"until": "2001-01-01"}, "until"),
        ({"word": "lift", "closure_id": str(10**18)}, "nib"),
        ({"word": "lift", "closure_id": "-5"}, "nib"),
    ],
)
def test_what_cannot_be_is_said_at_its_field_and_nothing_is_closed(
    supervisor: Site, wrong: dict[str, str], field: str
) -> None:
    before = len(supervisor.call(list_closures, supervisor.system))
    page = supervisor.send(PAGE, **(WHY | {"sure": "yes"} | wrong))
    assert page.status_code == 422 and 'class="govuk-error-summary' in page.text
    assert len(supervisor.call(list_closures, supervisor.system)) == before


def test_an_officer_reads_closures_and_makes_or_lifts_none(people: Site) -> None:
    number = people.call(_close, people)
    people.sign_in(OFFICER)
    page = people.get(PAGE)
    assert "Hotel Contoh Indah" in page.text and "Cabut penutupan" not in page.text
    lift = {"word": "lift", "nib": str(HOTEL), "closure_id": str(number), "reason": "x"}
    assert people.send(PAGE, **lift).status_code == 403
    assert people.send(PAGE, **WHY, sure="yes").status_code == 403
    assert is_closed(people)
    people.call(_open, people)


def test_numbers_beyond_all_closures_show_a_page(supervisor: Site) -> None:
    for query in (f"before={10**30}", "before=-1", "nib=%00", "nib=12&past=1"):
        assert supervisor.get(f"{PAGE}?{query}").status_code == 200


@pytest.mark.parametrize(
    ("page", "form"),
    [
        ("/office/objections", {"objection_id": "1", "reason": "x"}),
        ("/office/claims", {"nib": str(HOTEL), "account_id": "1", "version": "1"}),
        ("/office/samples", {"nib": str(HOTEL), "application_id": "1", "row": "1"}),
        (f"/office/employers/{HOTEL}", {"sector": "K-l", "reason": "x"}),
    ],
)
def test_a_form_whose_button_is_unknown_decides_nothing(
    supervisor: Site, page: str, form: dict[str, str]
) -> None:
    answer = supervisor.send(page, **form, word="zzz")
    assert answer.status_code == 422 and "Pilih salah satu tombol" in answer.text
