import pytest

from strp.domain.text import Language
from strp.http.language import choose_language


@pytest.mark.parametrize(
    ("asked", "kept", "accepted", "expected"),
    [
        (None, None, "", Language.ID),
        (None, None, "en-GB,en;q=0.9", Language.EN),
        (None, None, "fr,id;q=0.5", Language.ID),
        (None, None, "fr", Language.ID),
        (None, "en", "id", Language.EN),
        ("id", "en", "en", Language.ID),
        ("xx", None, "en", Language.EN),
    ],
)
def test_the_address_comes_before_the_cookie_and_the_cookie_before_the_browser(
    asked: str | None, kept: str | None, accepted: str, expected: Language
) -> None:
    assert choose_language(asked=asked, kept=kept, accepted=accepted) is expected
