"""Reasons of decisions: a list that is data, in both languages, each with its citation."""

from pathlib import Path

import pytest

from strp.domain.desk.reasons import BY_PROCESS, DecisionReasons, read_reasons
from strp.domain.rules.document import Unsound, located
from strp.domain.text import Language
from strp.outside.registries.policy_files import read_reasons_document, shipped_policies

ONE = {"code": "a-reason", "text": {"id": "Satu.", "en": "One."}, "citation": "Perda 1/2021"}


def read(*rows: dict[str, object]) -> DecisionReasons | Unsound:
    return read_reasons(located({"reasons": list(rows)}, "decisions.yaml"))  # type: ignore[dict-item]


def sound(*rows: dict[str, object]) -> DecisionReasons:
    found = read(*rows)
    assert isinstance(found, DecisionReasons)
    return found


@pytest.fixture
def shipped() -> DecisionReasons:
    document = read_reasons_document(shipped_policies())
    assert not isinstance(document, Unsound)
    found = read_reasons(document)
    assert isinstance(found, DecisionReasons)
    return found


def test_the_shipped_list_keeps_its_codes(shipped: DecisionReasons) -> None:
    assert [each.code for each in shipped.offered] == [
        "evidence-missing",
        "position-not-on-site",
        "site-type-wrong",
        "identity-doubtful",
        "employed-elsewhere",
        "sector-not-proven",
    ]


def test_every_reason_speaks_both_languages_and_says_where_it_stands(
    shipped: DecisionReasons,
) -> None:
    for each in shipped.by_code.values():
        assert each.text.id.endswith(".")
        assert each.text.en.endswith(".")
        assert each.citation


def test_what_the_process_writes_down_is_told_and_never_offered(shipped: DecisionReasons) -> None:
    assert not any(shipped.offers(code) for code in BY_PROCESS)
    assert shipped.in_("left", Language.EN) == BY_PROCESS["left"].en


def test_what_is_not_offered_any_more_keeps_its_words() -> None:
    reasons = sound(ONE, {**ONE, "code": "old", "offered": "false"})

    assert [each.code for each in reasons.offered] == ["a-reason"]
    assert not reasons.offers("old")
    assert reasons.in_("old", Language.ID) == "Satu."


def test_somebodys_own_words_stay_as_they_are(shipped: DecisionReasons) -> None:
    assert shipped.in_("salah ketik", Language.EN) == "salah ketik"
    assert shipped.in_(None, Language.EN) is None


@pytest.mark.parametrize(
    ("rows", "wrong"),
    [
        ((ONE, ONE), "reasons[2].code"),
        (({**ONE, "code": "withdrawn"},), "reasons[1].code"),
        (({**ONE, "offered": "false"},), "reasons"),
        ((), "reasons"),
        (({**ONE, "colour": "red"},), "reasons[1].colour"),
        (({**ONE, "text": {"id": "Satu."}},), "reasons[1].text.en"),
        (({**ONE, "remark": {"id": "x" * 501, "en": "y"}},), "reasons[1].remark"),
    ],
)
def test_a_mistake_is_named_by_its_field(rows: tuple[dict[str, object], ...], wrong: str) -> None:
    found = read(*rows)

    assert isinstance(found, Unsound)
    assert [each.field for each in found.mistakes] == [wrong]


def test_an_operators_folder_without_a_list_has_the_shipped_one(tmp_path: Path) -> None:
    assert read_reasons_document(tmp_path) == read_reasons_document(shipped_policies())
