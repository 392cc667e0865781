"""A letter as it goes over the wire: plain text in UTF-8, every byte of it ASCII.

Written by hand: `email.message.EmailMessage` takes some 2 ms of CPU a letter, and a morning has
600,000 of them. Source: RFC 5322 (message), RFC 2047 (words beyond ASCII in headers),
RFC 2045, 6.7 (quoted-printable).
"""

import binascii
from datetime import datetime
from email.header import Header
from email.utils import format_datetime, formataddr, parseaddr
from functools import lru_cache
from typing import Final

from strp.domain.errors import InvalidInput
from strp.domain.text import Text

REFUSED: Final = "mail-refused"
_PLAIN_MOST: Final = 60  # with its name a header fits into the 78 characters of RFC 5322, 2.1.1


def message_bytes(
    *, sender: str, to: str, subject: str, body: str, at: datetime, message_id: str
) -> bytes:
    """Write a letter.

    Args:
        sender: name and address, as STRP_MAIL_FROM has them.
        to: address of the reader.
        subject: one line.
        body: text; its lines end as they like.
        at: aware time.
        message_id: the same for a letter that is sent twice, so that mail programs show it once.

    Returns:
        Headers and body, lines ended by CR LF.

    Raises:
        InvalidInput: `mail-refused`: address or subject would begin a header of its own.
    """
    if any(character in text for text in (to, subject) for character in "\r\n\0"):
        raise InvalidInput(REFUSED, _REFUSED)
    lines = (
        f"From: {_from(sender)}",
        f"To: {to}",
        f"Subject: {_words(subject)}",
        f"Date: {format_datetime(at)}",
        f"Message-ID: <{message_id}>",
        "Auto-Submitted: auto-generated",
        "MIME-Version: 1.0",
        "Content-Type: text/plain; charset=utf-8",
        "Content-Transfer-Encoding: quoted-printable",
    )
    text = binascii.b2a_qp("\n".join(body.splitlines()).encode(), istext=True)
    head = "\r\n".join(lines).encode()
    return head + b"\r\n\r\n" + text.replace(b"\n", b"\r\n") + b"\r\n"


def address_of(sender: str) -> str:
    """The address alone, for the envelope."""
    return parseaddr(sender)[1]


@lru_cache(maxsize=8)
def _from(sender: str) -> str:
    return formataddr(parseaddr(sender))


def _words(text: str) -> str:
    if text.isascii() and len(text) <= _PLAIN_MOST:
        return text
    return Header(text, "utf-8", header_name="Subject").encode(linesep="\r\n")


_REFUSED = Text(
    "Server surat menolak alamat atau isi surat ini.",
    "The mail server refuses this address or letter.",
)
