"""Letters: both languages, and the code in the body alone."""

import pytest

from strp.domain.identifiers import Nib
from strp.domain.notices.letters import Letter, claim_letter, sign_in_letter
from strp.domain.text import Language

NIB = Nib(8120001110001)


def letters(language: Language) -> list[Letter]:
    claimant = "a•••@contoh.example"
    return [
        sign_in_letter("048213", language),
        claim_letter("048213", NIB, "Bank Contoh", claimant, language),
    ]


@pytest.mark.parametrize("letter", letters(Language.ID))
def test_a_code_is_not_in_the_subject(letter: Letter) -> None:
    assert "048213" not in letter.subject


@pytest.mark.parametrize("letter", letters(Language.EN))
def test_a_code_stands_in_both_languages(letter: Letter) -> None:
    assert letter.body.count("048213") == 2


@pytest.mark.parametrize(
    ("language", "first"), [(Language.ID, "Kode masuk"), (Language.EN, "Your sign-in")]
)
def test_the_readers_language_comes_first(language: Language, first: str) -> None:
    assert sign_in_letter("048213", language).body.startswith(first)
