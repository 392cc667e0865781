"""Signing in over real TLS, in a browser that holds every cookie to the rules of `__Host-`."""

import shutil
from collections.abc import Iterator
from dataclasses import replace

import pytest
from playwright.sync_api import Browser, expect

from strp.rehearsal.nginx import nginx_before
from tests.journeys.browser import PHONE, Demo, Reader, running_demo

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        shutil.which("nginx") is None, reason="no nginx here: apt-get install nginx"
    ),
]
OFFICER = "petugas@demo.example"


@pytest.fixture(scope="module")
def by_https(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo behind the shipped nginx, which speaks TLS."""
    folder = tmp_path_factory.mktemp("by-https")
    with running_demo(folder, STRP_PUBLIC_URL="https://127.0.0.1") as behind:
        plain = int(behind.address.rpartition(":")[2])
        with nginx_before(folder / "front", plain, is_secure=True) as port:
            yield replace(behind, address=f"https://127.0.0.1:{port}")


def test_a_browser_keeps_and_sends_what_is_bound_to_this_host(
    chromium: Browser, by_https: Demo
) -> None:
    context = chromium.new_context(viewport=PHONE, locale="id-ID", ignore_https_errors=True)
    officer = Reader(context, by_https)
    officer.sign_in(OFFICER)
    kept = {each["name"] for each in context.cookies() if "strp_" in each["name"]}
    assert "__Host-strp_session" in kept
    assert all(name.startswith("__Host-") for name in kept), kept
    # What a site below the same domain may set: another session, under the plain name.
    context.add_cookies([{"name": "strp_session", "value": "A" * 43, "url": by_https.address}])
    officer.go("/office")
    expect(officer.page.get_by_role("main")).to_contain_text("menunggu")
    context.close()
