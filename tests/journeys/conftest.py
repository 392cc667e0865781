"""Installations and browsers, shared by the journeys of a session.

Where there is no Chromium, each journey that needs it is skipped and says so.
"""

import shutil
from collections.abc import Generator, Iterator
from contextlib import suppress

import pytest
from playwright.sync_api import Browser, Error, expect, sync_playwright

from tests.journeys.browser import PATIENCE_MS, PHONE, Demo, Reader, running_demo
from tests.journeys.running import Installation, copy_from_one_of, installation

expect.set_options(timeout=PATIENCE_MS)  # its own 5 s are no business of the context's
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]


@pytest.hookimpl(wrapper=True)
def pytest_runtest_makereport(
    item: pytest.Item, call: pytest.CallInfo[None]
) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """A journey that failed says what each of its readers saw."""
    report = yield
    if report.when == "call" and report.failed:
        for number, reader in enumerate(Reader.present):
            with suppress(Error):  # a browser that is gone shows nothing
                report.sections.append((f"page of reader {number}", reader.sees()))
    return report


@pytest.fixture(scope="session", autouse=True)
def _copied_installations(tmp_path_factory: pytest.TempPathFactory) -> None:
    """One installation a session, processes of xdist included, that the others are copies of."""
    copy_from_one_of(tmp_path_factory)


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole installation with the sample registry, as an operator starts it."""
    with installation(tmp_path_factory.mktemp("city")) as running:
        yield running


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """Debian's Chromium."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("no Chromium here: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def demo(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A running demo; started only where there is a browser to look at it."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running


@pytest.fixture
def reader(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    """Somebody with a phone, in Indonesian."""
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    yield Reader(context, demo)
    context.close()


@pytest.fixture
def reader_without_scripts(chromium: Browser, demo: Demo) -> Iterator[Reader]:
    """Somebody whose browser runs no scripts."""
    context = chromium.new_context(viewport=PHONE, locale="id-ID", java_script_enabled=False)
    yield Reader(context, demo)
    context.close()
