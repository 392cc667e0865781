"""What a setting may hold: each rule says what is wrong with a text, or None where it is right.

The sentences never repeat an address whole: it may hold a password.
"""

import re
from collections.abc import Callable, Collection, Iterator, Mapping
from ipaddress import ip_address
from pathlib import Path
from typing import Final, NamedTuple
from urllib.parse import SplitResult, urlsplit

from strp.domain.certificates.authority import is_issuer_code
from strp.domain.text import Text

Rule = Callable[[str], Text | None]

TRUE: Final = frozenset({"1", "true", "yes", "on"})
FALSE: Final = frozenset({"0", "false", "no", "off"})
ARCHIVED_ELSEWHERE: Final = Text(
    "tidak berlaku untuk basis data luar: arsipkan di servernya sendiri.",
    "does nothing for an outside database: archive on its own server.",
)
ONE_FACTOR: Final = Text(
    "off: siapa yang membaca surel seorang petugas dapat masuk sebagai petugas itu.",
    "off: whoever reads an official's mail can sign in as that official.",
)
_WITHOUT_OWN_VALUE: Final = (
    *("STRP_PUBLIC_URL", "STRP_SMTP_URL", "STRP_MAIL_FROM", "STRP_DATA_PROTECTION_CONTACT"),
    *("STRP_OBJECTION_CONTACT", "STRP_SECURITY_CONTACT"),
)
# Names that nobody can own (RFC 2606), and the password of deploy/strp.env.
_OF_EXAMPLE: Final = re.compile(
    r"[@./]example(?:\.(?:com|net|org))?(?=[>:/]|$)|:PASSWORD@", re.IGNORECASE
)
_MAILBOX: Final = re.compile(r"(?:[^<>@]*<)?[^\s<>@]+@[^\s<>@]+\.?[^\s<>@]*>?")


class WrongSetting(NamedTuple):
    """A variable, what is wrong with it, and whether nothing may start because of it."""

    variable: str
    text: Text
    is_wrong: bool = True

    @property
    def sentence(self) -> Text:
        """The whole sentence."""
        return Text(f"{self.variable} {self.text.id}", f"{self.variable} {self.text.en}")


class WrongSettings(ValueError):
    """Some settings are wrong; all of them are named.

    Args:
        found: each of them.
    """

    def __init__(self, found: list[WrongSetting]) -> None:
        super().__init__("\n".join(each.sentence.en for each in found))
        self.found = tuple(found)


def anything(_text: str) -> Text | None:
    """Any text."""
    return None


def whole_number(least: int, most: int) -> Rule:
    """A whole number from `least` to `most`.

    Args:
        least: that may be set.
        most: that may be set.
    """

    def rule(text: str) -> Text | None:
        try:
            number = int(text)
        except ValueError:
            return Text(
                f"harus bilangan bulat, bukan {text!r}.", f"must be a whole number, not {text!r}."
            )
        if least <= number <= most:
            return None
        return Text(
            f"harus dari {least} sampai {most}, bukan {number}.",
            f"must be from {least} to {most}, not {number}.",
        )

    return rule


def one_of(words: Collection[str]) -> Rule:
    """One of some words."""
    named = ", ".join(words)

    def rule(text: str) -> Text | None:
        if text in words:
            return None
        return Text(
            f"harus salah satu dari {named}, bukan {text!r}.",
            f"must be one of {named}, not {text!r}.",
        )

    return rule


def clock_time(text: str) -> Text | None:
    """A time of the day such as 06:00, or `off`."""
    if text == "off" or re.fullmatch(r"([01][0-9]|2[0-3]):[0-5][0-9]", text):
        return None
    return Text(
        f"harus jam seperti 06:00, atau off, bukan {text!r}.",
        f"must be a time such as 06:00, or off, not {text!r}.",
    )


def switch(text: str) -> Text | None:
    """On or off, in the usual spellings."""
    if text.lower() in TRUE | FALSE:
        return None
    return Text(f"harus 1 atau 0, bukan {text!r}.", f"must be 1 or 0, not {text!r}.")


def issuer_code(text: str) -> Text | None:
    """ISO 3166-2 code of a territory, and not one of those that exercises name."""
    if is_issuer_code(text):
        return None
    return Text(
        f"harus kode ISO 3166-2 seperti ID-JK, bukan {text!r}.",
        f"must be an ISO 3166-2 code such as ID-JK, not {text!r}.",
    )


def web_address(text: str) -> Text | None:
    """`https://` or `http://` with a host, and nothing behind it."""
    parts = _parts(text)
    if parts is None or parts.scheme not in {"http", "https"} or not parts.hostname:
        return Text(
            f"harus alamat lengkap seperti https://strp.example, bukan {text!r}.",
            f"must be a whole address such as https://strp.example, not {text!r}.",
        )
    if parts.path or parts.query or parts.fragment:
        return Text(
            "harus tanpa garis miring atau apa pun setelah nama host.",
            "must have no slash and nothing else after the name of the host.",
        )
    return None


def mail_server(text: str) -> Text | None:
    """`smtp://`, `smtp+tls://` or `smtps://` with a host."""
    parts = _parts(text)
    if parts is not None and parts.scheme in {"smtp", "smtp+tls", "smtps"} and parts.hostname:
        return None
    return Text(
        "harus smtp://, smtp+tls:// atau smtps:// dengan nama server, misalnya "
        "smtp+tls://user:password@mail.example:587.",
        "must be smtp://, smtp+tls:// or smtps:// with the name of a server, for example "
        "smtp+tls://user:password@mail.example:587.",
    )


