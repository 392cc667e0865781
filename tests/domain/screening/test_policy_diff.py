"""What differs between two policies, in sentences of both languages."""

import pytest

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
        ("2021-07-15-pengemudi", "2021-07-16-mitra", "Sector K-o is added."),
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
