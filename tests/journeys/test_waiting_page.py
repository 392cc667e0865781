"""The waiting page in a real browser: each of its states, and the ways out of it."""

from collections.abc import Callable, Iterator
from functools import partial

import httpx
import pytest
from playwright.sync_api import Browser, expect

from tests.journeys.browser import PHONE, ROSTERS, Demo, Reader, faults, running_demo
from tests.journeys.line import Line, crowd_the_door, crowd_the_sign_in, hold

pytestmark = pytest.mark.browser
BANK, FACTORY = "8120001110001", "8120001110002"
KEEP = "Simpan tempat ini di akun Anda, atau pakai yang tersimpan"
LEAVE = "Titipkan daftar pekerja sekarang"
SIGN_IN = "/sign-in?next=%2Femployer%2Froster"
LANGUAGES = ("id", "en")
Visitor = Callable[..., Reader]


@pytest.fixture(scope="module")
def slow(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo that lets in one visitor a second."""
    with running_demo(tmp_path_factory.mktemp("slow"), STRP_ADMIT_MOST_PER_S="1") as running:
        yield running


@pytest.fixture
def line(slow: Demo) -> Iterator[Line]:
    """A long line before the door of that demo."""
    made = Line(slow)
    made.form()
    yield made
    made.dissolve()


@pytest.fixture
def visitor(chromium: Browser, slow: Demo) -> Iterator[Visitor]:
    """Lets somebody with a phone come."""
    contexts = []

    def come(**about: object) -> Reader:
        context = chromium.new_context(viewport=PHONE, locale="id-ID", **about)  # type: ignore[arg-type]
        contexts.append(context)
        return Reader(context, slow)

    yield come
    for context in contexts:
        context.close()


@pytest.fixture(scope="module")
def representative(chromium: Browser, slow: Demo) -> Iterator[Reader]:
    """A representative who came in before there was a line."""
    reader = Reader(chromium.new_context(viewport=PHONE, locale="id-ID"), slow)
    reader.represent(BANK)
    yield reader
    reader.context.close()


@pytest.fixture
def session(representative: Reader) -> Reader:
    """The same, whose leave to be inside is over, and who has no number of an earlier line."""
    representative.go("/rules")
    for cookie in ("strp_admission", "strp_ticket"):
        representative.context.clear_cookies(name=cookie)
    return representative


def number(reader: Reader) -> str:
    """The number that the page shows."""
    return str(reader.page.locator("#waiting").get_attribute("data-place"))


def in_both(reader: Reader, path: str, shows: str) -> dict[str, object]:
    """What is wrong with a page in both languages; in Indonesian it shows a sentence."""
    found = {each: faults(reader, f"{path}{each}") for each in LANGUAGES}
    reader.go(f"{path}id")
    expect(reader.page.get_by_role("main")).to_contain_text(shows)
    return {each: wrong for each, wrong in found.items() if wrong}


def test_the_line_is_accessible(line: Line, visitor: Visitor) -> None:
    assert in_both(visitor(), "/employer?lang=", "Orang di depan Anda") == {}


def test_the_line_of_a_representative_is_accessible(line: Line, session: Reader) -> None:
    assert in_both(session, "/employer?lang=", "Anda sudah masuk ke akun") == {}


def test_a_place_that_is_kept_is_accessible(line: Line, session: Reader) -> None:
    session.go("/employer")
    session.page.get_by_role("link", name=KEEP).click()
    assert in_both(session, "/employer?lang=", "Tempat ini tersimpan di akun Anda") == {}


def test_a_line_before_opening_is_accessible(line: Line, visitor: Visitor) -> None:
    with line.opening():
        assert in_both(visitor(), "/employer?lang=", "Layanan dibuka pada") == {}


def test_a_line_that_has_stopped_is_accessible(line: Line, visitor: Visitor) -> None:
    with line.without_database():
        assert in_both(visitor(), "/employer?lang=", "berhenti sebentar") == {}


def test_a_number_in_place_of_a_used_one_is_accessible(line: Line, visitor: Visitor) -> None:
    ticket, reader = line.ticket(), visitor()
    line.call_everybody()
    assert line.admission(ticket).status_code == 201
    line.forget_retries()
    hold(reader, ticket)
    assert in_both(reader, "/employer?lang=", "Ini nomor Anda yang baru") == {}


def test_a_door_that_is_full_is_accessible(line: Line, visitor: Visitor) -> None:
    reader, tickets = visitor(), [line.ticket() for _ in range(200)]
    line.call_everybody()
    crowd_the_door(reader, line, tickets)
    assert in_both(reader, "/employer?lang=", "Pintu sedang penuh sesaat") == {}


def test_a_sign_in_that_is_full_is_accessible(line: Line, visitor: Visitor) -> None:
    reader = visitor()
    crowd_the_sign_in(reader)
    assert in_both(reader, f"{SIGN_IN}&lang=", "Sedang sangat ramai") == {}


def test_without_scripts_the_page_goes_in_by_itself(line: Line, visitor: Visitor) -> None:
    reader = visitor(java_script_enabled=False)
    line.call_everybody()
    reader.go("/employer")
    expect(reader.page.get_by_role("main")).to_contain_text("memuat ulang sendiri")
    reader.page.wait_for_selector("#email")


def test_with_scripts_the_page_goes_in_by_itself(line: Line, visitor: Visitor) -> None:
    reader = visitor()
    line.call_everybody()
    reader.go("/employer")
    expect(reader.page.get_by_role("main")).to_contain_text("memuat ulang sendiri")
    reader.page.wait_for_selector("#email")


def sign_in_from_the_line(reader: Reader, link: str, email: str) -> str:
    """Follow a link of the waiting page through the sign-in; returns the number before."""
    reader.go("/employer")
    place, before = number(reader), len(reader.demo.letters(email))
    reader.page.get_by_role("link", name=link).click()
    reader.page.fill("#email", email)
    reader.press("Kirim kode")
    reader.page.fill("#code", reader.demo.code(email, before))
    reader.press("Masuk")
    return place


def test_a_place_follows_its_account_to_another_device(line: Line, visitor: Visitor) -> None:
    office, phone, email = visitor(), visitor(), "pindah@journey.example"
    place = sign_in_from_the_line(office, KEEP, email)
    assert number(office) == place
    other = sign_in_from_the_line(phone, KEEP, email)
    assert (number(phone), other != place) == (place, True)


def test_a_place_that_is_on_two_devices_lets_in_once(line: Line, visitor: Visitor) -> None:
    office, phone, email = visitor(), visitor(), "dua@journey.example"
    sign_in_from_the_line(office, KEEP, email)
    sign_in_from_the_line(phone, KEEP, email)
    line.call_everybody()
    office.go("/employer")
    expect(office.page.locator("#waiting")).to_have_count(0)
    line.forget_retries()
    phone.go("/employer")
    expect(phone.page.get_by_role("main")).to_contain_text("sudah dipakai untuk masuk")


def test_a_place_that_was_used_is_kept_no_longer(line: Line, visitor: Visitor) -> None:
    office, email = visitor(), "besok@journey.example"
    used = sign_in_from_the_line(office, KEEP, email)
    line.call_everybody()
    office.go("/employer")
    line.forget_retries()
    line.form()
    phone = visitor()
    place = sign_in_from_the_line(phone, KEEP, email)
    assert (number(phone), place != used) == (place, True)


def test_a_representative_in_line_leaves_the_roster_at_the_door(
    line: Line, session: Reader
) -> None:
    session.go("/employer")
    session.page.get_by_role("link", name=LEAVE).click()
    session.page.set_input_files("#roster", ROSTERS / "bank-20.xlsx")
    session.press("Kirim")
    session.page.wait_for_url("**/applications/*")
    expect(session.page.get_by_role("main")).to_contain_text("Tanda terima")


def test_a_representative_on_a_new_device_signs_in_from_the_line_to_leave_it(
    line: Line, session: Reader, visitor: Visitor
) -> None:
    reader = visitor()
    sign_in_from_the_line(reader, LEAVE, f"hrd.{BANK}@journey.example")
    expect(reader.page.locator("#roster")).to_be_visible()


def test_whoever_represents_nobody_yet_goes_back_to_the_line(line: Line, visitor: Visitor) -> None:
    reader = visitor()
    place = sign_in_from_the_line(reader, LEAVE, "baru@journey.example")
    reader.page.get_by_role("button", name="Tambah perusahaan").click()
    assert number(reader) == place


def test_a_program_with_a_key_files_while_others_stand_in_line(line: Line) -> None:
    roster = (ROSTERS / "pabrik-2000.csv").read_bytes()
    post = partial(httpx.post, f"{line.demo.address}/api/v1/applications", timeout=60)
    key = {"Authorization": f"Bearer {line.api_key(FACTORY)}"}
    filed = post(params={"nib": FACTORY}, content=roster, headers=key)
    assert (filed.status_code, filed.json()["receipt"] != "") == (202, True)
