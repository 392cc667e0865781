"""A reason that many workers of a page have is said once."""

from types import SimpleNamespace
from typing import Any

from strp.domain.text import Text
from strp.usecases.filing.show import Reason
from strp.web.framework.shared_reasons import repeated_reasons, shared_reasons

HOST = Reason(code="host-unconfirmed", detail=Text("a", "a"), citation="x")
AGE = Reason(code="nik-age", detail=Text("b", "b"), citation="y")


def workers(*reasons: tuple[Reason, ...]) -> Any:
    return [SimpleNamespace(reasons=each) for each in reasons]


def test_what_everybody_has_is_shared_and_not_repeated() -> None:
    page = workers(*((HOST,),) * 4)
    assert (shared_reasons(page), repeated_reasons(page)) == ((HOST,), ())


def test_what_many_have_is_said_once_and_what_few_have_stays_with_them() -> None:
    page = workers(*((HOST,),) * 3, (AGE,), (AGE,), ())
    assert (shared_reasons(page), repeated_reasons(page)) == ((), ((HOST, 3),))
