"""The headers that nginx adds to pages from files are those of the pages."""

import os

from bench.shipped_nginx import SHIPPED
from strp.web.framework.page import FOR_A_MINUTE, HTTPS_ONLY, PAGE_HEADERS, VARY


def test_the_file_of_headers_is_what_pages_say() -> None:
    told = {**PAGE_HEADERS, **HTTPS_ONLY, "Cache-Control": FOR_A_MINUTE, "Vary": VARY}
    text = "".join(
        [
            "# What the pages say beside themselves; written by `make docs`.\n",
            *(f'add_header {name} "{value}" always;\n' for name, value in told.items()),
        ]
    )
    path = SHIPPED / "strp-headers.conf"
    if os.environ.get("STRP_RENEW") == "1":
        path.write_text(text)
    assert path.read_text() == text, "run `make docs`"
