"""What the doctor says of the files that a proxy serves."""

import json
import os
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from strp.cli.doctor_front import front_findings
from strp.front.document_file import DocumentFile
from strp.settings import Settings


def test_files_in_a_closed_folder_are_named(tmp_path: Path) -> None:
    DocumentFile(tmp_path / "data" / "front" / "waiting-room.json").write(b"{}")
    (tmp_path / "data").chmod(0o700)
    [found] = front_findings(Settings(data_dir=str(tmp_path / "data")))
    assert (found.state, "STRP_FRONT_DIR" in found.value) == ("note", True)


def test_a_folder_of_their_own_that_is_closed_is_wrong(tmp_path: Path) -> None:
    DocumentFile(tmp_path / "front" / "waiting-room.json").write(b"{}")
    (tmp_path / "front").chmod(0o750)
    [found] = front_findings(Settings(front_dir=str(tmp_path / "front")))
    assert found.state == "wrong"


def test_a_file_that_stands_still_is_told(tmp_path: Path) -> None:
    settings = Settings(front_dir=str(tmp_path / "front"))
    DocumentFile(settings.line_document).write(b"{}")
    open_to_all(settings.front_path)
    [fresh] = front_findings(settings)
    os.utime(settings.line_document, (0, 0))
    [old] = front_findings(settings)
    assert (fresh.state, old.state, "an old line" in old.value) == ("ok", "note", True)


def open_to_all(folder: Path) -> None:
    """Let others pass the folders of a test, which pytest closes to them."""
    for each in (folder, *folder.parents):
        if not each.stat().st_mode & stat.S_IXOTH:
            each.chmod(0o755)


@contextmanager
def serving(status: int, body: bytes) -> Iterator[str]:
    class Answer(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(status)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Answer) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


def document(age_s: float) -> bytes:
    return json.dumps({"at": (datetime.now(UTC) - timedelta(seconds=age_s)).isoformat()}).encode()


@pytest.mark.parametrize(
    ("status", "body", "state", "word"),
    [
        (200, 1, "ok", "s old"),
        (200, 3600, "wrong", "stands still"),
        (403, b"", "wrong", "403"),
        (200, b"<html>", "wrong", "not the document"),
    ],
)
def test_the_document_is_asked_for_as_visitors_do(
    tmp_path: Path, status: int, body: bytes | int, state: str, word: str
) -> None:
    # Made here and not when tests are collected, which may be minutes before.
    sent = document(body) if isinstance(body, int) else body
    with serving(status, sent) as address:
        found = front_findings(Settings(data_dir=str(tmp_path), public_url=address))[-1]
    assert (found.state, word in found.value) == (state, True)
