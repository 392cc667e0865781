"""Every number has one definition, in both languages."""

import pytest

from strp.domain.figures import definitions
from strp.domain.figures.definitions import FIGURES, Figure


def test_every_figure_that_is_defined_is_found_by_its_code() -> None:
    defined = [each for each in vars(definitions).values() if isinstance(each, Figure)]
    assert {each.code: each for each in defined} == FIGURES
    assert len(defined) == len(FIGURES)


@pytest.mark.parametrize("figure", FIGURES.values(), ids=lambda figure: figure.code)
def test_a_figure_says_in_both_languages_what_it_is(figure: Figure) -> None:
    assert all((*figure.name, *figure.meaning))
    assert figure.meaning.id != figure.meaning.en
