"""The nginx site, written from what routes declare: `deploy/nginx/strp.conf` from its template."""

import re
from collections.abc import Iterable
from typing import Final

from strp.domain.overload import Priority, deadline_s
from strp.front.waiting_room.endpoints import DOCUMENT_PATH
from strp.http.programs import PREFIXES
from strp.http.route_class import FORM_BYTES, KeptPage
from strp.http.route_table import RouteTable

_SPARE_BYTES: Final = 9 * FORM_BYTES
"""What is a little too large reaches STRP, which says so in its own words."""
_SPARE_S: Final = 10
_WORD: Final = re.compile(r"@@([A-Z_]+)@@")


def nginx_site(template: str, routes: RouteTable, roster_bytes: int) -> str:
    """The site as it is shipped, five words of which an operator replaces.

    Args:
        template: with `@@NAMES@@` for what routes declare.
        routes: of an installation.
        roster_bytes: of the largest roster.

    Raises:
        KeyError: the template names what no route declares.
    """
    words = {
        "WRITTEN": "Written from strp.conf.template and the routes by `make docs`: change those.",
        "SECRETS": _either(
            declared.path.partition("/{")[0][1:] for declared in routes if declared.route.has_secret
        ),
        "FOR_ANYONE": _either(
            declared.path[1:]
            for declared in routes
            if declared.method == "POST" and declared.route.body.for_anyone
        ),
        "PROGRAMS": _either(prefix[1:] for prefix in PREFIXES),
        "MOST_BODY": f"{_most_body_bytes(routes, roster_bytes) + _SPARE_BYTES >> 20}m",
        "DOCUMENT": DOCUMENT_PATH,
        "KEPT_PAGES": _either(_kept_pages(routes)),
        "FOR_OPERATORS": _either(
            declared.path[1:] for declared in routes if declared.route.for_operators
        ),
        "LONGEST_FILING": f"{deadline_s(Priority.FILING) + _SPARE_S:.0f}s",
    }
    return _WORD.sub(lambda found: words[found[1]], template)


def _kept_pages(routes: RouteTable) -> Iterable[str]:
    """Paths of the pages that are written as files; the front page has a place of its own."""
    for declared in routes:
        cache = declared.route.cache
        is_file = isinstance(cache, KeptPage) and not cache.behind_gate
        if is_file and "{" not in declared.path and declared.path != "/":
            yield declared.path[1:]


def _most_body_bytes(routes: RouteTable, roster_bytes: int) -> int:
    return max(declared.route.body.bytes_with(roster_bytes) for declared in routes)


def _either(paths: Iterable[str]) -> str:
    """A pattern for these, in an order that does not change."""
    return "|".join(path.replace(".", "[.]") for path in sorted(set(paths)))
