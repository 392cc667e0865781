"""Which route answers a method and a path."""

import pytest

from strp.domain.overload import Priority
from strp.http.route_class import NO_ROUTE, RouteClass
from strp.http.route_table import Declared, RouteTable

FIRST, SECOND, THIRD = (RouteClass(priority=priority) for priority in list(Priority)[:3])
TABLE = RouteTable(
    [
        Declared("GET", "/", FIRST),
        Declared("GET", "/employer/claim", SECOND),
        Declared("POST", "/employer/{nib:str}/claim", THIRD),
        Declared("GET", "/employer/{nib:str}", FIRST),
    ]
)


@pytest.mark.parametrize(
    ("method", "path", "route"),
    [
        ("GET", "/", FIRST),
        ("HEAD", "/", FIRST),
        ("GET", "/employer/claim", SECOND),
        ("GET", "//employer/claim/", SECOND),
        ("GET", "/employer/812", FIRST),
        ("POST", "/employer/812/claim", THIRD),
        ("POST", "/employer/claim/claim", THIRD),
        ("POST", "/employer/claim", NO_ROUTE),
        ("HEAD", "/employer/812/claim", NO_ROUTE),
        ("GET", "/employer", NO_ROUTE),
        ("GET", "/employer/812/claim/more", NO_ROUTE),
        ("GET", "", FIRST),
    ],
)
def test_an_address_leads_to_its_route(method: str, path: str, route: RouteClass) -> None:
    assert TABLE.find(method, path) is route


def test_an_address_names_its_methods() -> None:
    found = [TABLE.methods(path) for path in ("/", "/employer/812/claim", "/nothing")]
    assert found == [["GET", "HEAD"], ["POST"], []]


@pytest.mark.parametrize("path", ["/employer/{other:str}", "/files/{rest:path}"])
def test_an_address_that_cannot_be_told_apart_is_refused(path: str) -> None:
    with pytest.raises(ValueError, match="/"):
        RouteTable([*TABLE, Declared("GET", path, FIRST)])
