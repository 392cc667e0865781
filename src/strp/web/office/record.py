"""The auditor's page: the record of who did and saw what, searched; nothing can be changed here."""

from datetime import date, datetime, timedelta
from typing import Annotated, Final
from urllib.parse import urlencode

import msgspec
from litestar import Response, get, post
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.civil_time import WIB
from strp.domain.errors import InvalidInput, NotFound, StrpError
from strp.domain.people.account import Actor
from strp.domain.people.record_actions import ACTION_WORDS, action_words
from strp.domain.people.record_search import RecordSearch
from strp.domain.waiting_room.lanes import Lane
from strp.http.route_class import OFFICE_PAGE, ROUTE, Effort, RouteClass
from strp.usecases.people.record_search import FoundRecords, actor_of_address, search_record
from strp.usecases.process.system import System
from strp.web.framework.page import Page

PATH: Final = "/office/record"
SEARCH: Final = RouteClass(lane=Lane.OFFICIALS, effort=Effort.SEARCH)
_MOST_NUMBER: Final = (1 << 63) - 1


class AddressForm(msgspec.Struct, kw_only=True):
    """The address of somebody whose account is looked for; it never stands in a URL."""

    email: str = ""


@get(PATH, opt={ROUTE: SEARCH})
async def show_record(
    page: Page,
    system: System,
    actor: Actor,
    who: str = "",
    action: str = "",
    subject: str = "",
    since: str = "",
    until: str = "",
    before: int = 0,
) -> Response[bytes]:
    """What was done, the latest first.

    Args:
        who: label of an actor; empty for all.
        action: code of what was done; empty for all.
        subject: what it was done to, such as `application:123`; empty for all.
        since: first day, in Jakarta (2021-07-05); empty without bound.
        until: last day, which belongs to it; empty without bound.
        before: number of the last event of the page before; 0 for the first page.
    """
    typed = {"who": who, "action": action, "subject": subject, "since": since, "until": until}
    typed = {name: text.strip()[:60] for name, text in typed.items()}
    search = RecordSearch(
        actor=typed["who"],
        action=typed["action"],
        subject=typed["subject"],
        from_at=_midnight(typed["since"]),
        until_at=_midnight(typed["until"], days=1),
    )
    last = before if 0 < before < _MOST_NUMBER else None
    try:
        found = await search_record(system, actor, search, before=last)
    except InvalidInput as error:
        return _show(page, typed, None, error)
    return _show(page, typed, found)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_PAGE})
async def find_account(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[AddressForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Lead on to what the account of an address did."""
    try:
        label = await actor_of_address(system, actor, data.email)
    except (InvalidInput, NotFound) as error:
        return _show(page, {}, None, error)
    return page.go(f"{PATH}?{urlencode({'who': label})}")


def _show(
    page: Page, typed: dict[str, str], found: FoundRecords | None, error: StrpError | None = None
) -> Response[bytes]:
    query = {name: text for name, text in typed.items() if text}
    onward = ""
    if found is not None and found.next_before is not None:
        onward = f"{PATH}?{urlencode({**query, 'before': str(found.next_before)})}"
    return page.show(
        "office/record.html",
        status=200 if error is None else 422,
        error=error,
        typed=typed,
        found=found,
        onward=onward,
        actions=ACTION_WORDS,
        action_words=action_words,
    )


def _midnight(text: str, *, days: int = 0) -> datetime | None:
    """The beginning of a civil day, or of one so many days later; None where it is no day."""
    try:
        day = date.fromisoformat(text)
        return datetime(day.year, day.month, day.day, tzinfo=WIB) + timedelta(days=days)
    except (ValueError, OverflowError):
        return None


OFFICE_RECORD_PAGES = (show_record, find_account)
