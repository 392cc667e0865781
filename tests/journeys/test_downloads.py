"""A large document over the real door: broken off and resumed, changed and revoked in between."""

import io
import time
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass

import httpx
import pytest

from strp.domain.certificates.documents import AT_ONCE
from tests.journeys.running import (
    FACTORY,
    Installation,
    fresh_workers,
    post_workers,
    until_issued,
)

WORKERS = AT_ONCE + 10  # as many as are not printed while one waits
BROKEN_OFF_AT = 100_000
MADE_WITHIN_S = 120.0
KEPT_FOR_S = 5.5  # a revocation reaches every process within five seconds


@dataclass(slots=True)
class Large:
    """A filing whose certificates make a document that is kept, and whoever downloads it."""

    client: httpx.Client
    number: str
    serials: list[str]

    def ask(self, form: str = "zip", **headers: str) -> httpx.Response:
        """Ask until the document is ready, as the answer says to."""
        address = f"/api/v1/applications/{self.number}/certificates.{form}"
        end = time.monotonic() + MADE_WITHIN_S
        while time.monotonic() < end:
            answer = self.client.get(address, headers=headers)
            if answer.status_code not in {425, 429}:  # a slow machine is asked more often
                return answer
            assert answer.status_code == 429 or answer.json()["code"] == "document-being-made"
            time.sleep(min(5.0, float(answer.headers["Retry-After"])))
        raise AssertionError("the document was not made")

    def resume(self, etag: str, form: str = "zip") -> httpx.Response:
        """Ask for the rest of what was broken off."""
        return self.ask(form, Range=f"bytes={BROKEN_OFF_AT}-", **{"If-Range": etag})

    def papers(self, content: bytes) -> set[str]:
        """Serials that have a paper in a zip."""
        names = zipfile.ZipFile(io.BytesIO(content)).namelist()
        return {serial for serial in self.serials if any(serial in name for name in names)}


@pytest.fixture(scope="module")
def large(city: Installation) -> Iterator[Large]:
    """A filing of a few more than are printed at once."""
    with city.client(FACTORY) as client:
        filed = post_workers(client, FACTORY, fresh_workers(WORKERS)).json()
        issued = until_issued(client, filed["application_id"])
        yield Large(client, filed["application_id"], [each["serial"] for each in issued])


def test_a_download_that_is_broken_off_goes_on_where_it_stopped(
    large: Large, city: Installation
) -> None:
    whole = large.ask()
    etag = whole.headers["ETag"]
    with (
        city.client(FACTORY) as other,
        other.stream("GET", str(whole.request.url)) as answer,
    ):
        begun = b""
        for piece in answer.iter_raw():
            begun += piece
            if len(begun) >= BROKEN_OFF_AT:
                break  # the connection is closed here, in the middle of the answer
    rest = large.resume(etag)
    assert (rest.status_code, rest.headers["Content-Range"]) == (
        206,
        f"bytes {BROKEN_OFF_AT}-{len(whole.content) - 1}/{len(whole.content)}",
    )
    assert begun[:BROKEN_OFF_AT] + rest.content == whole.content
    assert large.papers(whole.content) == set(large.serials)


def test_what_is_there_already_is_not_sent_again_and_nothing_is_behind_its_end(
    large: Large,
) -> None:
    whole = large.ask()
    same = large.ask(**{"If-None-Match": whole.headers["ETag"]})
    behind = large.ask(Range=f"bytes={len(whole.content)}-")
    assert (same.status_code, same.content) == (304, b"")
    assert behind.status_code == 416
    assert behind.headers["Content-Range"] == f"bytes */{len(whole.content)}"


def test_a_document_that_changed_in_between_is_sent_whole_from_its_beginning(large: Large) -> None:
    before = large.ask()
    gone = large.serials.pop()
    ended = large.client.post(f"/api/v1/certificates/{gone}/end", json={"reason": "keluar"})
    assert ended.status_code == 200
    after = large.resume(before.headers["ETag"])
    assert after.status_code == 200
    assert after.headers["ETag"] != before.headers["ETag"]
    assert gone.encode() not in after.content
    assert large.papers(after.content) == set(large.serials)


def test_a_paper_that_was_revoked_in_between_is_in_no_download_that_begins_afterwards(
    large: Large, city: Installation
) -> None:
    before = {form: large.ask(form) for form in ("zip", "pdf")}
    gone = large.serials.pop()
    done = city.run("revoke", gone, "--reason", "uji", "--yes")
    assert done.returncode == 0, done.stderr
    time.sleep(KEPT_FOR_S)
    for form, old in before.items():
        fresh = large.resume(old.headers["ETag"], form)
        assert fresh.status_code == 200
        assert fresh.headers["ETag"] != old.headers["ETag"]
    assert large.papers(large.ask().content) == set(large.serials)
    assert gone.encode() not in large.ask().content
