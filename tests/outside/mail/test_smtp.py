import asyncio
from datetime import UTC, datetime
from pathlib import Path

import pytest

from strp.domain.errors import InvalidInput, StrpError, Unavailable
from strp.outside.mail import catcher
from strp.outside.mail.catcher import catching_mail, list_mail
from strp.outside.mail.message import message_bytes
from strp.outside.mail.smtp import LETTERS_A_CONNECTION, mail_server, server_options
from strp.settings import Settings
from tests.outside.mail.stage import answering

pytestmark = pytest.mark.anyio


def letter(subject: str = "Kode masuk", to: str = "sari@bank.example") -> tuple[str, bytes]:
    return to, message_bytes(
        sender="STRP <strp@strp.example>",
        to=to,
        subject=subject,
        body="Kode Anda 123456 — berlaku 10 menit.",
        at=datetime(2021, 7, 5, tzinfo=UTC),
        message_id="1@strp.example",
    )


def through(port: int) -> Settings:
    return Settings(smtp_url=f"smtp://127.0.0.1:{port}")


async def send(port: int, *letters: tuple[str, bytes]) -> None:
    async with mail_server(through(port)) as server:
        for each in letters:
            await server.send(*each)


async def error_of(answer: str) -> StrpError:
    async with answering({"RCPT": {"sari@bank.example": answer}}) as server:
        with pytest.raises(StrpError) as raised:
            await send(server.port, letter())
    return raised.value


async def test_a_letter_arrives_as_it_was_written(tmp_path: Path) -> None:
    async with catching_mail(tmp_path / "inbox") as port:
        await send(port, letter())
    [caught] = list_mail(tmp_path / "inbox")
    assert (caught.to, caught.subject) == ("sari@bank.example", "Kode masuk")
    assert caught.body.strip() == "Kode Anda 123456 — berlaku 10 menit."


async def test_the_inbox_shows_the_newest_letter_first(tmp_path: Path) -> None:
    async with catching_mail(tmp_path) as port:
        await send(port, letter("first"))
        await send(port, letter("second"))
    assert [mail.subject for mail in list_mail(tmp_path)] == ["second", "first"]


async def test_the_inbox_keeps_the_newest_letters_only(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(catcher, "KEPT", 2)
    async with catching_mail(tmp_path) as port:
        for subject in ("first", "second", "third"):
            await send(port, letter(subject))
    assert [mail.subject for mail in list_mail(tmp_path)] == ["third", "second"]


async def test_the_inbox_is_closed_to_other_users(tmp_path: Path) -> None:
    async with catching_mail(tmp_path / "inbox") as port:
        await send(port, letter())
    [file] = (tmp_path / "inbox").iterdir()
    assert file.stat().st_mode & 0o077 == 0


async def test_a_server_that_is_away_is_told_from_one_that_refuses_a_letter() -> None:
    with pytest.raises(Unavailable, match="mail-server-away"):
        await send(1, letter())


async def test_a_server_that_refuses_for_now_is_unavailable() -> None:
    assert (await error_of("450 later")).code == "mail-unavailable"


async def test_a_server_that_refuses_for_good_is_not_asked_again() -> None:
    assert (await error_of("550 no such address")).code == "mail-refused"


async def test_an_error_does_not_tell_the_address() -> None:
    assert "sari" not in str(await error_of("550 sari@bank.example is unknown"))


async def test_letters_share_a_connection_until_it_is_worn_out() -> None:
    async with answering({}) as server:
        await send(server.port, *[letter()] * (LETTERS_A_CONNECTION + 1))
        assert (len(server.taken), server.connections) == (LETTERS_A_CONNECTION + 1, 2)


async def test_a_connection_that_the_server_has_ended_is_made_again() -> None:
    async with answering({}) as server, mail_server(through(server.port)) as kept:
        await kept.send(*letter())
        assert kept._client is not None and kept._client.transport is not None
        kept._client.transport.abort()
        await asyncio.sleep(0.05)
        await kept.send(*letter())
        assert (len(server.taken), server.connections) == (2, 2)


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
