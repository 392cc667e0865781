"""A representative chooses which letters to get; codes are no choice."""

from strp.domain.notices.notice import NoticeKind
from tests.web.conftest import Site

BANK = "8120001110001"
CHOSEN = '<option value="{}" selected>'


def test_a_representative_chooses_kind_by_kind(site: Site) -> None:
    site.sign_in("ani@bank.example")
    shown = site.get("/employer/letters").text
    assert all(f'name="{kind}"' in shown for kind in NoticeKind)
    assert CHOSEN.format("never") not in shown and 'name="codes"' not in shown

    saved = site.send("/employer/letters", receipt="never", revoked="daily", codes="never")
    assert saved.status_code == 200
    again = site.get("/employer/letters").text
    assert again.count(CHOSEN.format("never")) == 1


def test_a_choice_that_does_not_exist_changes_nothing(site: Site) -> None:
    site.sign_in("budi@bank.example")
    before = site.get("/employer/letters").text
    assert site.send("/employer/letters", receipt="always").status_code == 200
    assert site.get("/employer/letters").text == before


def test_who_is_not_signed_in_signs_in_first(site: Site) -> None:
    site.browser.cookies.clear()
    assert "sign-in" in str(site.get("/employer/letters").url)
