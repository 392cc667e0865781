"""Every page through axe (WCAG 2.2 AA and good practice), on a phone and on a desktop."""

from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import Demo, Reader, faults

pytestmark = pytest.mark.browser
BANK = "8120001110001"
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
