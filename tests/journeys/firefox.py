"""Debian's Firefox, driven by its own Marionette protocol: Playwright drives a build of its own."""

import contextlib
import json
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.browser import AXE, RULES, Demo
from tests.ports import free_port

WITHIN_S = 90
PREFERENCES = """
user_pref("marionette.port", {port});
user_pref("intl.accept_languages", "id");
user_pref("browser.shell.checkDefaultBrowser", false);
user_pref("app.update.enabled", false);
user_pref("datareporting.policy.dataSubmissionEnabled", false);
user_pref("network.captive-portal-service.enabled", false);
"""
LOOK = """
const done = arguments[arguments.length - 1];
axe.run(document, { runOnly: arguments[0] }).then((result) =>
  done(result.violations.map((rule) => [rule.id, rule.nodes[0].html])));
"""
WIDE = "const page = document.documentElement; return page.scrollWidth > page.clientWidth"


class Firefox:
    """Somebody with Firefox: messages are `length:JSON`, as Marionette has them."""

    def __init__(self, demo: Demo, connection: socket.socket) -> None:
        self.demo = demo
        self._connection = connection
        self._sent = 0
        self._receive()
        self.do("WebDriver:NewSession")

    def do(self, command: str, **given: Any) -> Any:
        """Have a command carried out; returns its value."""
        self._sent += 1
        message = json.dumps([0, self._sent, command, given]).encode()
        self._connection.sendall(b"%d:%b" % (len(message), message))
        _kind, _number, error, answer = self._receive()
        assert error is None, error
        return answer.get("value", answer)

    def go(self, path: str) -> None:
        self.do("WebDriver:Navigate", url=self.demo.address + path)

    def run(self, script: str, *given: Any) -> Any:
        return self.do("WebDriver:ExecuteScript", script=script, args=list(given))

    def sign_in(self, email: str) -> None:
        before = len(self.demo.letters(email))
        self.go("/sign-in")
        self.send("email", email)
        self.send("code", self.demo.code(email, before))
        self._until("return !document.querySelector('#code')")

    def send(self, field: str, text: str) -> None:
        """Fill one field in, once it is there, and press the button of its form."""
        self._until(f"return !!document.querySelector('#{field}')")
        found = self.do("WebDriver:FindElement", using="css selector", value=f"#{field}")
        self.do("WebDriver:ElementSendKeys", id=next(iter(found.values())), text=text)
        self.run(f"document.querySelector('#{field}').form.requestSubmit()")

    def faults(self, path: str) -> list[Any]:
        """What axe finds on a page, and whether it is wider than the window."""
        self.go(path)
        self.run(AXE.read_text())
        found = self.do("WebDriver:ExecuteAsyncScript", script=LOOK, args=[RULES])
        return [*found, *(["wide"] if self.run(WIDE) else [])]

    def _until(self, script: str) -> None:
        end = time.monotonic() + WITHIN_S
        while not self.run(script):
            assert time.monotonic() < end, script
            time.sleep(0.1)

    def _receive(self) -> Any:
        length = b""
        while not length.endswith(b":"):
            length += self._connection.recv(1)
        body, size = b"", int(length[:-1])
        while len(body) < size:
            body += self._connection.recv(size - len(body))
        return json.loads(body)


@contextlib.contextmanager
def firefox(demo: Demo, folder: Path) -> Iterator[Firefox]:
    """A Firefox with a profile of its own; the test is skipped where there is none."""
    program = shutil.which("firefox-esr")
    if program is None:
        pytest.skip("no Firefox here: apt-get install firefox-esr")
    port = free_port()
    (folder / "user.js").write_text(PREFERENCES.format(port=port))
    command = [program, "--headless", "--marionette", "--no-remote", "--profile", str(folder)]
    quiet = subprocess.DEVNULL
    own = os.environ | {"HOME": str(folder)}
    process = subprocess.Popen(command, stdout=quiet, stderr=quiet, env=own)
    try:
        with _connected(port) as connection:
            yield Firefox(demo, connection)
    finally:
        process.terminate()
        process.wait(30)


def _connected(port: int) -> socket.socket:
    end = time.monotonic() + WITHIN_S
    while True:
        try:
            connection = socket.create_connection(("127.0.0.1", port))
        except OSError:
            assert time.monotonic() < end, "Firefox does not listen"
            time.sleep(0.1)
        else:
            connection.settimeout(WITHIN_S)
            return connection
