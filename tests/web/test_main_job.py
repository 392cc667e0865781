"""The main job by forms alone, as a browser without scripts does it."""

import re
from pathlib import Path
from typing import Any

import pytest

from strp.domain.people.account import OPERATOR, Role
from strp.outside.paper.qr_writer import draw_symbol, write_png
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.show import certificate_by_link
from strp.usecases.people.accounts import add_account
from tests.web.conftest import Site

ROSTERS = Path(__file__).parents[1] / "vectors" / "rosters"
HR, OFFICER = "hr@bank.example", "petugas@kota.example"
BANK, CONTRACTOR, NOBODYS = "8120001110001", "8120001110016", "9682147278761"
SAME_ORIGIN = {"Sec-Fetch-Site": "same-origin"}
FULL_NIK = re.compile(r"\b\d{16}\b")


@pytest.fixture(scope="module")
def hr(site: Site) -> Site:
    """Signed in, and representing the bank and the contractor."""
    site.sign_in(HR)
    for nib in (BANK, CONTRACTOR):
        site.send("/employer/claim", nib=nib)
        code = site.code(f"hr.{nib}@perusahaan.example")
        site.send(f"/employer/{nib}/claim", code=code)
    return site


@pytest.fixture(scope="module")
def filed(hr: Site) -> Any:
    """The page of a filing with certificates."""
    answer = upload(hr, BANK, "bank-20.xlsx")
    hr.call(Issuer(hr.system).issue_some)
    return hr.get(answer.url.path)


@pytest.fixture(scope="module")
def waiting(hr: Site) -> Any:
    """The page of a filing that an officer must decide."""
    return upload(hr, CONTRACTOR, "rumah-sakit-excel.xlsx")


def upload(site: Site, nib: str, name: str, key: str = "") -> Any:
    return site.browser.post(
        f"/employer/{nib}/applications",
        data={"key": key},
        files={"roster": (name, (ROSTERS / name).read_bytes())},
        headers=SAME_ORIGIN,
    )


def test_the_page_of_a_filing_shows_receipt_ledger_and_problems(waiting: Any) -> None:
    assert waiting.url.path.startswith(f"/employer/{CONTRACTOR}/applications/")
    assert re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", waiting.text)
    assert "60 baris, semuanya tercatat" in waiting.text
    assert re.findall(r"data-problem=\"([^\"]+)", waiting.text) == ["nik:truncated-by-spreadsheet"]


def test_a_kind_of_problem_names_the_rows_the_heading_and_what_was_read(hr: Site) -> None:
    page = upload(hr, BANK, "logistik-galat.csv", key="the-kinds-of-the-problems").text
    problems = page[page.index('id="problems"') : page.index("</section>", page.index("problems"))]
    assert "data-rows" in problems and "Tertulis:" in problems
    assert FULL_NIK.findall(problems) == []
    assert "data-headings" in page


@pytest.mark.parametrize(
    ("wanted", "found"), [("the name", True), ("nobody of this name", False), ("2", True)]
)
def test_a_worker_is_found_by_name_position_or_line(
    hr: Site, filed: Any, wanted: str, found: bool
) -> None:
    if wanted == "the name":
        wanted = re.findall(r"strp-workers__name\"><bdi>([^<]+)", filed.text)[-1].upper()
    page = hr.send(f"{filed.url.path}/workers", q=wanted)
    shown = int(re.search(r'data-found="(\d+)"', page.text)[1])  # type: ignore[index]
    assert (shown > 0) is found
    assert page.url.query == b""


def test_no_page_of_an_employer_shows_a_whole_nik(filed: Any) -> None:
    assert "••••" in filed.text
    assert FULL_NIK.findall(filed.text) == []


def test_a_second_click_gives_the_same_receipt(hr: Site) -> None:
    first = upload(hr, BANK, "logistik-galat.csv", key="the-same-key-of-the-form")
    again = upload(hr, BANK, "logistik-galat.csv", key="the-same-key-of-the-form")

    assert again.url.path == first.url.path


def test_a_file_that_is_no_roster_comes_back_with_the_reason(hr: Site) -> None:
    answer = hr.browser.post(
        f"/employer/{BANK}/applications",
        files={"roster": ("a.csv", b"a,b\n1,2\n")},
        headers=SAME_ORIGIN,
    )

    assert answer.status_code == 422
    assert "govuk-error-summary" in answer.text


def test_no_file_comes_back_with_the_reason(hr: Site) -> None:
    answer = hr.send(f"/employer/{BANK}/applications", key="x")

    assert answer.status_code in {400, 422}


def test_nobody_files_for_an_employer_that_is_not_theirs(hr: Site) -> None:
    answer = upload(hr, "8120001110004", "logistik-galat.csv")

    assert answer.status_code == 403
    assert "not-your-employer" in answer.text


def test_a_filing_is_not_shown_under_another_employer(hr: Site, filed: Any) -> None:
    number = filed.url.path.rpartition("/")[2]

    assert hr.get(f"/employer/{CONTRACTOR}/applications/{number}").status_code == 404


def test_a_receipt_tells_where_the_filing_stands_and_no_names(site: Site, filed: Any) -> None:
    receipt = re.search(r"[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]", filed.text)
    assert receipt

    page = site.get("/receipts", params={"number": receipt[0].lower()})

    assert 'data-state="decided"' in page.text
    assert "20 disetujui" in page.text


