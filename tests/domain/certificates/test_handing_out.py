"""How a worker gets a private link: the employer's own messenger, with the text written."""

from urllib.parse import parse_qs, urlsplit

from strp.domain.certificates.handing_out import handing_text, messenger_link, messenger_number

ADDRESS = "https://strp.example/c/AAAA_-bb"


def test_a_phone_is_written_as_messengers_take_it() -> None:
    assert messenger_number("+6281234567890") == "6281234567890"
    assert messenger_number(None) is None


def test_the_text_has_the_name_and_the_link() -> None:
    assert handing_text("Siti", ADDRESS).startswith(f"STRP untuk Siti: {ADDRESS}\n")


def test_a_chat_opens_with_the_text_whatever_is_in_the_name() -> None:
    text = handing_text("Siti & Budi #1 +?", ADDRESS)
    parts = urlsplit(messenger_link("6281234567890", text) or "")
    assert (parts.netloc, parts.path, parts.fragment) == ("wa.me", "/6281234567890", "")
    assert parse_qs(parts.query) == {"text": [text]}


def test_without_a_phone_there_is_no_chat() -> None:
    assert messenger_link(None, "x") is None
