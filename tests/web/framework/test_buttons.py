"""A form whose button is unknown decides nothing; none of them stands for a refusal."""

import pytest

from strp.domain.errors import InvalidInput
from strp.web.framework.buttons import chosen


@pytest.mark.parametrize("word", ["", "zzz", "Uphold", "uphold "])
def test_what_no_button_says_is_no_decision(word: str) -> None:
    with pytest.raises(InvalidInput, match="button-missing"):
        chosen(word, {"uphold": True, "reject": False})


def test_a_button_means_what_the_form_says() -> None:
    assert [chosen(word, {"yes": True, "no": False}) for word in ("yes", "no")] == [True, False]
