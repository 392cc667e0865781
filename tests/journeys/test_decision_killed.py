"""An officer's decision whose page, browser or process dies in the middle: nothing lost or twice.

The middle is a real one: the database is made to wait where part of the decision is written and
the rest is not, and there the browser or the web process is killed.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import quote

import psutil
import psycopg
import pytest
from playwright.sync_api import Browser, Error, StorageState, expect

from strp.outside.machine.postgres_server import socket_dir
from strp.outside.machine.server_account import server_account
from tests.journeys.browser import DESKTOP, PHONE, Demo, Reader, running_demo

pytestmark = pytest.mark.browser
# Workers whom another employer named before come before an officer.
FIRST = "8120001110018"
OFFICER = "petugas@demo.example"
Town = tuple[Demo, psycopg.Connection[Any], StorageState]
WITHIN_S = 60.0


@pytest.fixture(scope="module")
def town(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    """A demo of its own, which is not treated well, its database, and an officer's session."""
    with running_demo(tmp_path_factory.mktemp("town")) as demo:
        sockets = socket_dir(demo.data_dir / "postgres", server_account())
        url = f"postgresql:///strp?host={quote(str(sockets), safe='')}&user=strp"
        with person(chromium, demo) as officer:
            officer.sign_in(OFFICER)
            kept = officer.context.storage_state()
        file_for_review(chromium, demo, FIRST)
        with psycopg.connect(url, autocommit=True) as conn:
            yield demo, conn, kept


@contextmanager
def person(chromium: Browser, demo: Demo, *, phone: bool = False) -> Iterator[Reader]:
    context = chromium.new_context(viewport=PHONE if phone else DESKTOP, locale="id-ID")
    yield Reader(context, demo)
    context.close()


@contextmanager
def stopped_in_the_middle(conn: psycopg.Connection[Any], lock: str) -> Iterator[None]:
    """Whoever writes what the statement locks waits until the end of the block."""
    with conn.transaction():
        conn.execute(lock.encode())
        yield


def until(happens: Callable[[], bool]) -> None:
    end = time.monotonic() + WITHIN_S
    while not happens():
        assert time.monotonic() < end, "it does not happen"
        time.sleep(0.05)


def waits(conn: psycopg.Connection[Any]) -> bool:
    """Whether some statement of a process of ours waits for what we hold."""
    asked = (
        "SELECT count(*) FROM pg_stat_activity WHERE pg_backend_pid() = ANY(pg_blocking_pids(pid))"
    )
    return bool(one(conn, asked))


def one(conn: psycopg.Connection[Any], query: str) -> Any:
    row = conn.execute(query.encode()).fetchone()
    return None if row is None else row[0]


def press_and_do_not_wait(reader: Reader, selector: str) -> None:
    """Send a form as a click does, and do not wait for the answer."""
    script = "button => setTimeout(() => button.form.requestSubmit(button))"
    reader.page.locator(selector).first.evaluate(script)


def kill_web(demo: Demo) -> None:
    """SIGKILL to what answers pages; its parent starts another."""
    kill(demo, "granian")


def kill(demo: Demo, name: str) -> None:
    """SIGKILL to the processes of a demo with a word in their command line, not to their parent."""
    found = [each for each in psutil.process_iter() if _is_of(each, demo, name)]
    below = [each for each in found if each.parent() in found]
    assert found, f"no {name}"
    for victim in below or found:
        victim.kill()


def _is_of(process: psutil.Process, demo: Demo, name: str) -> bool:
    try:
        own = process.environ().get("STRP_DATA_DIR") == str(demo.data_dir)
        return own and name in " ".join(process.cmdline())
    except psutil.Error:
        return False


def in_hand(conn: psycopg.Connection[Any]) -> bool:
    """Whether a statement of ours that decides is still under way."""
    return bool(
        one(
            conn,
            "SELECT count(*) FROM pg_stat_activity WHERE pid <> pg_backend_pid()"
            " AND backend_type = 'client backend' AND state <> 'idle'"
            " AND application_name LIKE 'strp web%'",
        )
    )


def file_for_review(chromium: Browser, demo: Demo, nib: str) -> None:
    """File the same workers as every employer here."""
    with person(chromium, demo, phone=True) as filer:
        filer.represent(nib)
        filer.file(nib, "bank-20.xlsx")


def take(officer: Reader) -> str:
    """Take the filing on the desk; its number."""
    officer.go("/office")
    officer.press("Ambil pengajuan berikutnya")
    officer.page.wait_for_url("**/applications/*")
    return officer.page.url.partition("/applications/")[2].partition("?")[0]


def at_the_desk(chromium: Browser, town: Town) -> Reader:
    """The officer in a browser that was just opened, signed in as before."""
    demo, _conn, session = town
    context = chromium.new_context(storage_state=session, viewport=DESKTOP, locale="id-ID")
    return Reader(context, demo)


def open_patiently(reader: Reader, path: str) -> None:
    """Open a page of a process that was killed and comes back."""

    def opens() -> bool:
        try:
            reader.go(path)
        except Error:
            return False
        return reader.page.locator("h1").count() > 0

    until(opens)


