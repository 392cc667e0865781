"""Sends letters over SMTP (RFC 5321), in the clear, over STARTTLS (RFC 3207) or over TLS."""

from email.message import EmailMessage
from typing import Any
from urllib.parse import unquote, urlsplit

import aiosmtplib
import stamina

from strp.domain.errors import InvalidInput, Unavailable
from strp.domain.text import Text
from strp.settings import Settings

_ATTEMPTS = 3
_TIMEOUT_S = 20
_PORTS = {"smtp": 25, "smtp+tls": 587, "smtps": 465}


async def send(settings: Settings, message: EmailMessage) -> None:
    """Hand one letter to the mail server, trying a few times within half a minute.

    Raises:
        Unavailable: `mail-unavailable`: the server does not answer, or refuses for now.
        InvalidInput: `mail-refused`: it will never take this letter, for example for lack of
            such an address.
    """
    server = server_options(settings.smtp_url)
    try:
        async for attempt in stamina.retry_context(
            on=_is_passing, attempts=_ATTEMPTS, timeout=30, wait_initial=0.5
        ):
            with attempt:
                await aiosmtplib.send(message, **server)
    except (aiosmtplib.SMTPException, OSError) as error:
        raise (_unavailable() if _is_passing(error) else _refused()) from None


def server_options(url: str) -> dict[str, Any]:
    """What STRP_SMTP_URL says, as arguments of `aiosmtplib.send`.

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
        "timeout": _TIMEOUT_S,
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
            return isinstance(error, (aiosmtplib.SMTPException, OSError))


def _unavailable() -> Unavailable:
    return Unavailable(
        "mail-unavailable",
        Text(
            "Server surat tidak menjawab; surat dikirim nanti.",
            "The mail server does not answer; the letter is sent later.",
        ),
        retry_after_s=60,
    )


def _refused() -> InvalidInput:
    return InvalidInput(
        "mail-refused",
        Text(
            "Server surat menolak alamat atau isi surat ini.",
            "The mail server refuses this address or letter.",
        ),
    )
