"""The administrator's page for officials in bulk: what a file does is shown, then carried out."""

import base64
import binascii
import zlib
from typing import Annotated, Any, Final

import msgspec
from litestar import Response, get, post
from litestar.datastructures import UploadFile
from litestar.enums import RequestEncodingType
from litestar.params import Body

from strp.domain.errors import Conflict, FieldError, InvalidInput, StrpError, Unavailable
from strp.domain.people.account import AccountId, Actor, may_manage_accounts, not_your_task
from strp.domain.people.official_list import MOST_BYTES, list_too_long
from strp.domain.text import Text
from strp.http.route_class import OFFICE_FILE, OFFICE_PAGE, ROUTE
from strp.usecases.people.official_list import (
    OfficialListResult,
    import_official_list,
    preview_official_list,
)
from strp.usecases.process.system import System
from strp.web.framework.page import Page

PATH: Final = "/office/accounts/file"
SHOWN: Final = 100
"""Bad lines on the page; all are counted."""


class ListForm(msgspec.Struct, kw_only=True):
    """A file of officials."""

    file: Any = None


class ConfirmedForm(msgspec.Struct, kw_only=True):
    """The file as it was shown, and whether who is missing is to be ended.

    Args:
        sealed: file and missing accounts, in an envelope bound to the administrator.
        end: `yes` where they are.
    """

    sealed: str = ""
    end: str = ""


class _Shown(msgspec.Struct, array_like=True):
    data: bytes
    missing: list[int]


@get(PATH, opt={ROUTE: OFFICE_PAGE})
async def ask_list(page: Page, actor: Actor) -> Response[bytes]:
    """The form.

    Raises:
        Forbidden: `not-your-task`.
    """
    if not may_manage_accounts(actor):
        raise not_your_task()
    return page.show("office/account-list.html", error=None, result=None, done=False)


@post(PATH, status_code=200, opt={ROUTE: OFFICE_FILE})
async def show_list(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ListForm, Body(media_type=RequestEncodingType.MULTI_PART)],
) -> Response[bytes]:
    """What the file would change."""
    try:
        content = await _content(data.file)
        result = await preview_official_list(system, actor, content)
    except InvalidInput as error:
        return _refused(page, error)
    return _show_preview(page, system, actor, content, result)


@post(f"{PATH}/confirmed", status_code=200, opt={ROUTE: OFFICE_FILE})
async def carry_out(
    page: Page,
    system: System,
    actor: Actor,
    data: Annotated[ConfirmedForm, Body(media_type=RequestEncodingType.URL_ENCODED)],
) -> Response[bytes]:
    """Add the officials of the file, and end those who were shown as missing."""
    shown = _open(system, actor, data.sealed)
    if shown is None:
        return page.go(PATH)
    end = [AccountId(each) for each in shown.missing] if data.end == "yes" else []
    try:
        result = await import_official_list(system, actor, shown.data, end=end)
    except (InvalidInput, Conflict) as error:
        return _refused(page, error)
    return page.show("office/account-list.html", error=None, result=result, done=True, shown=SHOWN)


def _show_preview(
    page: Page, system: System, actor: Actor, content: bytes, result: OfficialListResult
) -> Response[bytes]:
    missing: list[int] = [each.account_id for each in result.missing]
    plain = zlib.compress(msgspec.msgpack.encode(_Shown(content, missing)))
    sealed = base64.urlsafe_b64encode(system.keys.seal(plain, _aad(actor))).decode()
    return page.show(
        "office/account-list.html",
        error=None,
        result=result,
        done=False,
        sealed=sealed,
        shown=SHOWN,
    )


def _refused(page: Page, error: StrpError) -> Response[bytes]:
    return page.show("office/account-list.html", status=422, error=error, result=None, done=False)


async def _content(file: Any) -> bytes:
    if not isinstance(file, UploadFile) or not file.filename:
        fields = [FieldError("file", "missing", _CHOOSE_FILE)]
        raise InvalidInput("officials-file-missing", _CHOOSE_FILE, fields=fields)
    try:
        content = await file.read(MOST_BYTES + 1)
    finally:
        await file.close()
    if len(content) > MOST_BYTES:
        raise list_too_long()
    return bytes(content)


def _open(system: System, actor: Actor, sealed: str) -> _Shown | None:
    try:
        plain = system.keys.open(base64.urlsafe_b64decode(sealed), _aad(actor))
        return msgspec.msgpack.decode(zlib.decompress(plain), type=_Shown)
    except (binascii.Error, ValueError, Unavailable, zlib.error, msgspec.MsgspecError):
        return None


def _aad(actor: Actor) -> bytes:
    return b"file of officials:" + actor.label.encode()


_CHOOSE_FILE = Text(id="Pilih berkas CSV.", en="Choose a CSV file.")

OFFICE_ACCOUNT_LIST_PAGES = (ask_list, show_list, carry_out)
