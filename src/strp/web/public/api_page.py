"""The page for an employer's programmer, made from the description of the JSON door."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Final, NamedTuple

from litestar import Request, Response, get
from markupsafe import Markup, escape

from strp.domain.text import Language
from strp.http.description import DESCRIBE
from strp.http.route_class import KEPT_PAGE, ROUTE
from strp.web.framework.page import FOR_A_MINUTE, Page

_FOLDER: Final = Path(__file__).parents[1] / "templates" / "api"
_METHODS: Final = ("get", "post", "put", "delete", "patch")
PROGRAMS: Final = tuple(
    (name, file, (_FOLDER / f"{file}.txt").read_text(encoding="utf-8"))
    for name, file in (
        ("curl", "main-job-sh"),
        ("Python", "main-job-py"),
        ("JavaScript", "main-job-mjs"),
    )
)
"""Name, id on the page, and text of each program; tests run them as they stand here."""


class Call(NamedTuple):
    """One call, as the page lists it."""

    method: str
    shown: Markup
    summary: str
    is_open: bool


@get("/api", opt={ROUTE: KEPT_PAGE})
async def show_api(page: Page, request: Request[Any, Any, Any]) -> Response[bytes]:
    """How a program files, in curl, Python and JavaScript, and every call there is."""
    document = request.app.state[DESCRIBE]()
    calls = list(_calls(document, page.language))
    return page.show("api/page.html", cache=FOR_A_MINUTE, programs=PROGRAMS, calls=calls)


def _calls(document: dict[str, Any], language: Language) -> Iterator[Call]:
    for path, item in document["paths"].items():
        # Long addresses may break at each part, on a phone.
        shown = Markup("<wbr>").join(escape(f"/{part}") for part in path.split("/")[1:])
        for method in _METHODS:
            if method in item:
                call = item[method]
                told = call["x-summary"][language.value]
                yield Call(method.upper(), shown, told, call["security"] == [])


API_PAGES = (show_api,)
