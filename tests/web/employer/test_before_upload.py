"""What an employer is told before it files a roster, and by what a cap refused afterwards."""

import re

import pytest

from tests.journeys.running import fresh_workers
from tests.web.conftest import Site

BANK, BOUTIQUE, BODY = "8120001110001", "8120001110011", "8120001110012"
WEAVER = "8120001110017"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture
def hr(site: Site) -> Site:
    site.sign_in("hr.sebelum@bank.example")
    return site


def represent(hr: Site, nib: str) -> None:
    if hr.get(f"/employer/{nib}").status_code != 200:
        hr.send("/employer/claim", nib=nib)
        hr.send(f"/employer/{nib}/claim", code=hr.code(f"hr.{nib}@perusahaan.example"))


def expected(hr: Site, nib: str) -> str:
    represent(hr, nib)
    page = hr.get(f"/employer/{nib}").text
    told = re.search(r"<div data-expected>(.*?)</div>\s*<form", page, re.S)
    assert told is not None
    return " ".join(re.sub(r"<[^>]+>", " ", told[1]).split())


def upload(hr: Site, nib: str, name: str, people: list[dict[str, str]]) -> str:
    lines = [",".join(people[0]), *(",".join(each.values()) for each in people)]
    files = {"roster": (name, "\n".join(lines).encode(), "text/csv")}
    answer = hr.browser.post(
        f"/employer/{nib}/applications", data={"key": ""}, files=files, headers=SAME_SITE
    )
    assert answer.status_code == 200, answer.text
    return str(answer.text)


def test_a_bank_sees_its_sector_its_places_and_what_comes_next(hr: Site) -> None:
    told = expected(hr, BANK)
    assert "Sektor perusahaan Keuangan" in told
    assert "sisa 1.400 dari 1.400 (50% dari 2.800 pegawai)" in told
    assert "sisa 300 dari 300 (25% dari 1.200 pegawai)" in told
    assert "langsung disetujui" in told
    assert "paling penting paling atas" in told
    assert "tidak diberikan kepada perusahaan lain" in told


def test_a_boutique_learns_before_the_upload_that_it_would_be_refused(hr: Site) -> None:
    told = expected(hr, BOUTIQUE)
    assert "Daftar yang dikirim sekarang ditolak." in told
    assert "Lampirkan bukti" in told


def test_a_weaver_learns_which_evidence_it_needs(hr: Site) -> None:
    told = expected(hr, WEAVER)
    assert "Sektor ini perlu bukti" in told
    assert "diputus petugas paling lambat" in told


def test_the_places_and_the_receipt_tell_whom_the_cap_refused_and_in_which_order(hr: Site) -> None:
    represent(hr, BANK)
    hr.send(f"/employer/{BANK}/staff", service="6", administration="4", partners="")

    page = upload(hr, BANK, "Juli, gelombang 1.csv", fresh_workers(5))

    told = " ".join(re.sub(r"<[^>]+>", " ", page).split())
    assert "2 pekerja ditolak karena batas, mulai baris 5." in told
    assert "sisa 0 dari 3 (50% dari 6 pegawai)" in told
    assert "Tempat diberikan menurut urutan baris" in told
    assert "data-file><bdi>Juli, gelombang 1.csv</bdi>" in page
    assert "data-file><bdi>Juli, gelombang 1.csv</bdi>" in hr.get(f"/employer/{BANK}").text
    assert "sisa 0 dari 3" in expected(hr, BANK)
