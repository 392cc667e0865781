"""Whom to tell of a fault in security (RFC 9116)."""

from datetime import UTC, datetime, timedelta

import pytest

from strp.setting_rules import contact
from tests.api.conftest import Site


def test_it_names_whom_to_tell_until_when_and_where_it_lies(site: Site) -> None:
    told = site.get("/.well-known/security.txt")
    fields = dict(line.split(": ", 1) for line in told.text.splitlines())
    assert told.headers["content-type"] == "text/plain; charset=utf-8"
    assert fields["Contact"] == "mailto:lapor@strp.example"
    assert fields["Canonical"].endswith("/.well-known/security.txt")
    left = datetime.fromisoformat(fields["Expires"]) - datetime.now(UTC)
    assert timedelta(days=30) < left < timedelta(days=365)


@pytest.mark.parametrize("text", ["lapor@strp.example", "https://strp.example/keamanan"])
def test_a_contact_is_a_mail_address_or_a_page(text: str) -> None:
    assert contact(text) is None


@pytest.mark.parametrize("text", ["http://strp.example/x", "STRP <a@b.example>", "0812", "a@b c"])
def test_anything_else_is_said_to_be_wrong(text: str) -> None:
    assert contact(text) is not None
