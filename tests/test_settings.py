"""Settings that are wrong are named, all at once, before anything starts."""

import pytest

from strp.setting_rules import WrongSettings
from strp.settings import Settings, check_environment, odd_for_a_city, variables


def wrong(**given: str) -> list[str]:
    return [each.variable for each in check_environment(given) if each.is_wrong]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("STRP_PORT", "99999"),
        ("STRP_PORT", "eighty"),
        ("STRP_WEB_PROCESSES", "0"),
        ("STRP_WAITING_ROOM", "perhaps"),
        ("STRP_ISSUER", "Jakarta"),
        ("STRP_ISSUER", "XX-JK"),
        ("STRP_EXERCISE", "maybe"),
        ("STRP_PUBLIC_URL", "strp.example"),
        ("STRP_PUBLIC_URL", "https://strp.example/"),
        ("STRP_PUBLIC_URL", "https://strp.example:port"),
        ("STRP_PUBLIC_URL", "http://[::1"),
        ("STRP_PUBLIC_URL", "http://strp.example"),
        ("STRP_SMTP_URL", "mail.example:587"),
        ("STRP_SMTP_URL", "http://mail.example"),
        ("STRP_MAIL_FROM", "STRP"),
        ("STRP_DATABASE_URL", "mysql://strp@host/strp"),
        ("STRP_DATABASE_URL", "strp"),
        ("STRP_TRUSTED_PROXIES", "10.0.0.0/8"),
        ("STRP_LOG_FORMAT", "xml"),
        ("STRP_POLICIES_DIR", "/no/such/folder"),
    ],
)
def test_a_wrong_setting_is_named(variable: str, text: str) -> None:
    assert wrong(**{variable: text}) == [variable]


@pytest.mark.parametrize(
    ("variable", "text"),
    [
        ("STRP_PUBLIC_URL", "https://strp.example"),
        ("STRP_PUBLIC_URL", "http://127.0.0.1:8000"),
        ("STRP_SMTP_URL", "smtp+tls://user:p%40ss@mail.example:587"),
        ("STRP_MAIL_FROM", "Kota <strp@city.example>"),
        ("STRP_MAIL_FROM", "strp@city.example"),
        ("STRP_DATABASE_URL", "host=/run/postgresql dbname=strp"),
        ("STRP_DATABASE_URL", "postgresql:///strp?host=%2Frun&user=strp"),
        ("STRP_TRUSTED_PROXIES", "10.0.0.1, fd00::1"),
        ("STRP_ISSUER", "ID-JB"),
        ("STRP_PORT", ""),
    ],
)
def test_a_right_setting_is_taken(variable: str, text: str) -> None:
    assert check_environment({variable: text}) == []


def test_an_address_of_ipv6_stands_in_brackets() -> None:
    assert Settings(host="::1", port=8000).address == "http://[::1]:8000"


def test_an_exercise_may_go_without_tls() -> None:
    assert wrong(STRP_PUBLIC_URL="http://strp.example", STRP_EXERCISE="1") == []


def test_every_mistake_is_said_at_once() -> None:
    with pytest.raises(WrongSettings) as caught:
        Settings.from_environment({"STRP_PORT": "0", "STRP_WAITING_ROOM": "x", "STRP_HSOT": "a"})
    assert {each.variable for each in caught.value.found} == {
        "STRP_PORT",
        "STRP_WAITING_ROOM",
        "STRP_HSOT",
    }


@pytest.mark.parametrize("variable", sorted(variables()))
def test_a_slip_in_a_name_finds_the_right_one(variable: str) -> None:
    slip = variable[:-2] + variable[-1] + variable[-2]
    if slip == variable:
        return
    [found] = check_environment({slip: "1"})
    assert (found.is_wrong, variable in found.text.en) == (True, True)


def test_a_name_that_is_like_none_is_only_told() -> None:
    [found] = check_environment({"STRP_OF_A_LATER_RELEASE": "1"})
    assert not found.is_wrong


def test_the_least_that_come_in_are_not_more_than_the_most() -> None:
    assert wrong(STRP_ADMIT_LEAST_PER_S="2000") == ["STRP_ADMIT_LEAST_PER_S"]


def test_no_sentence_shows_the_password_of_the_database_or_of_mail() -> None:
    given = {"STRP_DATABASE_URL": "mysql://a:hush@b/c", "STRP_SMTP_URL": "smpt://a:hush@b"}
    assert [each for each in check_environment(given) if "hush" in each.text.en] == []


def test_a_former_name_still_counts_and_is_said() -> None:
    given = {"STRP_SLOTS": "3"}
    said = check_environment(given)
    assert Settings.from_environment(given).concurrent_requests == 3
    assert [(each.variable, each.is_wrong) for each in said] == [("STRP_SLOTS", False)]
    assert "STRP_CONCURRENT_REQUESTS" in said[0].sentence.en


def test_the_present_name_counts_where_both_are_set() -> None:
    given = {"STRP_SLOTS": "3", "STRP_CONCURRENT_REQUESTS": "5"}
    assert Settings.from_environment(given).concurrent_requests == 5


def test_a_former_name_is_held_to_the_same_rule() -> None:
    said = check_environment({"STRP_SLOTS": "none"})
    assert [each.variable for each in said if each.is_wrong] == ["STRP_CONCURRENT_REQUESTS"]


def test_what_is_still_of_the_example_is_told_by_its_name() -> None:
    given = {
        "STRP_PUBLIC_URL": "https://izin.kota.go.id",
        "STRP_SMTP_URL": "smtp+tls://strp:PASSWORD@mail.kota.go.id:587",
        "STRP_MAIL_FROM": "STRP <strp@kota.example>",
        "STRP_DATA_PROTECTION_CONTACT": "pdp@example.com",
    }
    told = {each.variable for each in odd_for_a_city(given)}
    assert told == {*given, "STRP_OBJECTION_CONTACT"} - {"STRP_PUBLIC_URL"}


def test_an_address_that_people_cannot_type_is_told() -> None:
    [found] = [each for each in odd_for_a_city({}) if each.variable == "STRP_PUBLIC_URL"]
    assert "this machine alone" in found.text.en


def test_a_city_with_its_own_settings_and_an_exercise_hear_nothing() -> None:
    own = {
        "STRP_PUBLIC_URL": "https://example-izin.go.id",
        "STRP_SMTP_URL": "smtps://mail.contoh-example.id",
        "STRP_MAIL_FROM": "STRP <strp@kota.go.id>",
        "STRP_DATA_PROTECTION_CONTACT": "pdp@kota.go.id",
        "STRP_OBJECTION_CONTACT": "keberatan@kota.go.id",
    }
    assert odd_for_a_city(own) == []
    assert odd_for_a_city({"STRP_EXERCISE": "1"}) == []
