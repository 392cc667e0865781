"""An error is told in one way, whichever door tells it."""

import json

from strp.domain.errors import FieldError, InvalidInput, Unauthenticated
from strp.domain.overload import too_slow
from strp.domain.text import Language, Text
from strp.front.responses import problem
from strp.http.problems import status_of

WORDS = Text(id="salah", en="wrong")


def test_the_front_names_the_fields_that_are_wrong() -> None:
    error = InvalidInput("invalid", WORDS, fields=[FieldError("nib", "missing", WORDS)])
    told = json.loads(problem(error, Language.EN).body)
    assert told["fields"] == [{"field": "nib", "code": "missing", "detail": "wrong"}]


def test_the_front_says_how_to_show_who_one_is() -> None:
    headers = dict(problem(Unauthenticated("not-signed-in", WORDS), Language.ID).headers)
    assert headers[b"www-authenticate"] == b"Bearer"


def test_a_code_with_a_status_of_its_own_has_it_at_every_door() -> None:
    answer = problem(too_slow(), Language.ID)
    assert (status_of(too_slow()), answer.status, json.loads(answer.body)["status"]) == (
        408,
        408,
        408,
    )
