"""Objections through the doors: from the refusal on a page to the decision at the office."""

import re
from typing import Any

import pytest

from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR, Role
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.revoke import revoke_serials
from strp.usecases.filing.file import file_workers
from strp.usecases.filing.show import show_workers
from strp.usecases.people.accounts import add_account
from strp.usecases.process.system import System
from tests.journeys.running import fresh_workers
from tests.outside.paper import evidence_files as files
from tests.usecases.desk.test_compliance import add_up_all
from tests.web.conftest import Site

BOUTIQUE = "8120001110011"
BANK = Nib(8120001110001)
HR, OFFICER = "hr@butik.example", "petugas.keberatan@kota.example"
PAGE = f"/employer/{BOUTIQUE}/objections"
SAME_SITE = {"Sec-Fetch-Site": "same-origin"}


@pytest.fixture(scope="module")
def hr(site: Site) -> Site:
    """A browser in which the boutique's representative is signed in."""
    site.sign_in(HR)
    site.send("/employer/claim", nib=BOUTIQUE)
    site.send(f"/employer/{BOUTIQUE}/claim", code=site.code(f"hr.{BOUTIQUE}@perusahaan.example"))
    site.call(add_account, site.system, OPERATOR, Role.OFFICER, OFFICER)
    return site


@pytest.fixture
def number(hr: Site) -> int:
    return int(hr.call(_file, hr.system))


async def _file(system: System) -> int:
    workers = fresh_workers(2)
    filed = await file_workers(system, OPERATOR, int(BOUTIQUE), workers, digest=bytes(16))  # type: ignore[arg-type]
    return filed.application_id


def objection_id(page: Any) -> str:
    return str(re.findall(r'name="objection_id" value="(\d+)"', page.text)[-1])


def test_a_filing_of_which_nobody_waits_offers_nothing_to_withdraw(hr: Site, number: int) -> None:
    hr.sign_in(HR)
    page = hr.get(f"/employer/{BOUTIQUE}/applications/{number}/withdraw").text
    assert "data-nothing" in page and "govuk-button--warning" not in page


def test_a_refusal_leads_to_the_form_filled_in(hr: Site, number: int) -> None:
    hr.sign_in(HR)
    page = hr.get(f"/employer/{BOUTIQUE}/applications/{number}")
    links = re.findall(r'href="(/employer/\d+/objections\?[^"]+)"', page.text)

    form = hr.get(links[0].replace("&amp;", "&"))

    assert len(links) == 3
    assert f'value="{number}"' in form.text
    assert 'value="sector" selected' in form.text


def test_an_objection_is_decided_at_the_office_and_answered_with_its_reason(
    hr: Site, number: int
) -> None:
    hr.sign_in(HR)
    filed = hr.send(PAGE, about="sector", ref=str(number), text="Kami menjual obat")
    again = hr.send(PAGE, about="sector", ref=str(number), text="Kami menjual obat")
    hr.sign_in(OFFICER)
    page = hr.get("/office/objections")
    early = hr.send(
        "/office/objections", objection_id=objection_id(page), word="uphold", reason="Benar"
    )
    hr.send("/office/objections", objection_id=objection_id(page), word="reject", reason="Bukan")
    hr.sign_in(HR)

    assert "Diputus paling lambat" in filed.text
    assert again.status_code == 422
    assert "Kami menjual obat" in page.text
    assert early.status_code == 422
    assert f"/office/employers/{BOUTIQUE}" in early.text
    assert "Bukan" in hr.get(PAGE).text


def test_the_json_door_speaks_as_the_contract_says(hr: Site, number: int) -> None:
    hr.sign_in(HR)
    body = {"about": "worker", "ref": f"{number}/1", "text": "Ia perawat"}
    made = hr.browser.post("/api/v1/objections", json=body, headers=SAME_SITE)
    again = hr.browser.post("/api/v1/objections", json=body, headers=SAME_SITE)
    nothing = body | {"about": "closure", "ref": BOUTIQUE}
    empty = hr.browser.post("/api/v1/objections", json=nothing, headers=SAME_SITE)
    shown = hr.get(f"/api/v1/objections/{made.json()['id']}")
    hr.browser.cookies.clear()
    stranger = hr.get(f"/api/v1/objections/{made.json()['id']}")

    assert made.status_code == 201
    assert made.json()["due_at"].endswith("Z")
    assert (again.status_code, again.json()["code"]) == (409, "objection-open")
    assert (empty.status_code, empty.json()["code"]) == (422, "nothing-to-object")
    assert shown.json() == made.json()
    assert stranger.status_code == 401


