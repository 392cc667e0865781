"""What the doctor says first, and what it never shows."""

import pytest

from strp.cli.findings import Finding, settings_shown, tell, verdict_of, without_password
from strp.settings import Settings

OK = Finding("disk", "100 MiB free")
NOTE = Finding("worker", "no sign: start `strp worker`", "note")
WRONG = Finding("mail server", "refused", "wrong")


@pytest.mark.parametrize(
    "address",
    [
        "postgresql://strp:geheim@db.city/strp",
        "postgresql://strp:ge@heim@db.city/strp",
        "postgresql://db.city/strp?user=strp&password=geheim",
        "postgresql://db.city/strp?sslpassword=geheim&user=strp",
        "host=db.city user=strp password=geheim dbname=strp",
        "host=db.city password = 'ge heim' dbname=strp",
        "smtp://strp:geheim@mail.city:587",
    ],
)
def test_no_form_of_an_address_shows_its_password(address: str) -> None:
    shown = without_password(address)
    assert "heim" not in shown
    assert "***" in shown
    assert "city" in shown


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("postgresql://strp:strp@db.city/strp", "postgresql://strp:***@db.city/strp"),
        ("postgresql://u:p@db.city/strp", "postgresql://u:***@db.city/strp"),
        ("postgresql://strp@db.city/strp", "postgresql://strp@db.city/strp"),
        ("postgresql:///strp?host=/run", "postgresql:///strp?host=/run"),
    ],
)
def test_nothing_but_the_password_is_hidden(address: str, shown: str) -> None:
    assert without_password(address) == shown


@pytest.mark.parametrize(
    ("findings", "begins"),
    [
        ([OK], "Sound: nothing to do."),
        ([OK, NOTE], "Sound, with 1 thing worth a look."),
        ([OK, NOTE, WRONG], "Not sound: 1 thing is wrong."),
    ],
)
def test_the_verdict_is_one_sentence(findings: list[Finding], begins: str) -> None:
    assert verdict_of(findings, "strp doctor").startswith(begins)


def test_what_is_wrong_is_told_before_what_is_worth_a_look_and_that_before_the_rest(
    capsys: pytest.CaptureFixture[str],
) -> None:
    tell([OK, NOTE, WRONG], "strp doctor")
    said = capsys.readouterr().out
    places = [said.index(text) for text in ("Not sound", "refused", "no sign", "100 MiB")]
    assert places == sorted(places)


def test_a_password_that_is_a_setting_of_its_own_is_not_shown() -> None:
    settings = Settings(database_password="geheim", smtp_url="smtp://strp:geheim@mail.city")
    shown = {found.topic: found.value for found in settings_shown(settings)}
    assert shown["STRP_DATABASE_PASSWORD"] == "***"
    assert "geheim" not in str(shown)
