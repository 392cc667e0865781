"""A page of another site in a real browser, which posts forms to the waiting room."""

from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.sync_api import Browser

from tests.journeys.browser import PHONE, Demo, Reader, running_demo
from tests.journeys.line import Line

pytestmark = pytest.mark.browser


class Elsewhere(BaseHTTPRequestHandler):
    """A page that posts a form to wherever its address says."""

    def do_GET(self) -> None:
        target = parse_qs(urlsplit(self.path).query)["to"][0]
        page = (
            f'<form method="post" action="{target}"><input name="next" value="/employer"></form>'
            "<script>document.forms[0].submit()</script>"
        )
        self.send_response(200)
        self.send_header("Content-Type", "text/html")
        self.end_headers()
        self.wfile.write(page.encode())

    def log_message(self, format: str, *args: object) -> None:
        """Nothing to say."""


@pytest.fixture(scope="module")
def another_site() -> Iterator[int]:
    """The port of another site."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Elsewhere)
    Thread(target=server.serve_forever, daemon=True).start()
    yield server.server_port
    server.shutdown()
    server.server_close()


@pytest.fixture(scope="module")
def crowded(chromium: Browser, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """A demo with a line before its door."""
    with running_demo(tmp_path_factory.mktemp("crowded"), STRP_ADMIT_MOST_PER_S="1") as running:
        Line(running).form()
        yield running


@pytest.fixture
def waiting(chromium: Browser, crowded: Demo) -> Iterator[Reader]:
    """Somebody who stands in that line."""
    context = chromium.new_context(viewport=PHONE, locale="id-ID")
    reader = Reader(context, crowded)
    reader.go("/employer")
    yield reader
    context.close()


def ticket(reader: Reader) -> str:
    """The ticket that the browser keeps."""
    kept = {each.get("name"): str(each.get("value")) for each in reader.context.cookies()}
    return kept["strp_ticket"]


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost"])
@pytest.mark.parametrize("path", ["/waiting-room/proof", "/waiting-room/tickets"])
def test_a_page_elsewhere_does_not_replace_the_ticket(
    waiting: Reader, another_site: int, host: str, path: str
) -> None:
    before = ticket(waiting)
    there = f"http://{host}:{another_site}/?to={waiting.demo.address}{path}"
    with waiting.page.expect_response(lambda answer: answer.request.method == "POST") as answer:
        waiting.page.goto(there)
    assert (answer.value.status, ticket(waiting)) == (403, before)
