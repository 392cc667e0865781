"""Through the real doors: what strangers, and people whose right has ended, can and cannot do."""

import json
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from typing import Any

import httpx
import pytest

from tests.journeys.browser import STRP, Demo, running_demo
from tests.journeys.running import fresh_workers

NIB, FACTORY, LOGISTICS = "8120001110007", "8120001110002", "8120001110004"
FORM = re.compile(
    r'name="account_id" value="(?P<account_id>\d+)".*?name="version" value="(?P<version>\d+)"'
)
API_KEY = re.compile(r"strp_[0-9A-Za-z_-]{30,}")


@pytest.fixture(scope="module")
def town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    with running_demo(tmp_path_factory.mktemp("town")) as running:
        yield running


@dataclass(frozen=True)
class Person:
    """Somebody with an address and a browser without scripts."""

    town: Demo
    email: str
    browser: httpx.Client

    def send(self, path: str, **fields: str) -> httpx.Response:
        """Send a form, and come again where a busy machine says so."""
        headers, end = {"Sec-Fetch-Site": "same-origin"}, time.monotonic() + 60
        while True:
            answer = self.browser.post(path, data=fields, headers=headers, follow_redirects=True)
            if answer.status_code != 503 or time.monotonic() > end:
                return answer
            time.sleep(1)

    def sign_in(self) -> None:
        before = len(self.town.letters(self.email))
        self.send("/sign-in", email=self.email)
        self.send("/sign-in/code", code=self.town.code(self.email, before))

    def represent(self, nib: str) -> None:
        address = f"hr.{nib}@perusahaan.example"
        before = len(self.town.letters(address))
        self.send("/employer/claim", nib=nib)
        self.send(f"/employer/{nib}/claim", code=self.town.code(address, before))

    def make_key(self, nib: str) -> str:
        found = API_KEY.search(self.send(f"/employer/{nib}/keys", label="gaji").text)
        assert found is not None
        return found[0]


Meet = Callable[[str], Person]


@pytest.fixture
def meet(town: Demo) -> Iterator[Meet]:
    """Brings people in, each with an address and a browser of their own."""
    with ExitStack() as open_browsers:

        def sign_in(email: str) -> Person:
            headers = {"Accept": "text/html"}
            browser = httpx.Client(base_url=town.address, timeout=60, headers=headers)
            someone = Person(town, email, open_browsers.enter_context(browser))
            someone.sign_in()
            return someone

        yield sign_in


