"""Sends letters over SMTP (RFC 5321), in the clear, over STARTTLS (RFC 3207) or over TLS.

Connections are kept: a greeting, TLS and a login cost more than a letter.
"""

import asyncio
import contextlib
import time
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any, Final
from urllib.parse import unquote, urlsplit

import aiosmtplib

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.text import Text
from strp.outside.mail.message import REFUSED, address_of
from strp.settings import Settings

TIMEOUT_S: Final = 20
# A letter takes at most so long, connection and all its answers included.
SENT_WITHIN_S: Final = 30
GREETED_WITHIN_S: Final = 5
# Servers end connections that were silent or brought many letters; ours ends first.
LETTERS_A_CONNECTION: Final = 100
ASKED_AFTER_S: Final = 1.0
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}
_FAILURES = (aiosmtplib.SMTPException, OSError, TimeoutError)


class MailServer:
    """One kept connection to the mail server, made when there is something to send.

    Args:
        settings: say where the server is.
    """

    def __init__(self, settings: Settings) -> None:
        self._options = server_options(settings.smtp_url)
        self._sender = address_of(settings.mail_from)
        self._client: aiosmtplib.SMTP | None = None
        self._letters = 0
        self._used_at = 0.0

    async def send(self, to: str, message: bytes) -> None:
        """Hand one letter over.

        Args:
            to: address of the reader.
            message: as `message_bytes` writes it.

        Raises:
            Unavailable: `mail-server-away`: no connection; `mail-unavailable`: the server does
                not take this letter now, or the connection broke over it.
            InvalidInput: `mail-refused`: it will never take this letter, for example for lack of
                such an address.
        """
        client = await self._connected()
        try:
            async with asyncio.timeout(SENT_WITHIN_S):
                options = [] if to.isascii() else ["SMTPUTF8"]
                await client.sendmail(self._sender, to, message, mail_options=options)
        except ValueError:
            raise _refused(None) from None
        except _FAILURES as error:
            if isinstance(error, TimeoutError) or not client.is_connected:
                client.close()
                self._client = None
            raise (_unavailable() if _is_passing(error) else _refused(error)) from None
        self._letters += 1
        self._used_at = time.monotonic()

    async def close(self) -> None:
        """End the connection, politely where the server still listens."""
        client, self._client = self._client, None
        if client is None:
            return
        try:
            with contextlib.suppress(*_FAILURES):
                await client.quit(timeout=1)
        finally:  # also where whoever ends this waits no second for it
            client.close()

    async def _connected(self) -> aiosmtplib.SMTP:
        """The connection at hand, or a new one where it is worn out or broken."""
        if self._client is not None and not await self._is_good(self._client):
            await self.close()
        if self._client is None:
            client = aiosmtplib.SMTP(**self._options)
            try:
                await client.connect()
            except BaseException as error:
                client.close()
                if isinstance(error, _FAILURES):
                    raise _away() from None
                raise
            self._client, self._letters = client, 0
        return self._client

    async def _is_good(self, client: aiosmtplib.SMTP) -> bool:
        if not client.is_connected or self._letters >= LETTERS_A_CONNECTION:
            return False
        if time.monotonic() - self._used_at < ASKED_AFTER_S:
            return True
        try:
            await client.noop()
        except _FAILURES:
            return False
        return True


async def greet_mail_server(settings: Settings) -> str:
    """Talk to the mail server as far as a letter would need it, and send none.

    Connects, says EHLO, begins TLS and signs in where the address says so (RFC 5321, 4.1.1.1).

    Returns:
        Where it was reached.

    Raises:
        Unavailable: `mail-server-away`, with the server's own words.
    """
    options = server_options(settings.smtp_url)
    client = aiosmtplib.SMTP(**{**options, "timeout": GREETED_WITHIN_S})
    try:
        async with asyncio.timeout(GREETED_WITHIN_S):
            await client.connect()
            await client.ehlo()
            with contextlib.suppress(*_FAILURES):
                await client.quit()
    except _FAILURES as error:
        raise _does_not_greet(options, error) from None
    finally:
        client.close()
    return f"{options['hostname']}:{options['port']}"


