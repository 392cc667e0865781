"""The office suspends and restores all certificates of an employer by forms alone."""

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site
from tests.web.office.test_certificates import _issue, verdict

PHARMACY, OFFICER = Nib(8120001110003), "petugas.banyak@kota.example"
PAGE = "/office/certificates/many"


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    site.sign_in(OFFICER)
    return site


def test_how_many_it_hits_is_shown_first_then_done_and_undone(office: Site) -> None:
    serial = str(office.call(_issue, office.system))
    form = {"nib": str(PHARMACY), "act": "suspend", "reason": "Disegel Satpol PP"}
    asked = office.send(PAGE, **form)
    assert "Surat yang akan ditangguhkan" in asked.text
    assert verdict(office, serial) == "EXERCISE"
    done = office.send(PAGE, **form, sure="yes")
    assert verdict(office, serial) == "SUSPENDED"
    number = str(done.url).rpartition("=")[2]
    assert "dalam satu menit" in office.get(f"{PAGE}?done={number}").text
    assert f"?undo={number}" in office.get(PAGE).text
    assert "Pulihkan penangguhan ini" in office.get(f"{PAGE}?undo={number}").text
    undo = {"undo": number, "reason": "Segel dibuka"}
    assert "akan berlaku kembali" in office.send(PAGE, **undo).text
    office.send(PAGE, **undo, sure="yes")
    assert verdict(office, serial) == "EXERCISE"


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"act": "suspend", "reason": "uji"}, "Sebutkan perusahaan"),
        ({"nib": str(PHARMACY), "reason": "uji"}, "Pilih: tangguhkan atau cabut"),
        ({"nib": str(PHARMACY), "act": "suspend"}, "Sebutkan alasannya"),
        ({"sector": "X-9", "act": "suspend", "reason": "uji"}, "Tidak ada surat"),
        ({"period": "9999", "act": "suspend", "reason": "uji"}, "tidak dikenal"),
        ({"undo": "x", "reason": "uji"}, "Tidak ada penangguhan"),
    ],
)
def test_what_is_missing_is_said_and_nothing_changes(
    office: Site, form: dict[str, str], said: str
) -> None:
    answer = office.send(PAGE, **form)
    assert answer.status_code == 422 and said in answer.text
