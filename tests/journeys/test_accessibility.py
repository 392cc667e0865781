"""Every page through axe (WCAG 2.2 AA and good practice), on a phone and on a desktop."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import Demo, Reader, faults

pytestmark = pytest.mark.browser
BANK, GUARDS = "8120001110001", "8120001110019"
PEOPLE = """nama;nik;jabatan;jenis_lokasi;lokasi_kerja
Budi Santoso;3174055506780001;Satpam;pelayanan;8120001110001
Siti Aminah;3174055506780002;Satpam;pelayanan;8120001110001
Joko Widodo;3174050506780003;Satpam;pelayanan;
"""
PUBLIC = [
    "/",
    "/rules",
    "/privacy",
    "/accessibility",
    "/api",
    "/eligibility",
    "/eligibility?role=nobody",
    "/eligibility?role=worker",
    "/eligibility/company",
    "/eligibility/company?nib=12",
    "/eligibility/company?nib=8120001110001",
    "/eligibility/sector",
    "/verify",
    "/checkpoint",
    "/receipts",
    "/receipts?number=x",
    "/sign-in",
    "/demo/inbox",
    "/no-such-page",
]
EMPLOYER = [
    "",
    "/claim",
    f"/{BANK}",
    f"/{BANK}/people",
    f"/{BANK}/keys",
    f"/{BANK}/staff",
    f"/{BANK}/evidence",
    f"/{BANK}/objections",
    f"/{BANK}/sites",
    "/letters",
]
OFFICE = [
    "",
    "/samples",
    "/claims",
    "/revoke",
    "/certificates",
    "/employers",
    f"/employers/{BANK}",
    "/evidence",
    "/objections",
    "/sites",
    "/closures",
    "/closures?past=1",
]


@pytest.fixture(scope="module")
def representative(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    reader = Reader(chromium.new_context(locale="id-ID"), demo)
    reader.represent(BANK)
    yield reader
    reader.context.close()


@pytest.fixture(scope="module")
def supervisor(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    reader = Reader(chromium.new_context(locale="id-ID"), demo)
    reader.sign_in("penyelia@demo.example")
    yield reader
    reader.context.close()


@pytest.mark.parametrize("path", PUBLIC)
def test_a_public_page_is_accessible(reader: Reader, path: str) -> None:
    assert faults(reader, path) == {}


def test_text_of_twice_the_size_fits_a_phone(reader: Reader) -> None:
    """A phone of 360 pixels has 180 of them then (WCAG 1.4.4)."""
    reader.page.set_viewport_size({"width": 180, "height": 370})
    wide = []
    for path in ("/", "/rules", "/eligibility", "/verify", "/checkpoint", "/sign-in"):
        reader.go(path)
        seen = "[document.documentElement.scrollWidth, document.documentElement.clientWidth]"
        needed, there = reader.page.evaluate(seen)
        wide += [path] if needed > there else []
    assert wide == []


@pytest.mark.parametrize("path", EMPLOYER)
def test_a_page_of_an_employer_is_accessible(representative: Reader, path: str) -> None:
    assert faults(representative, f"/employer{path}") == {}


@pytest.mark.parametrize("path", OFFICE)
def test_a_page_of_the_office_is_accessible(supervisor: Reader, path: str) -> None:
    assert faults(supervisor, f"/office{path}") == {}


def test_the_page_of_an_administrator_is_accessible(reader: Reader) -> None:
    reader.sign_in("admin@demo.example")

    assert faults(reader, "/office/accounts") == {}


def test_a_filing_and_its_certificate_are_accessible(representative: Reader) -> None:
    representative.file(BANK, "bank-20.xlsx")
    path = representative.page.url.removeprefix(representative.demo.address)
    link = representative.wait_for_certificates()[0]

    pages = (path, f"{path}/links", link, f"{link}/looks")
    assert {page: faults(representative, page) for page in pages} == {page: {} for page in pages}


def test_pages_of_sites_objections_rulings_and_closures_are_accessible_with_something_on_them(
    chromium: Browser, demo: Demo, representative: Reader, supervisor: Reader, tmp_path: Path
) -> None:
    """A company has people at a bank, objects to a refusal of others, and is closed in the end."""
    roster = tmp_path / "satpam.csv"
    roster.write_text(PEOPLE)
    guards = Reader(chromium.new_context(locale="id-ID"), demo)
    guards.represent(GUARDS)
    guards.file(GUARDS, str(roster))
    filing = guards.page.url.removeprefix(demo.address)
    guards.page.locator("a[href*='/objections?']").first.click()
    guards.page.fill("#text", "Kontrak dengan rumah sakit terlampir.")
    assert faults(guards, None) == {}
    guards.press("Ajukan keberatan")
    supervisor.go("/office/closures")
    for field, text in (("nib", GUARDS), ("reason", "Klaster"), ("citation", "SK 12/2021")):
        supervisor.page.fill(f"#{field}", text)
    supervisor.press("Lanjut")
    assert faults(supervisor, None) == {}

    walk = {
        guards: (filing, *(f"/employer/{GUARDS}{path}" for path in ("/sites", "/objections"))),
        representative: (f"/employer/{BANK}/sites", f"/employer/{BANK}/sites/{GUARDS}"),
        supervisor: (
            *("/office/sites", f"/office/sites/{BANK}/{GUARDS}", "/office/objections"),
            f"/office/employers/{GUARDS}",
        ),
    }
    for reader, paths in walk.items():
        assert {path: faults(reader, path) for path in paths} == {path: {} for path in paths}
    supervisor.go("/office/objections")
    assert "Travel Contoh Wisata" in supervisor.page.get_by_role("main").inner_text()

    supervisor.go("/office/closures")
    for field, text in (("nib", GUARDS), ("reason", "Klaster"), ("citation", "SK 12/2021")):
        supervisor.page.fill(f"#{field}", text)
    supervisor.press("Lanjut")
    supervisor.press("Ya, tutup")
    assert faults(supervisor, "/office/closures") == {}
    for path in ("", "/objections?about=closure", "/sites"):
        assert faults(guards, f"/employer/{GUARDS}{path}") == {}
    guards.context.close()


def test_the_record_of_an_auditor_is_accessible(reader: Reader) -> None:
    reader.sign_in("auditor@demo.example")

    pages = ("/office/record", "/office/record?action=tidak-ada")
    assert {page: faults(reader, page) for page in pages} == {page: {} for page in pages}