def _does_not_greet(options: Mapping[str, Any], error: BaseException) -> Unavailable:
    where = f"{options['hostname']}:{options['port']}"
    said = str(error) or type(error).__name__
    return Unavailable(
        "mail-server-away",
        Text(
            f"Server surat {where} tidak melayani: “{said}”. Periksa STRP_SMTP_URL (host, port, "
            "TLS, kata sandi) dan server itu; surat menunggu, tidak ada yang hilang.",
            f"The mail server {where} does not serve: “{said}”. Check STRP_SMTP_URL (host, port, "
            "TLS, password) and that server; letters wait, none is lost.",
        ),
        retry_after_s=60,
    )


@asynccontextmanager
async def mail_server(settings: Settings) -> AsyncIterator[MailServer]:
    """A kept connection, ended in the end."""
    server = MailServer(settings)
    try:
        yield server
    finally:
        await server.close()


def server_options(url: str) -> dict[str, Any]:
    """What STRP_SMTP_URL says, as arguments of `aiosmtplib.SMTP`.

    Raises:
        InvalidInput: `mail-server-invalid`: it is not `smtp://`, `smtp+tls://` or `smtps://`.
    """
    parts = urlsplit(url)
    if parts.scheme not in _PORTS or not parts.hostname:
        raise InvalidInput(
            "mail-server-invalid",
            Text(
                "STRP_SMTP_URL harus smtp://, smtp+tls:// atau smtps:// dengan nama server.",
                "STRP_SMTP_URL must be smtp://, smtp+tls:// or smtps:// with the name of a server.",
            ),
        )
    return {
        "hostname": parts.hostname,
        "port": parts.port or _PORTS[parts.scheme],
        "username": unquote(parts.username) if parts.username else None,
        "password": unquote(parts.password) if parts.password else None,
        "use_tls": parts.scheme == "smtps",
        "start_tls": parts.scheme == "smtp+tls",
        "timeout": TIMEOUT_S,
    }


def _is_passing(error: Exception) -> bool:
    """Whether the same letter may be taken later (RFC 5321, 4.2.1: 4yz)."""
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return any(refused.code < 500 for refused in error.recipients)
        case aiosmtplib.SMTPAuthenticationError():
            return True  # a mistake of ours to mend, not of the letter
        case aiosmtplib.SMTPResponseException():
            return error.code < 500
        case _:
            return isinstance(error, _FAILURES)


def _away() -> Unavailable:
    return Unavailable("mail-server-away", _LATER, retry_after_s=60)


def _unavailable() -> Unavailable:
    return Unavailable("mail-unavailable", _LATER, retry_after_s=60)


class MailRefused(InvalidInput):
    """The mail server will never take a letter.

    Args:
        smtp_code: of its answer (RFC 5321, 4.2); None where it gave none.
    """

    def __init__(self, code: str, text: Text, *, smtp_code: int | None) -> None:
        super().__init__(code, text)
        self.smtp_code = smtp_code


def _smtp_code(error: Exception | None) -> int | None:
    match error:
        case aiosmtplib.SMTPRecipientsRefused():
            return max((refused.code for refused in error.recipients), default=None)
        case aiosmtplib.SMTPResponseException():
            return error.code
        case _:
            return None


def _refused(error: Exception | None) -> MailRefused:
    return MailRefused(
        REFUSED,
        Text(
            "Server surat menolak alamat atau isi surat ini.",
            "The mail server refuses this address or letter.",
        ),
        smtp_code=_smtp_code(error),
    )


_LATER = Text(
    "Server surat tidak menjawab; surat dikirim nanti.",
    "The mail server does not answer; the letter is sent later.",
)
