"""The office's page of samples, without scripts."""

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site


@pytest.mark.parametrize("fields", [{}, {"nib": "x", "application_id": "1", "row": "1"}])
def test_who_does_not_review_is_refused_whatever_the_form_holds(
    site: Site, fields: dict[str, str]
) -> None:
    site.sign_in("bukan.petugas@contoh.example")
    assert site.send("/office/samples", **fields).status_code == 403


def test_where_nothing_waits_the_page_says_so_first(site: Site) -> None:
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, "petugas.petik@kota.example")
    site.sign_in("petugas.petik@kota.example")
    page = site.get("/office/samples?done=sample-confirmed").text
    assert page.index("data-done") < page.index('id="nothing"') < page.index("data-error-rate")
    assert 'id="samples"' not in page