def database_address(text: str) -> Text | None:
    """What PostgreSQL's own library reads: an address, or words such as `host=… dbname=…`."""
    if "://" not in text:
        fine = "=" in text
    else:
        parts = _parts(text)
        fine = parts is not None and parts.scheme in {"postgresql", "postgres"}
    if fine:
        return None
    return Text(
        "harus alamat PostgreSQL: postgresql://role:password@host/database.",
        "must be an address of PostgreSQL: postgresql://role:password@host/database.",
    )


def mailbox(text: str) -> Text | None:
    """A mail address, with or without a name before it."""
    if _MAILBOX.fullmatch(text):
        return None
    return Text(
        f"harus alamat surat seperti STRP <strp@kota.example>, bukan {text!r}.",
        f"must be a mail address such as STRP <strp@city.example>, not {text!r}.",
    )


def contact(text: str) -> Text | None:
    """A mail address, or an https address of a page (RFC 9116, 2.5.3)."""
    parts = _parts(text)
    if parts is not None and parts.scheme == "https" and parts.hostname:
        return None
    if "<" not in text and _MAILBOX.fullmatch(text):
        return None
    return Text(
        f"harus alamat surat atau halaman https://, bukan {text!r}.",
        f"must be a mail address or a page with https://, not {text!r}.",
    )


def network_addresses(text: str) -> Text | None:
    """Single network addresses with commas between; a network is none."""
    wrong = [one.strip() for one in text.split(",") if not _is_address(one.strip())]
    if not wrong:
        return None
    return Text(
        f"harus alamat jaringan tunggal dengan koma di antaranya; bukan {wrong[0]!r}.",
        f"must be single network addresses with commas between; {wrong[0]!r} is none.",
    )


def folder(text: str) -> Text | None:
    """A folder that is there."""
    if Path(text).expanduser().is_dir():
        return None
    return Text(f"menyebut folder yang tidak ada: {text}", f"names no folder: {text}")


def is_this_machine(host: str | None) -> bool:
    """Whether a host is this machine itself."""
    if host == "localhost":
        return True
    try:
        return ip_address(host or "").is_loopback
    except ValueError:
        return False


def _is_address(text: str) -> bool:
    try:
        ip_address(text)
    except ValueError:
        return False
    return True


def _parts(text: str) -> SplitResult | None:
    """The parts of an address, or None where it has none, or a port that is no port."""
    try:
        parts = urlsplit(text)
        _ = parts.port
    except ValueError:
        return None
    return parts


def wrong_together(settings: Mapping[str, str]) -> Iterator[WrongSetting]:
    """What is wrong with settings beside each other.

    Args:
        settings: text of each variable, the default of those that are not set.
    """
    public = _parts(settings["STRP_PUBLIC_URL"])
    is_exercise = settings["STRP_EXERCISE"].lower() in TRUE
    is_plain = public is not None and public.scheme == "http"
    if public and is_plain and not is_exercise and not is_this_machine(public.hostname):
        yield WrongSetting(
            "STRP_PUBLIC_URL",
            Text(
                "harus dimulai dengan https://: kode masuk dan data pekerja lewat di sana.",
                "must begin with https://: sign-in codes and workers' data travel there.",
            ),
        )
    if settings["STRP_SECOND_FACTOR"] == "off" and not is_exercise:
        yield WrongSetting("STRP_SECOND_FACTOR", ONE_FACTOR, is_wrong=False)
    if settings["STRP_DATABASE_LISTEN"] and not settings["STRP_DATABASE_PASSWORD"]:
        yield WrongSetting(
            "STRP_DATABASE_PASSWORD",
            Text(
                "harus kata sandi yang panjang, karena STRP_DATABASE_LISTEN membuka basis data "
                "bagi mesin lain.",
                "must be a long password, since STRP_DATABASE_LISTEN opens the database to other "
                "machines.",
            ),
        )
    if settings["STRP_ARCHIVE_DIR"] and settings["STRP_DATABASE_URL"]:
        yield WrongSetting("STRP_ARCHIVE_DIR", ARCHIVED_ELSEWHERE, is_wrong=False)
    least, most = settings["STRP_ADMIT_LEAST_PER_S"], settings["STRP_ADMIT_MOST_PER_S"]
    if least.isdigit() and most.isdigit() and int(least) > int(most):
        yield WrongSetting(
            "STRP_ADMIT_LEAST_PER_S",
            Text(
                f"({least}) tidak boleh lebih dari STRP_ADMIT_MOST_PER_S ({most}).",
                f"({least}) must not be above STRP_ADMIT_MOST_PER_S ({most}).",
            ),
        )


def left_from_example(settings: Mapping[str, str]) -> Iterator[WrongSetting]:
    """Settings that have no right default, and are still as the example has them, or empty.

    Args:
        settings: as for `wrong_together`; those of an exercise are never odd for that.
    """
    if settings["STRP_EXERCISE"].lower() in TRUE:
        return
    if not settings["STRP_PUBLIC_URL"]:
        yield WrongSetting("STRP_PUBLIC_URL", _NO_PUBLIC_URL, is_wrong=False)
    for variable in (*_WITHOUT_OWN_VALUE, "STRP_DATABASE_URL"):
        if _OF_EXAMPLE.search(settings[variable]):
            yield WrongSetting(variable, _STILL_OF_EXAMPLE, is_wrong=False)


_STILL_OF_EXAMPLE: Final = Text(
    "masih dari contoh: isi milik kota Anda.", "is still that of the example: put your city's own."
)
_NO_PUBLIC_URL: Final = Text(
    "kosong, jadi tautan dalam surel dan daftar status menyebut mesin ini saja.",
    "is empty, so links in letters and status lists name this machine alone.",
)


def in_brackets(host: str) -> str:
    """A host as an address has it: one of IPv6 in brackets."""
    return f"[{host}]" if ":" in host else host
