import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from email.message import EmailMessage
from pathlib import Path

import pytest
import stamina

from strp.domain.errors import InvalidInput, StrpError, Unavailable
from strp.outside import mail_catcher
from strp.outside.mail import send, server_options
from strp.outside.mail_catcher import catching_mail, list_mail
from strp.settings import Settings

pytestmark = pytest.mark.anyio


@pytest.fixture(autouse=True)
def without_pauses() -> Iterator[None]:
    with stamina.set_testing(True, attempts=3):
        yield


def letter(subject: str = "Kode masuk", to: str = "sari@bank.example") -> EmailMessage:
    message = EmailMessage()
    message["From"] = "strp@strp.example"
    message["To"] = to
    message["Subject"] = subject
    message.set_content("Kode Anda 123456 — berlaku 10 menit.")
    return message


def through(port: int) -> Settings:
    return Settings(smtp_url=f"smtp://127.0.0.1:{port}")


class Refusal(asyncio.Protocol):
    """A server that greets, and then gives every command of weight the same answer."""

    def __init__(self, answer: str) -> None:
        self._answer = answer

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.Transport)
        self._transport = transport
        transport.write(b"220 test\r\n")

    def data_received(self, data: bytes) -> None:
        polite = data.upper().startswith((b"EHLO", b"MAIL"))
        self._transport.write(b"250 yes\r\n" if polite else f"{self._answer}\r\n".encode())
        if data.upper().startswith(b"QUIT"):
            self._transport.close()


@asynccontextmanager
async def refusing(answer: str) -> AsyncIterator[int]:
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Refusal(answer), "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await asyncio.sleep(0)


async def error_of(port: int) -> StrpError:
    with pytest.raises(StrpError) as raised:
        await send(through(port), letter())
    return raised.value


async def test_a_letter_arrives_as_it_was_written(tmp_path: Path) -> None:
    async with catching_mail(tmp_path / "inbox") as port:
        await send(through(port), letter())
    [caught] = list_mail(tmp_path / "inbox")
    assert (caught.to, caught.subject) == ("sari@bank.example", "Kode masuk")
    assert caught.body.strip() == "Kode Anda 123456 — berlaku 10 menit."


async def test_the_inbox_shows_the_newest_letter_first(tmp_path: Path) -> None:
    async with catching_mail(tmp_path) as port:
        await send(through(port), letter("first"))
        await send(through(port), letter("second"))
    assert [mail.subject for mail in list_mail(tmp_path)] == ["second", "first"]


async def test_the_inbox_keeps_the_newest_letters_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(mail_catcher, "KEPT", 2)
    async with catching_mail(tmp_path) as port:
        for subject in ("first", "second", "third"):
            await send(through(port), letter(subject))
    assert [mail.subject for mail in list_mail(tmp_path)] == ["third", "second"]


async def test_the_inbox_is_closed_to_other_users(tmp_path: Path) -> None:
    async with catching_mail(tmp_path / "inbox") as port:
        await send(through(port), letter())
    [file] = (tmp_path / "inbox").iterdir()
    assert file.stat().st_mode & 0o077 == 0


async def test_a_server_that_is_away_is_unavailable() -> None:
    async with refusing("250 yes") as port:
        pass
    assert isinstance(await error_of(port), Unavailable)


async def test_a_server_that_refuses_for_now_is_unavailable() -> None:
    async with refusing("450 later") as port:
        assert (await error_of(port)).code == "mail-unavailable"


async def test_a_server_that_refuses_for_good_is_not_asked_again() -> None:
    async with refusing("550 no such address") as port:
        assert (await error_of(port)).code == "mail-refused"


async def test_an_error_does_not_tell_the_address() -> None:
    async with refusing("550 sari@bank.example is unknown") as port:
        error = await error_of(port)
    assert "sari" not in str(error)


@pytest.mark.parametrize(
    ("url", "port", "tls", "start_tls"),
    [
        ("smtp://mail.example", 25, False, False),
        ("smtp+tls://mail.example", 587, False, True),
        ("smtps://mail.example", 465, True, False),
        ("smtps://mail.example:2465", 2465, True, False),
    ],
)
async def test_the_scheme_says_how_the_connection_is_protected(
    url: str, port: int, tls: bool, start_tls: bool
) -> None:
    found = server_options(url)
    assert (found["port"], found["use_tls"], found["start_tls"]) == (port, tls, start_tls)


async def test_a_password_may_hold_any_character() -> None:
    assert server_options("smtps://strp:p%40ss@mail.example")["password"] == "p@ss"


async def test_another_scheme_is_refused() -> None:
    with pytest.raises(InvalidInput):
        server_options("http://mail.example")
