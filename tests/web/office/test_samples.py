"""The office's page of samples, without scripts."""

import pytest

from tests.web.conftest import Site


@pytest.mark.parametrize("fields", [{}, {"nib": "x", "application_id": "1", "row": "1"}])
def test_who_does_not_review_is_refused_whatever_the_form_holds(
    site: Site, fields: dict[str, str]
) -> None:
    site.sign_in("bukan.petugas@contoh.example")
    assert site.send("/office/samples", **fields).status_code == 403