def test_evidence_is_attached_to_an_objection_and_shown_at_the_office(
    hr: Site, number: int
) -> None:
    hr.sign_in(HR)
    hr.send(PAGE, about="worker", ref=f"{number}/2", text="Ia dokter")
    page = hr.get(PAGE)
    kind = re.findall(r'name="kind" value="(objection-\d+)"', page.text)[0]
    where = f"/employer/{BOUTIQUE}/evidence"
    picture = {"file": ("surat.jpg", files.jpeg(300, 400), "image/jpeg")}
    done = hr.browser.post(where, data={"kind": kind}, files=picture, headers=SAME_SITE)
    broken = {"file": ("surat.jpg", b"GIF89a", "image/jpeg")}
    refused = hr.browser.post(where, data={"kind": kind}, files=broken, headers=SAME_SITE)
    shown = hr.get(f"/api/v1/objections/{kind.removeprefix('objection-')}").json()
    hr.sign_in(OFFICER)
    office = hr.get("/office/objections")
    seen = re.findall(r'href="(/office/employers/\d+/evidence/\d+/pages/1)"', office.text)

    assert "Bukti tersimpan" in done.text
    assert refused.status_code == 422 and "<h1" in refused.text
    assert (shown["evidence_kind"], shown["evidence"]["pages"]) == (kind, 1)
    assert hr.get(seen[-1]).headers["content-type"] == "image/jpeg"


def test_a_refused_claim_leads_to_an_objection_of_ones_own(hr: Site) -> None:
    claimant = "orang.klaim@contoh.example"
    hr.sign_in(claimant)
    hr.send("/employer/claim", nib=BOUTIQUE)
    hr.send(f"/employer/{BOUTIQUE}/claim/officer")
    hr.sign_in(OFFICER)
    office = hr.get("/office/claims")
    fields = dict(re.findall(r'<input type="hidden" name="(\w+)" value="(\d+)"', office.text))
    asked = hr.send("/office/claims", **fields, word="refuse")
    assert "data-confirm" in asked.text
    refusal = hr.send("/office/claims", **fields, word="refuse", sure="yes")
    assert "data-done" in refusal.text
    hr.sign_in(claimant)
    refused = hr.get(f"/employer/{BOUTIQUE}/claim")
    link = re.findall(r'href="(/employer/\d+/objections[^"]+)"', refused.text)[0]
    form = hr.get(link.replace("&amp;", "&"))
    filed = hr.send(PAGE, about="claim", ref=BOUTIQUE, text="Saya direkturnya")

    assert 'value="claim" selected' in form.text
    assert "Saya direkturnya" in filed.text and "Kami menjual obat" not in filed.text


def test_an_employer_reads_that_it_is_on_the_compliance_list_and_how_to_object(
    hr: Site, number: int
) -> None:
    hr.call(add_up_all, hr.system)
    hr.sign_in(HR)
    page = hr.get(f"/employer/{BOUTIQUE}")
    assert "data-listed" in page.text and "dugaan, bukan bukti pelanggaran" in page.text
    link = f"/employer/{BOUTIQUE}/objections?about=sector&amp;ref={BOUTIQUE}"
    assert link in page.text

    form = hr.get(link.replace("&amp;", "&"))

    assert f'value="{BOUTIQUE}"' in form.text and 'value="sector" selected' in form.text


async def _revoked(system: System) -> int:
    """A filing whose workers are let in by a ruling, one of whose certificates is revoked."""
    filed = await file_workers(system, OPERATOR, BANK, fresh_workers(2), digest=bytes(16))
    while await Issuer(system).issue_some():
        pass
    [first, _] = (await show_workers(system, OPERATOR, filed.application_id)).workers
    await revoke_serials(system, OPERATOR, [str(first.serial)], reason="keliru")
    return filed.application_id


def test_a_revoked_certificate_leads_to_an_objection_and_a_success_to_another(hr: Site) -> None:
    number = int(hr.call(_revoked, hr.system))
    hr.sign_in("hr@bank.example")
    hr.send("/employer/claim", nib=f"{BANK}")
    hr.send(f"/employer/{BANK}/claim", code=hr.code(f"hr.{BANK}@perusahaan.example"))
    receipt = f"/employer/{BANK}/applications/{number}"
    [link] = re.findall(r'href="(/employer/\d+/objections\?about=[^"]+)"', hr.get(receipt).text)
    form = hr.get(link.replace("&amp;", "&"))
    told = hr.get(f"/api/v1/applications/{number}/workers").json()["items"][0]
    hr.send(f"/employer/{BANK}/objections", about="worker", ref=f"{number}/1", text="Salah orang")
    hr.sign_in(OFFICER)
    office = hr.get("/office/objections")
    hr.send("/office/objections", objection_id=objection_id(office), word="uphold", reason="Ya")
    hr.sign_in("hr@bank.example")
    after = hr.get(f"/api/v1/applications/{number}/workers").json()["items"][0]

    assert f'value="{number}/1"' in form.text
    assert told["objection"] == {"about": "worker", "ref": f"{number}/1"}
    assert told["certificate"]["status"] == "revoked"
    assert "baris 1" in office.text
    assert (after["state"], after["objection"]) == ("approved", None)
    assert "dicabut" not in hr.get(receipt).text
