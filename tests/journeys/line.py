"""A line before the door of a running demo: made, held still, let through."""

import json
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any
from urllib.parse import quote

import httpx
import psutil
import psycopg
from playwright.sync_api import APIResponse, Route

from strp.outside.machine.postgres_server import socket_dir
from strp.outside.machine.server_account import server_account
from tests.journeys.browser import STRP, Demo, Reader

LONG = 1_000_000
WITHIN_S = 60
GATED = "**/employer*"
ADMISSION = "strp_admission="


@dataclass(frozen=True)
class Line:
    """The waiting room of a demo, as its operator has it.

    Args:
        demo: where it stands.
    """

    demo: Demo

    def form(self, ahead: int = LONG) -> None:
        """Put the room before the door, with so many numbers given out already."""
        self._mode("on")
        self.ask("UPDATE waiting_lane SET issued = issued + %s", ahead)
        self._until(lambda: "strp_ticket" in self.get("/employer").cookies)
        # Numbers that a process still has from a line that is over are called within seconds.
        self._until(lambda: self._ahead() > ahead // 2, every_s=0.0)

    def dissolve(self) -> None:
        """Take the room away."""
        self._mode("off")
        self.ask("DELETE FROM waiting_seat")
        self._until(lambda: self.get("/employer").status_code == 303)

    def call_everybody(self) -> None:
        """Serve all numbers that were given out."""
        self.ask("UPDATE waiting_lane SET serving = issued")
        [(served,)] = self.ask("SELECT serving FROM waiting_lane WHERE lane = 'employers'")
        self._until(lambda: self.document()["serving"]["employers"] >= served)

    def document(self) -> Any:
        """What the crowd reads."""
        return self.get("/waiting-room.json").json()

    def get(self, path: str) -> httpx.Response:
        """A page, for somebody new."""
        headers = {"Accept": "text/html", "Accept-Language": "id"}
        return httpx.get(self.demo.address + path, headers=headers, timeout=30)

    def post(self, path: str, body: object) -> httpx.Response:
        """The answer to a program."""
        return httpx.post(self.demo.address + path, json=body, timeout=30)

    def ticket(self) -> str:
        """A ticket for a program."""
        return str(self.post("/waiting-room/tickets", {}).json()["ticket"])

    def admission(self, ticket: str) -> httpx.Response:
        """A ticket shown at the door."""
        return self.post("/waiting-room/admissions", {"ticket": ticket})

    def forget_retries(self) -> None:
        """Let everybody's way in be an hour ago: no answer was lost just now."""
        self.ask("UPDATE waiting_admission SET admitted_at = admitted_at - interval '1 hour'")

    @contextmanager
    def opening(self) -> Iterator[None]:
        """Before an opening, until the end of the block."""
        self.run("room", "open", "--at", "2100-01-01T06:00:00+07:00", "--yes")
        self._until(lambda: not self.document()["open"])
        try:
            yield
        finally:
            self.ask("UPDATE waiting_opening SET opens_at = now() WHERE opened_at IS NULL")
            self._until(lambda: bool(self.document()["open"]))

    @contextmanager
    def without_database(self) -> Iterator[None]:
        """PostgreSQL hangs until the end of the block."""
        number = (self.demo.data_dir / "postgres" / "postmaster.pid").read_text().split()[0]
        first = psutil.Process(int(number))
        processes = [first, *first.children()]
        for process in processes:
            process.suspend()
        try:
            self._until(lambda: not any(self.document()["rate"].values()))
            yield
        finally:
            for process in processes:
                process.resume()

    def run(self, *arguments: str) -> str:
        """Run a command on the demo's data; returns what it prints."""
        environment = {**os.environ, "STRP_DATA_DIR": str(self.demo.data_dir)}
        done = subprocess.run([STRP, *arguments], env=environment, capture_output=True, text=True)
        assert done.returncode == 0, done.stderr
        return done.stdout

    def api_key(self, nib: str) -> str:
        """A new key of an employer."""
        made = self.run("apikey", "create", "--nib", nib, "--json", "--yes")
        return str(json.loads(made)["key"])

    def ask(self, query: str, *values: Any) -> list[tuple[Any, ...]]:
        """Rows that answer a query, none for a change."""
        sockets = quote(str(socket_dir(self.demo.data_dir / "postgres", server_account())), safe="")
        address = f"postgresql:///strp?host={sockets}&user=strp"
        with psycopg.connect(address, autocommit=True) as conn:
            cursor = conn.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def _mode(self, mode: str) -> None:
        self.ask("UPDATE waiting_room SET mode = %s", mode)

    def _ahead(self) -> int:
        """People before the next who comes."""
        return int(self.post("/waiting-room/tickets", {}).json()["ahead"])

    def _until(self, holds: Callable[[], bool], *, every_s: float = 0.1) -> None:
        end = time.monotonic() + WITHIN_S
        while not holds():
            assert time.monotonic() < end, "the room does not follow"
            time.sleep(every_s)


def hold(reader: Reader, ticket: str) -> None:
    """Let a reader come with this ticket, however often a page gives a new one."""

    def show(route: Route) -> None:
        route.fulfill(response=_come_with(route, ticket))

    reader.page.route(GATED, show)


def crowd_the_door(reader: Reader, line: Line, tickets: list[str]) -> None:
    """Let a reader come when the door is full: behind others, until it is.

    Args:
        reader: whose browser.
        line: before the door.
        tickets: of numbers that were called; each lets in once.
    """

    def fill() -> None:
        while line.admission(tickets.pop()).status_code == HTTPStatus.CREATED:
            pass

    def ask(route: Route) -> APIResponse:
        fill()
        return _come_with(route, tickets.pop())

    _show_when(reader, GATED, ask, _does_not_admit)


def crowd_the_sign_in(reader: Reader) -> None:
    """Let a reader come to sign in when too many do: again and again until it is so."""
    _show_when(reader, "**/sign-in?*", Route.fetch, lambda answer: not answer.ok)


def _show_when(
    reader: Reader,
    pages: str,
    ask: Callable[[Route], APIResponse],
    is_busy: Callable[[APIResponse], bool],
) -> None:
    # A machine under load asks so slowly that a door is seldom full: the first answer of each
    # address that says so is shown from then on.
    busy: dict[str, APIResponse] = {}

    def show(route: Route) -> None:
        address = route.request.url
        while address not in busy:
            answer = ask(route)
            if is_busy(answer):
                busy[address] = answer
        route.fulfill(response=busy[address])

    reader.page.route(pages, show)


def _come_with(route: Route, ticket: str) -> APIResponse:
    headers = {**route.request.headers, "cookie": f"strp_ticket={ticket}"}
    return route.fetch(headers=headers, max_redirects=0)


def _does_not_admit(answer: APIResponse) -> bool:
    return ADMISSION not in answer.headers.get("set-cookie", "")
