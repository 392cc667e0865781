"""What a letter is on the wire, as an independent reader (the standard library's) reads it."""

from datetime import UTC, datetime
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import InvalidInput
from strp.outside.mail.message import address_of, message_bytes

lines = st.text(st.characters(exclude_categories=("Cs", "Cc", "Zl", "Zp")), max_size=200)


def written(subject: str = "Kode", body: str = "Kode Anda", to: str = "a@b.example") -> bytes:
    return message_bytes(
        sender="Pemerintah Provinsi — STRP <strp@strp.example>",
        to=to,
        subject=subject,
        body=body,
        at=datetime(2021, 7, 5, 1, tzinfo=UTC),
        message_id="7@strp.example",
    )


def read(message: bytes) -> EmailMessage:
    found = message_from_bytes(message, policy=default)
    assert isinstance(found, EmailMessage)
    return found


@given(lines, st.lists(lines, max_size=6))
def test_a_letter_is_read_as_it_was_written(subject: str, text: list[str]) -> None:
    message = read(written(subject, "\n".join(text)))
    assert str(message["Subject"]).split() == subject.split()
    lines = message.get_content().rstrip("\r\n").splitlines()
    assert lines == "\n".join(text).rstrip("\n").splitlines()


@given(lines, lines)
def test_every_line_is_short_ascii_and_ends_as_mail_servers_want_it(
    subject: str, body: str
) -> None:
    message = written(subject, body)
    assert message.isascii() and max(map(len, message.split(b"\r\n"))) <= 78
    assert message.count(b"\n") == message.count(b"\r\n") == message.count(b"\r")


def test_the_headers_are_those_of_a_letter_that_no_person_wrote() -> None:
    message = read(written())
    assert (message["To"], message["Message-ID"]) == ("a@b.example", "<7@strp.example>")
    assert message["Date"] == "Mon, 05 Jul 2021 01:00:00 +0000"
    assert message["Auto-Submitted"] == "auto-generated"
    assert str(message["From"]) == "Pemerintah Provinsi — STRP <strp@strp.example>"
    assert address_of("STRP <strp@strp.example>") == "strp@strp.example"


@pytest.mark.parametrize("end", ["\r\n", "\n", "\r", "\0"])
def test_nothing_in_an_address_or_a_subject_begins_a_header_of_its_own(end: str) -> None:
    for more in (
        {"to": f"a@b.example{end}Bcc: c@d.example"},
        {"subject": f"x{end}Bcc: c@d.example"},
    ):
        with pytest.raises(InvalidInput, match="mail-refused"):
            written(**more)