def decide_what_still_waits(officer: Reader, number: str) -> None:
    """Take a filing again and approve who waits; nothing where nobody does."""
    open_patiently(officer, f"/office/applications/{number}")
    if officer.page.get_by_role("button", name="Ambil pengajuan ini").count():
        officer.press("Ambil pengajuan ini")
    if officer.page.locator("#save").count():
        officer.page.get_by_label("Setujui", exact=True).check()
        officer.page.get_by_label("Semua yang masih menunggu").check()
        officer.page.locator("#save").click()
        expect(officer.page.get_by_role("status").first).to_contain_text("Selesai diputus")


def decided_and_issued(conn: psycopg.Connection[Any], number: str) -> tuple[int, int, int]:
    """Decisions, certificates and places on the desk of one filing, once nothing waits."""
    until(lambda: not one(conn, "SELECT count(*) FROM issue_task"))
    found = conn.execute(
        "SELECT (SELECT count(*) FROM decision WHERE application_id = %(n)s),"
        " (SELECT count(*) FROM certificate WHERE application_id = %(n)s),"
        " (SELECT count(*) FROM desk WHERE application_id = %(n)s)",
        {"n": number},
    ).fetchone()
    assert found is not None
    return (found[0], found[1], found[2])


VICTIMS: dict[str, Callable[[Demo, Reader], None]] = {
    "browser": lambda _demo, officer: officer.context.close(),
    "web process": lambda demo, _officer: kill_web(demo),
}
OF = {"browser": "8120001110015", "web process": "8120001110016", "worker process": "8120001110006"}
CLAIMED = {"browser": "8120001110003", "web process": "8120001110004"}


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_filing_is_decided_once_and_whole_when_what_dies_in_the_middle_is_the(
    chromium: Browser, town: Town, victim: str
) -> None:
    demo, conn, _session = town
    file_for_review(chromium, demo, OF[victim])
    officer = at_the_desk(chromium, town)
    number = take(officer)
    officer.page.get_by_label("Setujui", exact=True).check()
    officer.page.get_by_label("Semua yang masih menunggu").check()
    last = f"SELECT FROM worker WHERE application_id = {number} ORDER BY row_no DESC LIMIT 1"
    with stopped_in_the_middle(conn, f"{last} FOR UPDATE"):
        press_and_do_not_wait(officer, "#save")
        until(lambda: waits(conn))
        VICTIMS[victim](demo, officer)
    until(lambda: not in_hand(conn))
    officer.context.close()
    assert one(conn, f"SELECT count(*) FROM decision WHERE application_id = {number}") in (0, 20)

    again = at_the_desk(chromium, town)
    decide_what_still_waits(again, number)
    again.context.close()
    assert decided_and_issued(conn, number) == (20, 20, 0)


def test_certificates_are_made_once_when_the_worker_process_dies_behind_a_decision(
    chromium: Browser, town: Town
) -> None:
    demo, conn, _session = town
    file_for_review(chromium, demo, OF["worker process"])
    officer = at_the_desk(chromium, town)
    number = take(officer)
    with stopped_in_the_middle(conn, "LOCK TABLE certificate IN SHARE MODE"):
        decide_what_still_waits(officer, number)
        until(lambda: waits(conn))
        kill(demo, "strp.cli worker")
    officer.context.close()
    assert decided_and_issued(conn, number) == (20, 20, 0)


@pytest.mark.parametrize("victim", VICTIMS)
def test_a_claim_is_decided_once_and_told_once_when_what_dies_in_the_middle_is_the(
    chromium: Browser, town: Town, victim: str
) -> None:
    demo, conn, _session = town
    nib, email = CLAIMED[victim], f"klaim.{CLAIMED[victim]}@journey.example"
    with person(chromium, demo, phone=True) as claimant:
        claimant.sign_in(email)
        claimant.go("/employer/claim")
        claimant.page.fill("#nib", nib)
        claimant.press("Lanjut")
        claimant.press("Minta petugas memutuskan")
    told = len(demo.letters(email))
    officer = at_the_desk(chromium, town)
    officer.go(f"/office/claims?nib={nib}")
    with stopped_in_the_middle(conn, "LOCK TABLE mail IN SHARE MODE"):
        press_and_do_not_wait(officer, "button[value=approve]")
        until(lambda: waits(conn))
        VICTIMS[victim](demo, officer)
    until(lambda: not in_hand(conn))
    officer.context.close()

    again = at_the_desk(chromium, town)
    open_patiently(again, f"/office/claims?nib={nib}")
    if again.page.locator("button[value=approve]").count():
        again.page.locator("button[value=approve]").click()
        expect(again.page.locator("[data-done]")).to_be_visible()
    again.context.close()
    state = f"SELECT state FROM representation WHERE nib = {nib}"
    assert one(conn, state) == "active"
    acts = f"subject = 'employer:{nib}' AND action = 'claim-approved'"
    assert one(conn, f"SELECT count(*) FROM audit_event WHERE {acts}") == 1
    until(lambda: len(demo.letters(email)) > told)
    until(lambda: not one(conn, "SELECT count(*) FROM mail"))
    assert len(demo.letters(email)) == told + 1
