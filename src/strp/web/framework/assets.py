"""Styles and scripts, built by Vite into `static/` under names that change with their content."""

import gzip
import json
import mimetypes
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from litestar import Request, Response, get
from litestar.exceptions import NotFoundException

from strp.http.encodings import accepts_gzip
from strp.http.route_class import ROUTE, KeptPage, RouteClass

STATIC_FOLDER = Path(__file__).parents[1] / "static"
SMALLEST_TO_COMPRESS_BYTES = 500
# The file name holds a digest of the content, so a copy never goes stale (RFC 8246).
FOREVER = "public, max-age=31536000, immutable"
# A worker script answers for all certificate pages, though it is kept beside the other files.
WORKER_SCOPE = "/c/"
_BUILT = frozenset(f"/static/{path.name}" for path in STATIC_FOLDER.iterdir())
STATIC = RouteClass(cache=KeptPage(knows=lambda _policy, address: address in _BUILT))
# What reads QR codes runs beside the page: it compiles WebAssembly, and reaches nobody.
READER_POLICY = "default-src 'none'; script-src 'wasm-unsafe-eval'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """One built file, as it is sent."""

    body: bytes
    compressed: bytes | None
    media_type: str


class Assets:
    """The built files, held in memory, and the address of each by its source.

    Args:
        addresses: built address by source file, such as `styles/site.scss`.
        files: built files by name.
        loaded: addresses of what a script loads while it runs, by its source file.
    """

    def __init__(
        self,
        addresses: Mapping[str, str],
        files: Mapping[str, Asset],
        loaded: Mapping[str, Sequence[str]],
    ) -> None:
        self._addresses = addresses
        self._loaded = loaded
        self.files = files

    def address(self, source: str) -> str:
        """Address of the file built from a source."""
        return self._addresses[source]

    def addresses(self, *sources: str) -> list[str]:
        """Addresses of files by their sources, and of what these load."""
        loaded = [address for source in sources for address in self._loaded[source]]
        return [*map(self.address, sources), *loaded]


def load_assets(folder: Path = STATIC_FOLDER) -> Assets:
    """Read what the frontend build left.

    Raises:
        RuntimeError: the frontend was not built; says how to.
    """
    manifest = folder / "manifest.json"
    if not manifest.exists():
        raise RuntimeError("The pages' styles are not built: run `make setup`.")
    built = json.loads(manifest.read_text())
    addresses = {source: f"/static/{entry['file']}" for source, entry in built.items()}
    loaded = {source: _loaded(built, entry) for source, entry in built.items()}
    names = [path for path in folder.iterdir() if path.is_file() and path != manifest]
    return Assets(addresses, {path.name: _read(path) for path in names}, loaded)


def _loaded(built: Mapping[str, Any], entry: Mapping[str, Any]) -> list[str]:
    parts = [built[name]["file"] for name in entry.get("imports", [])]
    return [f"/static/{name}" for name in (*parts, *entry.get("assets", []))]


def _read(path: Path) -> Asset:
    body = path.read_bytes()
    media_type = mimetypes.guess_type(path.name)[0] or "application/octet-stream"
    squeezed = gzip.compress(body, 9, mtime=0) if len(body) > SMALLEST_TO_COMPRESS_BYTES else body
    return Asset(
        body=body,
        compressed=squeezed if len(squeezed) < len(body) else None,
        media_type=media_type,
    )


@get("/static/{name:str}", include_in_schema=False, opt={ROUTE: STATIC})
async def static_file(
    request: Request[Any, Any, Any], name: str, assets: Assets
) -> Response[bytes]:
    """One built file, kept by browsers for good.

    Args:
        request: says whether its reader takes gzip.
        name: with the digest of its content in it.
        assets: all built files.

    Raises:
        NotFoundException: there is no such file.
    """
    asset = assets.files.get(name)
    if asset is None:
        raise NotFoundException()
    headers = {
        "Cache-Control": FOREVER,
        "X-Content-Type-Options": "nosniff",
        "Vary": "Accept-Encoding",
    }
    if name.startswith("offline-"):
        headers["Service-Worker-Allowed"] = WORKER_SCOPE
    if name.startswith("reader-worker-"):
        headers["Content-Security-Policy"] = READER_POLICY
    body = asset.body
    if asset.compressed and accepts_gzip(request.headers.get("accept-encoding", "")):
        body = asset.compressed
        headers["Content-Encoding"] = "gzip"
    return Response(body, media_type=asset.media_type, headers=headers)
