"""Pages in Firefox: what axe finds there, and that none is wider than the window."""

from collections.abc import Iterator

import pytest

from tests.journeys.browser import Demo
from tests.journeys.firefox import Firefox, firefox

pytestmark = pytest.mark.drill
PUBLIC = ("/", "/rules", "/eligibility", "/verify", "/checkpoint", "/sign-in", "/no-such-page")
OFFICE = (
    "/office",
    *(f"/office/{name}" for name in ("forecast", "samples", "claims", "revoke", "certificates")),
    *(f"/office/{name}" for name in ("employers", "evidence", "objections", "sites", "closures")),
    *(f"/office/{name}" for name in ("live", "brief", "compliance", "search")),
)


@pytest.fixture
def reader(demo: Demo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Firefox]:
    with firefox(demo, tmp_path_factory.mktemp("firefox")) as opened:
        yield opened


def test_public_pages(reader: Firefox) -> None:
    assert {path: reader.faults(path) for path in PUBLIC} == {path: [] for path in PUBLIC}


@pytest.mark.parametrize(
    ("email", "pages"),
    [
        ("penyelia@demo.example", OFFICE),
        ("admin@demo.example", ("/office/accounts", "/account/security")),
        ("auditor@demo.example", ("/office/record",)),
    ],
)
def test_pages_of_officials(reader: Firefox, email: str, pages: tuple[str, ...]) -> None:
    reader.sign_in(email)

    assert {path: reader.faults(path) for path in pages} == {path: [] for path in pages}
