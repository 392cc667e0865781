"""Reading a policy: every mistake at once, each with its line and field."""

from collections.abc import Callable
from pathlib import Path

import pytest

from strp.domain.rules.document import Located, Unsound, located, plain
from strp.domain.rules.policy import Policy
from strp.domain.rules.reading import read_policies, read_policy
from strp.domain.waiting_room.lanes import Lane
from strp.outside.registries.policy_files import read_policy_documents

SHIPPED = (Path(__file__).parent / "every-field.yaml").read_text("utf-8")
"""A file that stands by itself and uses what a policy may say."""
Mistakes = list[tuple[int, str, str]]


@pytest.fixture
def document(tmp_path: Path) -> Callable[[str], Located]:
    """Reads one document from its text."""

    def read(text: str) -> Located:
        (tmp_path / "rules.yaml").write_text(text, "utf-8")
        found = read_policy_documents(tmp_path)
        assert not isinstance(found, Unsound)
        return found[0]

    return read


@pytest.fixture
def mistakes(document: Callable[[str], Located]) -> Callable[..., Mistakes]:
    """The mistakes of the shipped file after some texts were replaced."""

    def find(*changes: tuple[str, str]) -> Mistakes:
        text = SHIPPED
        for old, new in changes:
            assert old in text
            text = text.replace(old, new, 1)
        found = read_policy(document(text))
        assert isinstance(found, Unsound)
        return [(m.line, m.field, m.text.en) for m in found.mistakes]

    return find


def line_of(text: str) -> int:
    """The line of the shipped file that first holds a text."""
    return SHIPPED[: SHIPPED.index(text)].count("\n") + 1


def test_a_policy_survives_the_way_through_the_database(
    document: Callable[[str], Located],
) -> None:
    read = document(SHIPPED)
    assert read_policy(located(plain(read), "database")) == read_policy(read)


def test_a_wrong_day_is_named_by_line_and_field(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("effective_from: 2021-07-09", "effective_from: 9 July"))
    assert found == [
        (line_of("effective_from"), "effective_from", "Must be a day, such as 2021-07-09.")
    ]


def test_all_mistakes_come_at_once_in_the_order_of_lines(
    mistakes: Callable[..., Mistakes],
) -> None:
    found = mistakes(
        ("service: 50, administration: 25", "service: 150, administration: 25"),
        ("  hours: 5", "  hours: five"),
        ("class: essential", "class: vital"),
    )
    assert [field for _, field, _ in found] == [
        "decision.hours",
        "sectors[1].class",
        "sectors[1].caps.service",
    ]


def test_a_missing_field_is_named_at_the_line_of_what_should_hold_it(
    mistakes: Callable[..., Mistakes],
) -> None:
    found = mistakes(("  rounding: down\n", ""))
    assert found == [(line_of("  rounding: down"), "quota.rounding", "Is required, but not there.")]


def test_a_misspelt_field_is_named(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("effective_from: 2021-07-09", "effective_from: 2021-07-09\nefective: x"))
    assert found[0][1:] == ("efective", "There is no field of this name.")


def test_a_class_that_leads_to_no_sector_is_named(mistakes: Callable[..., Mistakes]) -> None:
    old = '{prefix: "01", edition: 2020, sector: K-f'
    found = mistakes((old, '{prefix: "01", edition: 2020, sector: K-z'))
    assert found == [
        (
            line_of(old),
            "kbli.mappings[1].sector",
            "There is no sector of this code. Did you mean K-a?",
        )
    ]


