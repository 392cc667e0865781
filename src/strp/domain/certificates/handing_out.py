"""How a worker gets the private link to a certificate: the employer sends it, STRP does not."""

from datetime import timedelta
from typing import Final
from urllib.parse import quote

from strp.domain.errors import Conflict, TooMany
from strp.domain.rate_limit import RateLimit
from strp.domain.text import Text

SLIPS_SHOWN: Final = RateLimit(burst=100, interval=timedelta(seconds=30))
"""Pages of slips that one account or key gets."""
LISTS_WRITTEN: Final = RateLimit(burst=20, interval=timedelta(minutes=1))
"""Lists that one account or key gets: one of 100,000 takes seconds of a core."""
_MESSENGER: Final = "https://wa.me/"


def messenger_number(phone: str | None) -> str | None:
    """A phone number as messengers take it: digits with the country's code, `62812…`.

    Args:
        phone: E.164, or None where none was filed.
    """
    return phone.removeprefix("+") if phone else None


def handing_text(name: str, address: str) -> str:
    """What an employer writes to a worker, in both languages, as nobody knows which they read.

    Args:
        name: of the worker.
        address: the private link in full.
    """
    return (
        f"STRP untuk {name}: {address}\n"
        "Buka dan simpan. Tautan ini hanya untuk Anda, jangan disebarkan.\n"
        "Your worker permit (STRP). Open and keep it. This link is yours alone."
    )


def messenger_link(number: str | None, text: str) -> str | None:
    """A link that opens a chat with the worker, the text written and not sent; None without number.

    Args:
        number: as `messenger_number` writes it.
        text: of the message.

    Source: WhatsApp, "How to use click to chat" (faq.whatsapp.com/5913398998672934).
    """
    return f"{_MESSENGER}{number}?text={quote(text, safe='')}" if number else None


def nothing_to_hand_out() -> Conflict:
    """The error where no certificate stands."""
    return Conflict("nothing-to-hand-out", _NOTHING)


def links_too_often(retry_after_s: int) -> TooMany:
    """The error for fetching private links over and over."""
    return TooMany(
        "links-too-often",
        Text(
            id="Daftar tautan sudah terlalu sering diambil. Coba lagi dalam "
            f"{retry_after_s} detik; tautan yang sudah ada tetap berlaku.",
            en=f"Lists of links were fetched too often. Try again in {retry_after_s} s; the links "
            "you have stay good.",
        ),
        retry_after_s=retry_after_s,
    )


_NOTHING = Text(
    id="Belum ada surat yang berlaku untuk dibagikan. Surat terbit sesaat setelah disetujui.",
    en="No certificate stands that could be handed out. They are issued moments after approval.",
)
