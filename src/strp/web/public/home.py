"""Pages that anyone reads and any cache may keep: front, rules, privacy, accessibility."""

from litestar import Response, get

from strp.http.route_class import KEPT_PAGE, ROUTE
from strp.web.framework.page import FOR_A_MINUTE, Page


@get("/", opt={ROUTE: KEPT_PAGE})
async def front(page: Page) -> Response[bytes]:
    """What STRP is, and the three doors."""
    return page.show("front.html", cache=FOR_A_MINUTE, policy=page.policy)


@get("/rules", opt={ROUTE: KEPT_PAGE})
async def rules(page: Page) -> Response[bytes]:
    """The rules in force, in the words of their sources."""
    return page.show("rules.html", cache=FOR_A_MINUTE, policy=page.policy)


@get("/privacy", opt={ROUTE: KEPT_PAGE})
async def privacy(page: Page) -> Response[bytes]:
    """What is kept about whom, why, for how long, and whom to ask."""
    return page.show("privacy.html", cache=FOR_A_MINUTE)


@get("/accessibility", opt={ROUTE: KEPT_PAGE})
async def accessibility(page: Page) -> Response[bytes]:
    """How these pages are made usable, and where they are not yet."""
    return page.show("accessibility.html", cache=FOR_A_MINUTE)


@get("/robots.txt", opt={ROUTE: KEPT_PAGE}, media_type="text/plain")
async def robots(page: Page) -> Response[bytes]:
    """What search engines leave alone: whatever belongs to somebody (RFC 9309)."""
    return page.answer(_ROBOTS, "text/plain; charset=utf-8", cache=FOR_A_MINUTE)


_ROBOTS = "".join(
    ["User-agent: *\n"]
    + [f"Disallow: {path}\n" for path in ("/account", "/c/", "/employer", "/office", "/receipts")]
    + [f"Disallow: {path}\n" for path in ("/sign-in", "/waiting-room", "/api/v1/")]
).encode()

FRONT_PAGES = (robots, front, rules, privacy, accessibility)