def test_the_private_link_opens_the_certificate_without_sign_in(hr: Site, filed: Any) -> None:
    link = re.findall(r'href="(/c/[^"]+)"', filed.text)[0]

    page = hr.browser.get(link, headers={"Cookie": ""})

    card = page.text[page.text.index("<article") : page.text.index("</article>")]
    assert 'data-verdict="EXERCISE"' in card and "<svg" in card
    assert "LATIHAN" in card and "tidak berlaku di lapangan" in card
    assert page.headers["referrer-policy"] == "no-referrer"
    assert page.headers["cache-control"] == "no-store"
    assert FULL_NIK.findall(page.text) == []


@pytest.mark.parametrize(("form", "begins"), [("strp.pdf", b"%PDF"), ("strp.png", b"\x89PNG")])
def test_the_certificate_can_be_kept_as_a_file(
    hr: Site, filed: Any, form: str, begins: bytes
) -> None:
    link = re.findall(r'href="(/c/[^"]+)"', filed.text)[0]

    assert hr.get(f"{link}/{form}").content.startswith(begins)


def test_a_photo_of_the_qr_gives_the_verdict(hr: Site, filed: Any) -> None:
    link = re.findall(r'href="/c/([^"]+)"', filed.text)[0]
    text = hr.call(certificate_by_link, hr.system, link).text
    photo = write_png(draw_symbol(text))

    page = hr.browser.post(
        "/verify", files={"photo": ("qr.png", photo)}, data={"text": ""}, headers=SAME_ORIGIN
    )

    assert 'data-verdict="EXERCISE"' in page.text
    assert "Bank Contoh Nusantara" in page.text


@pytest.mark.parametrize("text", ["STRP1:AAAA", "halo", "STRP1:" + "%" * 3000])
def test_a_text_that_is_no_certificate_gives_a_verdict_too(hr: Site, text: str) -> None:
    page = hr.browser.post(
        "/verify", data={"text": text}, files={"photo": ("", b"")}, headers=SAME_ORIGIN
    )

    assert 'data-verdict="UNREADABLE"' in page.text


def test_an_employer_without_an_address_goes_before_an_officer(hr: Site) -> None:
    hr.send("/employer/claim", nib=NOBODYS)

    assert "Petugas memeriksa klaim Anda" in hr.get(f"/employer/{NOBODYS}/claim").text


def test_an_api_key_is_shown_once(hr: Site) -> None:
    made = hr.send(f"/employer/{BANK}/keys", label="Sistem gaji")

    key = re.search(r"strp_[0-9a-z]{46}", made.text)
    assert key
    assert key[0] not in hr.get(f"/employer/{BANK}/keys").text


def test_withdrawing_a_key_says_what_it_does_first_and_that_it_was_done_after(hr: Site) -> None:
    page = hr.send(f"/employer/{BANK}/keys", label="Sistem lama").text
    number = re.findall(r'name="api_key_id" value="(\d+)"', page)[0]
    path = f"/employer/{BANK}/keys/withdraw"

    asked = hr.send(path, api_key_id=number)
    assert "data-confirm" in asked.text and "Sistem lama" in asked.text
    assert f'value="{number}"' in hr.get(f"/employer/{BANK}/keys").text

    done = hr.send(path, api_key_id=number, sure="yes")
    assert "data-done" in done.text
    assert f'value="{number}"' not in done.text


def test_an_officer_takes_a_file_refuses_one_and_approves_the_rest(hr: Site, waiting: Any) -> None:
    hr.call(add_account, hr.system, OPERATOR, Role.OFFICER, OFFICER)
    hr.sign_in(OFFICER)

    file = hr.send("/office/next")
    row = re.findall(r'name="row" value="(\d+)"', file.text)[0]
    path = file.url.path
    unreasoned = hr.send(f"{path}/decisions", decision="REFUSE", row=row)
    refused = hr.send(f"{path}/decisions", decision="REFUSE", row=row, reason="evidence-missing")
    asked = hr.send(f"{path}/decisions", decision="REFUSE", scope="rest", reason="evidence-missing")
    still = hr.get(f"{path}?state=pending")
    desk = hr.send(f"{path}/decisions", decision="APPROVE", scope="rest")

    assert "data-confirm" in asked.text
    assert 'id="decision-form"' in still.text
    assert 'value="approve-passed"' not in still.text  # screening let none of them pass
    assert unreasoned.status_code == 422
    assert "Bukti pendukung" in refused.text
    assert refused.url.params["state"] == "pending"
    assert desk.url.path == "/office"


def test_an_officer_sees_a_whole_nik_only_where_they_ask_for_it(hr: Site, waiting: Any) -> None:
    hr.sign_in(OFFICER)
    number = waiting.url.path.rpartition("/")[2]

    page = hr.get(f"/office/applications/{number}")
    person = hr.send(f"/office/applications/{number}/workers/5")

    assert FULL_NIK.findall(page.text) == []
    assert len(FULL_NIK.findall(person.text)) == 1


@pytest.mark.parametrize("path", ["/office", "/office/claims", "/office/revoke"])
def test_a_representative_has_no_business_in_the_office(hr: Site, path: str) -> None:
    hr.sign_in(HR)

    assert hr.get(path).status_code == 403


def test_an_administrator_adds_an_officer_who_can_sign_in(hr: Site) -> None:
    hr.call(add_account, hr.system, OPERATOR, Role.ADMINISTRATOR, "admin@kota.example")
    hr.sign_in("admin@kota.example")

    added = hr.send("/office/accounts", email="baru@kota.example", role="officer", word="add")
    hr.sign_in("baru@kota.example")

    assert "Akun ditambahkan" in added.text
    assert hr.get("/office").status_code == 200


def test_an_officer_adds_no_accounts(hr: Site) -> None:
    hr.sign_in(OFFICER)

    answer = hr.send("/office/accounts", email="x@kota.example", role="officer", word="add")

    assert answer.status_code == 403
