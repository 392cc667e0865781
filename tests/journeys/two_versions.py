"""A server before an installation whose checkpoint app is of an old version, then of a new one."""

import re
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import httpx

WORKER = "/checkpoint/worker.js"
NEW = "ffffffffffffffff"
_PASSED_ON = ("content-type", "content-security-policy", "service-worker-allowed", "cache-control")


class TwoVersions:
    """What is served now.

    Args:
        url: of the installation.
    """

    version = NEW

    def __init__(self, url: str) -> None:
        self._client = httpx.Client(base_url=url, timeout=60)
        self._is_new = False
        self.port = 0

    def release(self) -> None:
        """Serve the new version from now on."""
        self._is_new = True

    def close(self) -> None:
        """End its connections."""
        self._client.close()

    def answer(self, path: str) -> httpx.Response:
        """What is at an address."""
        return self._client.get(path, headers={"Accept-Encoding": "identity"})

    def body(self, path: str, body: bytes) -> bytes:
        """A body as this version has it."""
        if path != WORKER or not self._is_new:
            return body
        return re.sub(rb'"version": "[0-9a-f]+"', f'"version": "{NEW}"'.encode(), body)


@contextmanager
def two_versions(url: str) -> Iterator[TwoVersions]:
    """A server on a port of its own.

    Args:
        url: of the installation behind it.
    """
    versions = TwoVersions(url)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found = versions.answer(self.path)
            body = versions.body(self.path, found.content)
            self.send_response(found.status_code)
            for name in _PASSED_ON:
                if name in found.headers:
                    self.send_header(name, found.headers[name])
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    versions.port = server.server_port
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield versions
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
        versions.close()
