"""Through the pages: a company is refused, reads that it is on the list; it is handed over."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import DESKTOP, PHONE, Demo, Reader, faults

pytestmark = pytest.mark.browser
OWN = "9909164902589"
"""A law firm of its own: its filings are on the list of the shared demo for good."""
PEOPLE = """nama;nik;jabatan;jenis_lokasi
Rina Marlina;3174055507790001;Pengacara;administrasi
Dedi Kurnia;3174051507790002;Staf;administrasi
"""


@pytest.fixture(scope="module")
def firm(
    chromium: Browser, demo: Demo, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Reader]:
    """Its representative, who has filed two people."""
    reader = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), demo)
    roster: Path = tmp_path_factory.mktemp("firm") / "daftar.csv"
    roster.write_text(PEOPLE)
    reader.represent(OWN)
    reader.file(OWN, str(roster))
    yield reader
    reader.context.close()


@pytest.fixture(scope="module")
def supervisor(chromium: Browser, demo: Demo, firm: Reader) -> Iterator[Reader]:
    """Without scripts: the list is complete without them."""
    context = chromium.new_context(viewport=DESKTOP, locale="id-ID", java_script_enabled=False)
    reader = Reader(context, demo)
    reader.sign_in("penyelia@demo.example")
    yield reader
    context.close()


def test_the_firm_reads_that_it_is_on_the_list_once_the_worker_has_counted(firm: Reader) -> None:
    note = firm.page.locator("[data-listed]")
    for _ in range(180):
        firm.go(f"/employer/{OWN}")
        if note.count():
            break
        firm.page.wait_for_timeout(1_000)
    assert "dugaan, bukan bukti pelanggaran" in note.inner_text()
    assert faults(firm, f"/employer/{OWN}") == {}
    note.get_by_role("link").click()
    assert firm.page.input_value("#ref") == OWN


def test_a_supervisor_finds_the_firm_and_hands_the_list_over(supervisor: Reader) -> None:
    page = supervisor.page
    supervisor.go("/office/compliance")
    page.fill("#q", OWN[:9])
    supervisor.press("Tampilkan")
    row = page.get_by_role("row").filter(has_text=OWN)
    assert row.get_by_role("cell").nth(3).inner_text() == "2"
    page.fill("#recipient", "Sudin Nakertrans Jakarta Selatan")
    page.fill("#purpose", "Surat 12/2021")
    supervisor.press("Serahkan daftar ini")

    assert "Sudin Nakertrans Jakarta Selatan" in page.get_by_role("main").inner_text()
    with page.expect_download() as found:
        page.get_by_role("main").get_by_role("link", name="XLSX").first.click()
    assert found.value.suggested_filename.startswith("latihan-kepatuhan-")


@pytest.mark.parametrize(
    "path", ["/office/compliance", "/office/compliance/handovers", "/office/compliance?from=x"]
)
def test_the_pages_of_the_list_are_accessible(
    chromium: Browser, demo: Demo, firm: Reader, path: str
) -> None:
    assert firm
    reader = Reader(chromium.new_context(locale="id-ID"), demo)
    reader.sign_in("penyelia@demo.example")
    assert faults(reader, path) == {}
    reader.context.close()
