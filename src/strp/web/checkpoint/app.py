"""The checkpoint app: one page, and the service worker that keeps it for use without a network."""

import dataclasses
import hashlib
import json
from typing import Final

import msgspec
from litestar import Response, get

from strp.domain.text import Language
from strp.http.route_class import KEPT_PAGE, ROUTE, RouteClass, SharedAnswer
from strp.web.framework.assets import Assets
from strp.web.framework.page import FOR_A_MINUTE, Page

PATH = "/checkpoint"
TEMPLATE = "checkpoint/app.html"
WORKER = "checkpoint/service-worker.ts"
FILES = ("checkpoint/main.ts", "styles/checkpoint.scss", "images/mark.svg")
ICONS = {192: "images/checkpoint-192.png", 512: "images/checkpoint-512.png"}
# Browsers ask for the worker at each start; an old one would keep an old app.
ASK_EACH_TIME = "public, max-age=0, must-revalidate"

# Each phone asks for them at each start.
SHARED: Final = RouteClass(cache=SharedAnswer(fresh_s=60.0))


@get(PATH, opt={ROUTE: KEPT_PAGE})
async def show_checkpoint(page: Page) -> Response[bytes]:
    """The app."""
    return page.show(TEMPLATE, cache=FOR_A_MINUTE)


@get(f"{PATH}/worker.js", opt={ROUTE: SHARED})
async def send_worker(page: Page, assets: Assets) -> Response[bytes]:
    """The service worker: its program, and before it the files and pages that it keeps.

    The pages stand in it, so that a page and the files that it names are always of one version; and
    since a change of any of them changes these bytes, browsers see that there is a new version.
    """
    app = {
        "files": assets.addresses(*FILES, *ICONS.values()),
        "pages": {
            language: dataclasses.replace(page, language=language).render(TEMPLATE)
            for language in Language
        },
        "headers": page.headers(FOR_A_MINUTE) | {"Content-Type": "text/html; charset=utf-8"},
    }
    version = hashlib.blake2b(msgspec.json.encode(app), digest_size=8).hexdigest()
    program = assets.files[assets.address(WORKER).rpartition("/")[2]].body
    body = b"const APP=" + json.dumps(app | {"version": version}).encode() + b";\n" + program
    return page.answer(
        body, "text/javascript", cache=ASK_EACH_TIME, extra={"Service-Worker-Allowed": PATH}
    )


@get(f"{PATH}/app.webmanifest", opt={ROUTE: SHARED})
async def send_manifest(page: Page, assets: Assets) -> Response[bytes]:
    """What a phone shows of the installed app (W3C, Web Application Manifest)."""
    manifest = {
        "id": PATH,
        "name": "STRP – Pos pemeriksaan",
        "short_name": "STRP Periksa",
        "lang": "id",
        "start_url": PATH,
        "scope": PATH,
        "display": "standalone",
        "orientation": "portrait",
        "theme_color": "#0a3540",
        "background_color": "#0a3540",
        "icons": [
            {"src": assets.address(source), "sizes": f"{side}x{side}", "type": "image/png"}
            for side, source in ICONS.items()
        ],
    }
    return page.answer(
        msgspec.json.encode(manifest), "application/manifest+json", cache=FOR_A_MINUTE
    )


CHECKPOINT_PAGES = (show_checkpoint, send_worker, send_manifest)
