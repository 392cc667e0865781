"""What differs between two policies, in sentences of both languages."""

from dataclasses import fields, replace
from datetime import date, timedelta
from typing import Any

import pytest

from strp.domain.rules.filing_rules import (
    FilingRule,
    MixedRule,
    SeveralKbli,
    Unfit,
    UnfitRule,
    WorkerFiler,
)
from strp.domain.rules.policy import Policy
from strp.domain.screening.policy_diff import differences
from tests.shipped_rules import policy


def told(before: str, after: str) -> list[str]:
    return [text.en for text in differences(policy(before), policy(after))]


def test_a_policy_differs_in_nothing_from_itself() -> None:
    assert differences(policy("inmendagri-18-2021"), policy("inmendagri-18-2021")) == []


@pytest.mark.parametrize(
    ("before", "after", "sentence"),
    [
        (
            "2021-07-12-vaksin",
            "2021-07-13-krl-cetak",
            "Checkpoint krl: the permit must be printed.",
        ),
        (
            "2021-07-15-jam",
            "2021-07-15-pengemudi",
            "Checkpoint road: pass by a card: app-driver.",
        ),
        (
            "2021-07-15-pengemudi",
            "2021-07-16-mitra",
            "Sector K-o is added: App transport and its partner drivers, class critical, caps "
            "service/office unlimited/25.",
        ),
        ("2021-07-15-pengemudi", "2021-07-16-mitra", "KBLI 63122 (2020) is added: K-o auto."),
        (
            "2021-08-11-jalan",
            "2021-08-12-kantor",
            "Checkpoint office saturday sunday holiday is added: hours 00:00-00:00 everyone.",
        ),
        ("2021-08-10-perpanjangan", "2021-08-11-jalan", "Checkpoint road is removed."),
        (
            "2021-07-19-pengemudi",
            "2021-07-21-level-4",
            "Certificates are valid: 2021-07-05 – 2021-07-20 becomes 2021-07-05 – 2021-07-25.",
        ),
        ("inmendagri-15-2021", "inmendagri-18-2021", "Sector E-p is removed."),
        (
            "inmendagri-15-2021",
            "inmendagri-18-2021",
            "KBLI 41 (2020): K-k auto becomes K-k review; an officer decides.",
        ),
    ],
)
def test_a_difference_is_a_sentence(before: str, after: str, sentence: str) -> None:
    assert sentence in told(before, after)


def test_every_sentence_is_there_in_both_languages() -> None:
    found = differences(policy("inmendagri-15-2021"), policy("2021-09-11-krl-vaksin"))
    assert found and all(text.id and text.en and text.id != text.en for text in found)


OF_THE_FILE = {"policy_id", "title", "citations", "built_on", "activated_on"}
"""What names a policy; whoever compares two knows that they are two."""
CITED = {"sla_citation", "quota_citation"}
"""Where a rule stands, not what it says."""
OTHERS: dict[str, Any] = {
    "effective_until": date(2030, 1, 1),
    "company_hours": None,
    "urgent_office": None,
    "filing": FilingRule(workers=WorkerFiler.NOBODY),
    "unfit": UnfitRule(Unfit.HOLD),
    "several_kbli": MixedRule(SeveralKbli.BEST),
    "quota_rounding": "up",
}


@pytest.mark.parametrize(
    "name",
    [
        field.name
        for field in fields(Policy)
        if field.init and field.name not in OF_THE_FILE | CITED
    ],
)
def test_no_difference_is_left_out(name: str) -> None:
    before = policy("2021-08-12-kantor")
    after = replace(before, **{name: _another(name, getattr(before, name), before)})
    assert differences(before, after), name
    assert differences(after, before), name


def _another(name: str, value: Any, known: Policy) -> Any:
    if name in OTHERS:
        return OTHERS[name]
    match value:
        case bool():
            return not value
        case int():
            return value + 1
        case date():
            return value + timedelta(days=1)
        case tuple() if hasattr(value, "_replace"):
            first = value._fields[0]
            return value._replace(**{first: _another(first, value[0], known)})
        case tuple() | frozenset():
            return type(value)([*value][1:]) if value else type(value)(["x"])
        case str():
            return f"{value}x"
        case None:
            return known.company_hours
        case _:
            first = fields(value)[0].name
            return replace(value, **{first: _another(first, getattr(value, first), known)})