def test_a_prefix_may_be_there_once_in_an_edition(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(('{prefix: "02", edition: 2020', '{prefix: "01", edition: 2020'))
    assert found[0][1:] == ("kbli.mappings[2].prefix", "Was there before.")


def test_passing_through_needs_a_sector(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(
        (
            '{prefix: "02", edition: 2020, decision: review',
            '{prefix: "02", edition: 2020, decision: auto',
        )
    )
    assert found[0][1] == "kbli.mappings[2].sector"


def test_a_period_cannot_end_before_it_begins(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("until: 2021-07-20", "until: 2021-07-01"))
    assert found[0][1:] == ("period.until", "Is earlier than the first day.")


def test_service_cannot_close_before_it_opens(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(('closes: "21:00"}', 'closes: "06:00"}'))
    assert found[0][1] == "service_hours.company.closes"


def test_a_checkpoint_needs_the_whole_day(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(('opens: "22:00", closes: "06:00"', 'opens: "22:00", closes: "05:00"'))
    assert found[0][1] == "checkpoints[2].windows"


def test_two_rules_of_a_checkpoint_may_not_overlap(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("until: 2021-07-14", "until: 2021-07-15"))
    assert found[0][1] == "checkpoints[2].code"


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("operator: mrt", "operator: lrt", "operator", "Must be one of: road, krl, mrt"),
        ("days: [saturday, sunday, holiday]", "days: [saturday, sunday]", "", "names: holiday"),
        ("days: [saturday, sunday, holiday]", "days: [sunday, friday]", "code", "Two rules"),
        ("days: [saturday, sunday, holiday]", "days: []", "days", "must not be empty"),
        ("form: printed", "form: stamped", "form", "Must be one of: any, printed."),
        (
            '{group: civil-servant, opens: "06:00", closes: "10:00"',
            '{group: civil-servant, opens: "06:00"',
            "without[1]",
            "Write opens and closes",
        ),
        (
            '{group: civil-servant, opens: "06:00", closes: "10:00"',
            '{group: civil-servants, opens: "06:00", closes: "10:00"',
            "without[1].group",
            "no group of this code",
        ),
        (
            "also: &carried\n      - {document: vaccination-certificate,",
            "also: &carried\n      - {document: vaccination,",
            "also[1].document",
            "no document of this code",
        ),
        ("on: 2021-08-17", "on: 2021-08-11", "holidays[3].on", "Was there before."),
        (
            "- code: local-government-letter",
            "- code: assignment-letter",
            "documents[3].code",
            "before",
        ),
    ],
)
def test_a_mistake_in_what_a_checkpoint_asks_for_is_named(
    mistakes: Callable[..., Mistakes], old: str, new: str, field: str, said: str
) -> None:
    found = mistakes((old, new))
    assert any(said in text and name.endswith(field) for _, name, text in found)


def test_a_sentence_needs_both_languages(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("name: {id: Energi, en: Energy}", "name: {id: Energi}"))
    assert found[0][1:] == ("sectors[10].name.en", "Is required, but not there.")


def test_an_exercise_has_no_days_of_its_own(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("effective_from: 2021-07-09", "effective_from: today\nfollows_today: true"))
    assert [field for _, field, _ in found] == ["period.from", "period.until"]


def test_two_policies_may_not_share_an_id(document: Callable[[str], Located]) -> None:
    found = read_policies([document(SHIPPED), document(SHIPPED)])
    assert isinstance(found, Unsound)
    assert "id" in [m.field for m in found.mistakes]


def test_one_period_has_one_code_in_all_files(document: Callable[[str], Located]) -> None:
    other = SHIPPED.replace("id: inmendagri-18-2021", "id: other", 1)
    other = other.replace("code: PPKM-DARURAT-2021", "code: OTHER")
    other = other.replace("effective_from: 2021-07-09", "effective_from: 2021-07-10")
    found = read_policies([document(SHIPPED), document(other)])
    assert isinstance(found, Unsound)
    assert [m.field for m in found.mistakes] == ["period.code"]


def test_a_change_of_rules_needs_no_code(document: Callable[[str], Located]) -> None:
    changed = read_policy(
        document(
            SHIPPED.replace("service: 50, administration: 25", "service: 60, administration: 20")
        )
    )
    assert isinstance(changed, Policy)
    assert changed.sectors[0].caps == (60, 20)


def test_a_policy_may_set_the_parts_of_the_lines(document: Callable[[str], Located]) -> None:
    text = SHIPPED.replace("employers: 90, individuals: 10", "employers: 70, individuals: 30")
    read = read_policy(document(text))
    assert isinstance(read, Policy)
    assert dict(read.lane_shares) == {Lane.EMPLOYERS: 70, Lane.INDIVIDUALS: 30}


def test_a_line_without_a_part_is_a_mistake(mistakes: Callable[..., Mistakes]) -> None:
    found = mistakes(("employers: 90, individuals: 10", "employers: 0, individuals: 10"))
    assert [field for _, field, _ in found] == ["waiting_room.employers"]
