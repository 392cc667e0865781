"""The files of nginx are what pages and routes say."""

import os
import re

import pytest

from strp.rehearsal.nginx import NGINX
from strp.settings import Settings
from strp.web.framework.page import FOR_A_MINUTE, HTTPS_ONLY, PAGE_HEADERS, VARY
from strp.wiring.nginx_site import nginx_site
from strp.wiring.routes import shipped_routes

TABLE = shipped_routes()


def headers() -> str:
    told = {**PAGE_HEADERS, **HTTPS_ONLY, "Cache-Control": FOR_A_MINUTE, "Vary": VARY}
    lines = [f'add_header {name} "{value}" always;\n' for name, value in told.items()]
    return "".join(["# What the pages say beside themselves; written by `make docs`.\n", *lines])


def site() -> str:
    template = (NGINX / "strp.conf.template").read_text()
    return nginx_site(template, TABLE, Settings().upload_max_bytes)


@pytest.mark.parametrize(("name", "write"), [("strp-headers.conf", headers), ("strp.conf", site)])
def test_a_file_of_nginx_is_what_pages_and_routes_say(name: str, write: type[str]) -> None:
    path = NGINX / name
    if os.environ.get("STRP_RENEW") == "1":
        path.write_text(write())
    assert path.read_text() == write(), "run `make docs`"


def test_every_address_that_nginx_knows_by_itself_is_one_of_ours() -> None:
    """Those of the template; proxies alone are told `/internal/…`, registrars `.well-known`."""
    template = (NGINX / "strp.conf.template").read_text()
    named = re.findall(r"location (?:= )?(/[^@ ]+) {", template)
    others = {path for path in named if not path.startswith(("/internal/", "/.well-known/acme"))}
    prefixes = {declared.path.partition("{")[0] for declared in TABLE}
    assert others <= prefixes
