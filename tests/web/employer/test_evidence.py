"""Evidence on the pages, without scripts: attached by an employer, seen and decided by officers."""

import io
import re
from typing import Any

import pytest
from PIL import Image

from strp.domain.people.account import OPERATOR, Role
from strp.usecases.people.accounts import add_account
from strp.web.framework.page import PICTURE_HEADERS
from tests.outside.paper import evidence_files as files
from tests.web.conftest import Site

ANI, BUDI = "ani.bukti@kota.example", "budi.bukti@kota.example"
HR = "hrd.bukti@perusahaan.example"
PARK, GYM = "9573669760676", "9382112907391"
HERE = f"/employer/{PARK}/evidence"


@pytest.fixture(scope="module")
def office(site: Site) -> Site:
    for address in (ANI, BUDI):
        site.call(add_account, site.system, OPERATOR, Role.OFFICER, address)
    site.sign_in(HR)
    site.send("/employer/claim", nib=PARK)
    site.send(f"/employer/{PARK}/claim", code=site.code(registered(site)))
    return site


def registered(site: Site) -> str:
    return f"hr.{PARK}@perusahaan.example"


def attach(site: Site, data: bytes, kind: str = "K-j.1", name: str = "surat.pdf") -> Any:
    return site.browser.post(
        HERE,
        data={"kind": kind, "key": ""},
        files={"file": (name, data)},
        headers={"Sec-Fetch-Site": "same-origin"},
    )


def test_a_letter_is_attached_seen_by_officers_and_decided(office: Site) -> None:
    office.sign_in(HR)
    assert "Surat keterangan proyek strategis nasional" in office.get(HERE).text
    attached = attach(office, files.pdf(2))
    assert "Bukti tersimpan" in attached.text
    assert "Terkirim" in attached.text
    number = re.search(r'data-evidence="(\d+)"', attached.text)
    assert number is not None
    own = office.get(f"{HERE}/{number[1]}/pages/2")
    assert Image.open(io.BytesIO(own.content)).format == "JPEG"

    office.sign_in(ANI)
    page = f"/office/employers/{PARK}/evidence/{number[1]}"
    assert f'href="{page}"' in office.get("/office/evidence").text
    assert office.get(page).text.count("<img") == 2
    picture = office.get(f"{page}/pages/1")
    assert picture.headers["content-type"] == "image/jpeg"
    assert {name: picture.headers[name] for name in PICTURE_HEADERS} == PICTURE_HEADERS
    assert "Usulan tersimpan" in office.send(page, word="accept").text

    office.sign_in(HR)
    assert "Sedang dibaca" in office.get(HERE).text
    office.sign_in(BUDI)
    ruling = office.get(f"/office/employers/{PARK}")
    ruling_id = ruling.text.partition('name="ruling_id" value="')[2].partition('"')[0]
    office.send(f"/office/employers/{PARK}", word="confirm", ruling_id=ruling_id)

    office.sign_in(HR)
    assert "Bukti diterima" in office.get(HERE).text
    assert "Bukti diterima" in office.get(f"{HERE}?lang=id").text
    assert "Evidence accepted" in office.get(f"{HERE}?lang=en").text
    office.get(f"{HERE}?lang=id")


def test_a_refusal_needs_a_reason_and_the_employer_reads_it(office: Site) -> None:
    office.sign_in(HR)
    attached = attach(office, files.jpeg(), "K-i.1", "foto.jpg")
    number = re.search(r'data-evidence="(\d+)"', attached.text)
    assert number is not None
    page = f"/office/employers/{PARK}/evidence/{number[1]}"
    office.sign_in(ANI)
    assert office.send(page).status_code == 422
    assert office.send(page, word="refuse").status_code == 422
    assert "Bukti ditolak" in office.send(page, word="refuse", reason="Bukan surat resmi").text

    office.sign_in(HR)
    assert "Bukan surat resmi" in office.get(HERE).text


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (b"#!/bin/sh\n", "bukan PDF, JPEG atau PNG"),
        (files.encrypted(), "terkunci dengan kata sandi"),
        (files.pdf(21), "lebih dari 20 halaman"),
        (files.jpeg() + bytes(10 << 20), "di bawah 10 MB"),
    ],
    ids=["script", "locked", "long", "large"],
)
def test_what_cannot_be_read_is_answered_on_the_page(office: Site, data: bytes, said: str) -> None:
    office.sign_in(HR)
    refused = attach(office, data, "K-i.1")
    assert refused.status_code == 422
    assert said in refused.text


def test_a_form_without_a_file_says_so(office: Site) -> None:
    office.sign_in(HR)
    sent = office.browser.post(
        HERE,
        data={"kind": "K-j.1"},
        files={"file": ("", b"")},
        headers={"Sec-Fetch-Site": "same-origin"},
    )
    assert "Pilih berkas bukti" in sent.text


def test_pictures_are_for_the_employer_and_officers_alone(office: Site) -> None:
    office.sign_in("orang.lain@contoh.example")
    assert office.get(HERE).status_code == 403
    assert office.get(f"{HERE}/1/pages/1").status_code == 403
    assert office.get(f"/office/employers/{PARK}/evidence/1/pages/1").status_code == 403
    assert office.get("/office/evidence").status_code == 403


def test_eligibility_says_where_evidence_is_attached(office: Site) -> None:
    project = office.get("/eligibility/sector?sector=K-j")
    assert "Lampirkan bukti" in project.text
    unlisted = office.get(f"/eligibility/company?nib={GYM}")
    assert f'href="/employer/{GYM}/evidence"' in unlisted.text
    assert "Surat keterangan proyek strategis nasional" in unlisted.text