def run(town: Demo, *arguments: str) -> Any:
    """Run one command beside the running town."""
    environment = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "PYTHONPATH") if name in os.environ},
        "STRP_DATA_DIR": str(town.data_dir),
    }
    done = subprocess.run(
        [STRP, *arguments, "--json"], env=environment, capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def file_with(town: Demo, key: str, nib: str) -> int:
    return send(town, key, nib, fresh_workers(1)).status_code


def send(town: Demo, key: str, nib: str, workers: list[dict[str, str]]) -> httpx.Response:
    headers = {"Authorization": f"Bearer {key}"}
    body = {"nib": nib, "workers": workers}
    return httpx.post(f"{town.address}/api/v1/applications", json=body, headers=headers, timeout=60)


def test_a_key_files_no_more_once_the_account_that_made_it_is_closed(
    town: Demo, meet: Meet
) -> None:
    hr = meet("hr@journey.example")
    hr.represent(NIB)
    key = hr.make_key(NIB)
    before = file_with(town, key, NIB)
    run(town, "account", "close", "--email", "hr@journey.example", "--yes")
    shown = hr.browser.get(f"/employer/{NIB}").status_code
    deadline = time.monotonic() + 30  # other processes remember a key for five seconds
    while (after := file_with(town, key, NIB)) != 401 and time.monotonic() < deadline:
        time.sleep(0.5)
    assert (before, after, shown) == (202, 401, 303)


def test_a_program_that_files_other_peoples_workers_does_not_learn_where_they_work(
    town: Demo,
) -> None:
    workers = fresh_workers(2)
    true, stranger = (
        run(town, "apikey", "create", "--nib", nib)["key"] for nib in (FACTORY, LOGISTICS)
    )
    send(town, true, FACTORY, workers[:1])
    filed = send(town, stranger, LOGISTICS, [{**each, "nama": "X"} for each in workers]).json()
    url = f"{town.address}/api/v1/applications/{filed['application_id']}"
    headers = {"Authorization": f"Bearer {stranger}", "Accept-Language": "en"}
    shown = httpx.get(f"{url}/workers", headers=headers, timeout=60)
    reasons = [[reason["code"] for reason in each["reasons"]] for each in shown.json()["items"]]
    assert (reasons, "employer" in shown.text.lower()) == ([["officer-check"], []], False)


def test_strangers_who_claim_a_company_first_do_not_keep_its_representative_out(
    town: Demo, meet: Meet
) -> None:
    for number in range(8):
        meet(f"stranger{number}@journey.example").send("/employer/claim", nib=FACTORY)
    owner = meet("owner@journey.example")
    kept = owner.send("/employer/claim", nib=FACTORY)
    asked = owner.send(f"/employer/{FACTORY}/claim/officer")
    officer = meet("petugas@demo.example")
    row = FORM.search(officer.browser.get(f"/office/claims?nib={FACTORY}").text)
    assert row is not None
    officer.send("/office/claims", nib=FACTORY, word="approve", **row.groupdict())
    mine = owner.browser.get(f"/employer/{FACTORY}")
    assert (kept.status_code, asked.status_code, mine.status_code) == (200, 200, 200)


def test_what_another_browser_asks_and_fails_does_not_spend_the_owners_code(town: Demo) -> None:
    address = "locked.out@journey.example"
    with ExitStack() as open_browsers:
        owner, stranger = (
            Person(town, address, open_browsers.enter_context(browser))
            for browser in (httpx.Client(base_url=town.address, timeout=60) for _ in range(2))
        )
        owner.send("/sign-in", email=address)
        code = town.code(address, 0)
        for _ in range(5):
            stranger.send("/sign-in", email=address)
            failed = [stranger.send("/sign-in/code", code=f"{n:06d}") for n in range(5)]
            assert "/employer" not in {answer.url.path for answer in failed}
        owner.send("/sign-in/code", code=code)
        assert owner.browser.get("/employer/claim").status_code == 200
        assert stranger.browser.get("/employer/claim").status_code == 303


def test_nobody_is_led_to_another_site_after_signing_in(town: Demo) -> None:
    address = "led.away@journey.example"
    aside = ["/%09/evil.example", "/%0a/evil.example", "//evil.example", "/\\evil.example"]
    with httpx.Client(base_url=town.address, timeout=60) as browser:
        owner = Person(town, address, browser)
        for number, onward in enumerate([*aside, "/\t/evil.example", "https:evil.example"]):
            owner.send("/sign-in", email=address, next=onward)
            answer = owner.send("/sign-in/code", code=town.code(address, number))
            hops = [*answer.history, answer]
            assert answer.history and answer.status_code == 200, onward
            assert {hop.url.host for hop in hops} == {httpx.URL(town.address).host}, onward
            assert all(hop.headers["location"] for hop in answer.history), onward
            owner.send("/sign-out")


def test_an_employer_has_twenty_keys_whoever_asks_and_however_often(town: Demo, meet: Meet) -> None:
    keeper = meet("keeper@journey.example")
    keeper.represent(LOGISTICS)
    answers = [keeper.send(f"/employer/{LOGISTICS}/keys", label=f"{n}") for n in range(25)]
    made = [answer for answer in answers if API_KEY.search(answer.text)]
    assert 15 <= len(made) <= 20
    assert all(answer.status_code in {409, 422, 429} for answer in answers[20:])


def test_one_address_puts_thirty_claims_at_most_on_the_officers_list_in_a_minute(
    town: Demo, meet: Meet
) -> None:
    strangers = [meet(f"flood{number}@journey.example") for number in range(5)]
    answers = [
        stranger.send("/employer/claim", nib=f"81200011100{number:02d}")
        for stranger in strangers
        for number in range(1, 21)
    ]
    refused = [answer for answer in answers if answer.status_code == 429]
    assert len(answers) - len(refused) < 50 and all("Retry-After" in r.headers for r in refused)
