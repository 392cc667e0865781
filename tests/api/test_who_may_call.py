"""Who may call what: every route of both doors, every kind of reader, own and foreign.

A row says what each hears: nobody, who files for the employer (its key and its representative),
who files for another one, officer, supervisor, administrator, inspector and auditor. A new route
without a row fails. A key opens no page: there it is as nobody.
"""

import json
from collections.abc import Iterator
from typing import Any

import pytest
from litestar.routes import HTTPRoute

from strp.http.programs import is_api
from strp.usecases.filing.read_workers import MOST_WORKERS
from tests.api.cast import OWN, Cast, gather, one_worker
from tests.api.conftest import Site

KINDS = {
    "nobody": ["nobody"],
    "own": ["own key", "own representative"],
    "foreign": ["foreign key", "foreign representative"],
    "officer": ["officer"],
    "supervisor": ["supervisor"],
    "administrator": ["administrator"],
    "inspector": ["inspector"],
    "auditor": ["auditor"],
}
TABLE: dict[str, str] = {
    "GET /": "200 200 200 200 200 200 200 200",
    "GET /.well-known/jwks.json": "200 200 200 200 200 200 200 200",
    "GET /.well-known/security.txt": "200 200 200 200 200 200 200 200",
    "GET /.well-known/cose-key-set": "200 200 200 200 200 200 200 200",
    "GET /api": "200 200 200 200 200 200 200 200",
    "GET /accessibility": "200 200 200 200 200 200 200 200",
    "POST /api/v1/applications": "401 202 403 403 403 403 403 403",
    "GET /api/v1/applications/{application_id:int}": "401 200 404 200 200 403 403 403",
    "GET /api/v1/applications/{application_id:int}/certificates.pdf": (
        "401 200 404 403 403 403 403 403"
    ),
    "GET /api/v1/applications/{application_id:int}/certificates.zip": (
        "401 200 404 403 403 403 403 403"
    ),
    "GET /api/v1/applications/{application_id:int}/corrections": "401 200 404 403 403 403 403 403",
    "GET /api/v1/applications/{application_id:int}/links.csv": "401 200 404 403 403 403 403 403",
    "GET /api/v1/applications/{application_id:int}/links.xlsx": "401 200 404 403 403 403 403 403",
    "GET /api/v1/applications/{application_id:int}/refusal.pdf": "401 404 404 403 403 403 403 403",
    "POST /api/v1/applications/{application_id:int}/withdrawal": "401 409 404 403 403 403 403 403",
    "GET /api/v1/applications/{application_id:int}/workers": "401 200 404 200 200 403 403 403",
    "GET /api/v1/certificates/{serial:str}": "401 200 404 403 403 403 403 403",
    "POST /api/v1/certificates/{serial:str}/end": "401 200 404 200 200 403 403 403",
    "POST /api/v1/certificates/{serial:str}/replacement": "401 202 404 202 202 403 403 403",
    "POST /api/v1/certificates/{serial:str}/restoration": "401 403 403 200 200 403 403 403",
    "POST /api/v1/certificates/{serial:str}/suspension": "401 403 403 200 200 403 403 403",
    "GET /api/v1/eligibility": "422 422 422 422 422 422 422 422",
    "GET /api/v1/employers/{nib:str}/evidence": "401 200 403 200 200 403 403 403",
    "POST /api/v1/employers/{nib:str}/evidence": "401 415 403 403 403 403 403 403",
    "GET /api/v1/employers/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}": (
        "401 404 404 404 404 403 403 403"
    ),
    "GET /api/v1/employers/{nib:str}/links.csv": "401 200 403 403 403 403 403 403",
    "GET /api/v1/employers/{nib:str}/links.xlsx": "401 200 403 403 403 403 403 403",
    "PUT /api/v1/employers/{nib:str}/staff": "401 200 403 403 403 403 403 403",
    "GET /api/v1/employers/{nib:str}/sites": "401 200 403 200 200 403 403 403",
    "PUT /api/v1/employers/{nib:str}/sites/{employer:str}": "401 404 403 404 404 403 403 403",
    "GET /employer/{nib:str}/sites": "303 200 403 200 200 403 403 403",
    "GET /employer/{nib:str}/sites/{employer:str}": "303 404 403 404 404 403 403 403",
    "POST /employer/{nib:str}/sites/{employer:str}": "303 404 403 403 403 403 403 403",
    "GET /office/sites": "303 403 403 200 200 403 403 403",
    "GET /office/sites/{nib:str}/{employer:str}": "303 404 403 404 404 403 403 403",
    "POST /office/sites/{nib:str}/{employer:str}": "303 403 403 404 404 403 403 403",
    "GET /api/v1/desk/forecast": "401 403 403 503 503 403 403 403",
    "POST /api/v1/objections": "401 422 404 403 403 403 403 403",
    "GET /api/v1/objections/{number:int}": "401 404 404 403 403 403 403 403",
    "GET /api/v1/openapi.json": "200 200 200 200 200 200 200 200",
    "GET /api/v1/policy": "200 200 200 200 200 200 200 200",
    "GET /api/v1/trust-bundle": "200 200 200 200 200 200 200 200",
    "POST /api/v1/verifications": "200 200 200 200 200 200 200 200",
    "GET /checkpoint": "200 200 200 200 200 200 200 200",
    "GET /checkpoint/app.webmanifest": "200 200 200 200 200 200 200 200",
    "GET /checkpoint/worker.js": "200 200 200 200 200 200 200 200",
    "GET /c/{link:str}": "404 404 404 404 404 404 404 404",
    "GET /c/{link:str}/looks": "404 404 404 404 404 404 404 404",
    "GET /c/{link:str}/strp.pdf": "404 404 404 404 404 404 404 404",
    "GET /c/{link:str}/strp.png": "404 404 404 404 404 404 404 404",
    "GET /demo/inbox": "404 404 404 404 404 404 404 404",
    "GET /eligibility": "200 200 200 200 200 200 200 200",
    "GET /eligibility/answer": "422 422 422 422 422 422 422 422",
    "GET /eligibility/company": "200 200 200 200 200 200 200 200",
    "GET /eligibility/sector": "200 200 200 200 200 200 200 200",
    "GET /eligibility/sector/answer": "422 422 422 422 422 422 422 422",
    "GET /employer": "303 200 200 303 303 303 303 303",
    "GET /employer/claim": "303 200 200 303 303 303 303 303",
    "POST /employer/claim": "303 422 422 403 403 403 403 403",
    "GET /employer/letters": "303 200 200 303 303 303 303 303",
    "POST /employer/letters": "303 200 200 403 403 403 403 403",
    "GET /employer/roster": "303 303 303 303 303 303 303 303",
    "GET /employer/{nib:str}": "303 200 403 403 403 403 403 403",
    "GET /employer/{nib:str}/applications": "303 303 303 303 303 303 303 303",
    "POST /employer/{nib:str}/applications": "303 422 403 403 403 403 403 403",
    "GET /employer/{nib:str}/applications/{number:int}": "303 200 403 403 403 403 403 403",
    "GET /employer/{nib:str}/applications/{number:int}/documents/{form:str}": (
        "303 200 403 403 403 403 403 403"
    ),
    "GET /employer/{nib:str}/applications/{number:int}/links": "303 200 403 403 403 403 403 403",
    "GET /employer/{nib:str}/applications/{number:int}/workers": (
        "303 303 303 303 303 303 303 303"
    ),
    "POST /employer/{nib:str}/applications/{number:int}/workers": (
        "303 303 403 403 403 403 403 403"
    ),
    "GET /employer/{nib:str}/applications/{number:int}/withdraw": "303 200 403 403 403 403 403 403",
    "POST /employer/{nib:str}/applications/{number:int}/withdraw": (
        "303 409 403 403 403 403 403 403"
    ),
    "GET /employer/{nib:str}/certificates/{serial:str}": "303 200 403 403 403 403 403 403",
    "POST /employer/{nib:str}/certificates/{serial:str}": "303 422 403 403 403 403 403 403",
    "GET /employer/{nib:str}/claim": "303 303 303 403 403 403 403 403",
    "POST /employer/{nib:str}/claim": "303 409 409 403 403 403 403 403",
    "POST /employer/{nib:str}/claim/officer": "303 409 409 403 403 403 403 403",
    "GET /employer/{nib:str}/evidence": "303 200 403 200 200 403 403 403",
    "POST /employer/{nib:str}/evidence": "303 422 403 403 403 403 403 403",
    "GET /employer/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}": (
        "303 404 403 403 403 403 403 403"
    ),
    "GET /employer/{nib:str}/keys": "303 200 403 403 403 403 403 403",
    "POST /employer/{nib:str}/keys": "303 422 403 403 403 403 403 403",
    "POST /employer/{nib:str}/keys/withdraw": "303 400 403 403 403 403 403 403",
    "GET /employer/{nib:str}/objections": "303 200 403 200 200 403 403 403",
    "POST /employer/{nib:str}/objections": "303 422 403 403 403 403 403 403",
    "GET /employer/{nib:str}/people": "303 200 403 403 403 403 403 403",
    "POST /employer/{nib:str}/people": "303 303 403 403 403 403 403 403",
    "GET /employer/{nib:str}/staff": "303 200 403 200 200 403 403 403",
    "POST /employer/{nib:str}/staff": "303 422 403 403 403 403 403 403",
    "GET /employer/{nib:str}/uploads/{key:str}/progress": "303 200 200 200 200 200 200 200",
    "GET /healthz": "200 200 200 200 200 200 200 200",
    "GET /metrics": "200 200 200 200 200 200 200 200",
    "GET /office": "303 403 403 200 200 303 403 303",
    "GET /office/accounts": "303 403 403 403 403 200 403 403",
    "POST /office/accounts": "303 403 403 403 403 422 403 403",
    "GET /office/accounts/search": "303 403 403 403 403 303 403 403",
    "POST /office/accounts/search": "303 403 403 403 403 303 403 403",
    "GET /office/applications/{number:int}": "303 403 403 200 200 403 403 403",
    "GET /office/applications/{number:int}/decisions": "303 303 303 303 303 303 303 303",
    "POST /office/applications/{number:int}/decisions": "303 403 403 422 422 403 403 403",
    "GET /office/applications/{number:int}/proposals": "303 303 303 303 303 303 303 303",
    "POST /office/applications/{number:int}/escalate": "303 403 403 422 422 403 403 403",
    "POST /office/applications/{number:int}/answer": "303 403 403 403 422 403 403 403",
    "POST /office/applications/{number:int}/lease": "303 403 403 409 409 403 403 403",
    "POST /office/applications/{number:int}/proposals": "303 403 403 303 303 403 403 403",
    "POST /office/applications/{number:int}/release": "303 403 403 303 303 403 403 403",
    "POST /office/applications/{number:int}/take": "303 403 403 404 404 403 403 403",
    "GET /office/applications/{number:int}/workers/{row:int}": "303 303 303 303 303 303 303 303",
    "POST /office/applications/{number:int}/workers/{row:int}": "303 403 403 404 404 403 403 403",
    "GET /office/bulk": "303 403 403 200 200 403 403 403",
    "POST /office/bulk": "303 403 403 422 422 403 403 403",
    "GET /office/bulk/{number:int}": "303 403 403 404 404 403 403 403",
    "POST /office/bulk/{number:int}/undo": "303 403 403 404 404 403 403 403",
    "GET /office/bulk/{number:int}/undo": "303 303 303 303 303 303 303 303",
    "GET /office/certificates": "303 403 403 200 200 403 403 403",
    "GET /office/certificates/many": "303 403 403 200 200 403 403 403",
    "POST /office/certificates": "303 403 403 422 422 403 403 403",
    "POST /office/certificates/many": "303 403 403 422 422 403 403 403",
    "GET /office/claims": "303 403 403 200 200 403 403 403",
    "POST /office/claims": "303 403 403 400 400 403 403 403",
    "GET /office/closures": "303 403 403 200 200 403 403 403",
    "POST /office/closures": "303 403 403 422 422 403 403 403",
    "GET /office/employers": "303 403 403 200 200 403 403 403",
    "GET /office/employers/{nib:str}": "303 403 403 200 200 403 403 403",
    "POST /office/employers/{nib:str}": "303 403 403 422 422 403 403 403",
    "GET /office/employers/{nib:str}/evidence/{evidence_id:int}": "303 403 403 404 404 403 403 403",
    "POST /office/employers/{nib:str}/evidence/{evidence_id:int}": (
        "303 403 403 404 404 403 403 403"
    ),
    "GET /office/employers/{nib:str}/evidence/{evidence_id:int}/pages/{page_no:int}": (
        "303 403 403 404 404 403 403 403"
    ),
    "GET /office/evidence": "303 403 403 200 200 403 403 403",
    "POST /office/next": "303 403 403 303 303 403 403 403",
    "GET /office/objections": "303 403 403 200 200 403 403 403",
    "POST /office/objections": "303 403 403 400 400 403 403 403",
    "GET /office/search": "303 403 403 200 200 403 403 403",
    "POST /office/search": "303 403 403 422 422 403 403 403",
    "GET /office/revoke": "303 403 403 200 200 403 403 403",
    "POST /office/revoke": "303 403 403 422 422 403 403 403",
    "GET /office/forecast": "303 403 403 200 200 403 403 403",
    "GET /office/samples": "303 403 403 200 200 403 403 403",
    "POST /office/samples": "303 403 403 422 422 403 403 403",
    "GET /privacy": "200 200 200 200 200 200 200 200",
    "GET /readyz": "200 200 200 200 200 200 200 200",
    "GET /receipts": "200 200 200 200 200 200 200 200",
    "GET /robots.txt": "200 200 200 200 200 200 200 200",
    "GET /rules": "200 200 200 200 200 200 200 200",
    "GET /sign-in": "200 200 200 200 200 200 200 200",
    "POST /sign-in": "422 422 422 422 422 422 422 422",
    "GET /sign-in/done": "422 303 303 303 303 303 303 303",
    "GET /sign-in/code": "303 303 303 303 303 303 303 303",
    "POST /sign-in/code": "422 303 303 303 303 303 303 303",
    "POST /sign-in/link": "404 404 404 404 404 404 404 404",
    "GET /sign-in/link/{secret:str}": "404 404 404 404 404 404 404 404",
    "GET /sign-out": "200 200 200 200 200 200 200 200",
    "POST /sign-out": "303 303 303 303 303 303 303 303",
    "GET /static/{name:str}": "404 404 404 404 404 404 404 404",
    "GET /status-lists/{number:int}": "404 404 404 404 404 404 404 404",
    "GET /templates/roster.csv": "200 200 200 200 200 200 200 200",
    "GET /templates/roster.xlsx": "200 200 200 200 200 200 200 200",
    "GET /verify": "200 200 200 200 200 200 200 200",
    "POST /verify": "422 422 422 422 422 422 422 422",
    "GET /account/security": "303 403 403 200 200 200 200 200",
    "POST /account/security": "303 403 403 303 303 303 303 303",
    "GET /account/security/app": "303 403 403 200 200 200 200 200",
    "POST /account/security/app": "303 403 403 422 422 422 422 422",
    "GET /account/security/passkey": "303 403 403 200 200 200 200 200",
    "POST /account/security/passkey": "303 403 403 422 422 422 422 422",
    "POST /account/security/passkey/removal": "303 403 403 404 404 404 404 404",
    "GET /office/accounts/file": "303 403 403 403 403 200 403 403",
    "POST /office/accounts/file": "303 403 403 403 403 422 403 403",
    "POST /office/accounts/file/confirmed": "303 403 403 403 403 303 403 403",
    "GET /office/brief": "303 403 403 403 200 403 403 200",
    "GET /office/brief/{form:str}": "303 303 303 303 303 303 303 303",
    "GET /office/compliance": "303 403 403 403 200 403 403 200",
    "GET /office/compliance/file": "303 403 403 403 422 403 403 422",
    "GET /office/compliance/handovers": "303 403 403 403 200 403 403 200",
    "POST /office/compliance/handovers": "303 403 403 403 422 403 403 403",
    "GET /office/compliance/handovers/{number:int}/file": "303 403 403 403 404 403 403 404",
    "GET /office/live": "303 403 403 403 200 200 403 200",
    "GET /office/live/events": "303 403 403 403 200 200 403 200",
    "GET /office/record": "303 403 403 403 403 403 403 200",
    "POST /office/record": "303 403 403 403 403 403 403 422",
    "GET /open-data": "200 200 200 200 200 200 200 200",
    "GET /open-data/days.csv": "200 200 200 200 200 200 200 200",
    "GET /open-data/days.json": "200 200 200 200 200 200 200 200",
    "GET /sign-in/second": "422 422 422 422 422 422 422 422",
    "POST /sign-in/second": "422 422 422 422 422 422 422 422",
    "POST /sign-in/second/app": "422 422 422 422 422 422 422 422",
    "GET /sign-in/second/passkey": "422 422 422 422 422 422 422 422",
    "POST /sign-in/second/passkey": "422 422 422 422 422 422 422 422",
    "POST /sign-in/passkey": "422 422 422 422 422 422 422 422",
    "POST /sign-in/passkey/challenge": "200 200 200 200 200 200 200 200",
    "GET /waiting-room/page/{room:str}": "404 404 404 404 404 404 404 404",
}
SENT: dict[str, Any] = {
    "POST /api/v1/applications": {"nib": f"{OWN:013d}", "workers": [one_worker(1)]},
    "PUT /api/v1/employers/{nib:str}/staff": {"service": 10, "administration": 10},
    "PUT /api/v1/employers/{nib:str}/sites/{employer:str}": {"state": "confirmed", "service": 1},
    "POST /api/v1/objections": {"about": "cap", "ref": f"{OWN:013d}", "text": "Kami keberatan."},
    "POST /api/v1/verifications": {"text": "STRP1:"},
}
CHANGE = {"reason": "hilang"}


@pytest.fixture(scope="module")
def cast(site: Site) -> Cast:
    return site.call(gather, site.system)


def routes(site: Site) -> Iterator[str]:
    for route in site.browser.app.routes:
        if isinstance(route, HTTPRoute):
            yield from (f"{method} {route.path}" for method in route.methods - {"OPTIONS"})


def ask(site: Site, cast: Cast, row: str, who: str, body: bytes | None = None) -> int:
    """What somebody hears; a certificate that is changed is a fresh one."""
    method, path = row.split(" ")
    headers = {} if row == "POST /sign-out" else cast.headers[who]
    address = cast.filled(path)
    if is_api(path) and method != "GET":
        sent = SENT.get(row, CHANGE)
        body = json.dumps(sent).encode() if body is None else body
        headers = headers | {"Content-Type": "application/json"}
        if "/certificates/" in path:
            cast.serials.append(cast.serials.pop(0))
        if path.endswith("/evidence"):
            address += "?kind=K-j.1"
    site.browser.cookies.clear()
    answer = site.browser.request(
        method, address, headers=headers, content=body, follow_redirects=False
    )
    return int(answer.status_code)


def test_every_route_has_a_row(site: Site) -> None:
    assert set(routes(site)) == set(TABLE)


@pytest.mark.parametrize("row", TABLE)
def test_everybody_hears_what_is_theirs_to_hear(site: Site, cast: Cast, row: str) -> None:
    told = dict(zip(KINDS, map(int, TABLE[row].split()), strict=True))
    page = not is_api(row.split(" ")[1])
    heard = {who: ask(site, cast, row, who) for people in KINDS.values() for who in people}
    expected = {
        who: told["nobody" if page and who.endswith("key") else kind]
        for kind, people in KINDS.items()
        for who in people
    }
    assert heard == expected


@pytest.mark.parametrize("row", [row for row in TABLE if not row.startswith("GET")])
@pytest.mark.parametrize("junk", [b"", b"{", b"\xff\x00", b"a=%FF&b", b"[1]"])
def test_who_may_not_hears_so_before_anything_sent_is_judged(
    site: Site, cast: Cast, row: str, junk: bytes
) -> None:
    told = dict(zip(KINDS, map(int, TABLE[row].split()), strict=True))
    kinds = [kind for kind in KINDS if kind not in ("own", "foreign")]
    refused = {KINDS[kind][0]: told[kind] for kind in kinds if told[kind] in {401, 403}}
    # What is theirs the address says; where only the body says it, the body is read first.
    if "{" in row and told["foreign"] in {403, 404}:
        refused["foreign representative"] = told["foreign"]
        refused |= {"foreign key": told["foreign"]} if is_api(row.split(" ")[1]) else {}
    assert {who: ask(site, cast, row, who, junk) for who in refused} == refused


def test_an_official_sees_workers_masked_and_each_look_is_recorded(site: Site, cast: Cast) -> None:
    address = cast.filled("/api/v1/applications/{application_id:int}/workers")
    before = len(site.call(looks, site))
    site.browser.cookies.clear()
    answer = site.browser.get(address, headers=cast.headers["officer"])
    niks = [one_worker(number)["nik"] for number in range(5)]
    assert not any(nik in answer.text for nik in niks)
    assert len(site.call(looks, site)) == before + 1


def test_an_answer_holds_a_thousand_workers_and_no_more(site: Site, cast: Cast) -> None:
    address = cast.filled("/api/v1/applications/{application_id:int}/workers")
    site.browser.cookies.clear()
    told = [
        site.browser.get(f"{address}?limit={MOST_WORKERS + more}", headers=cast.headers["own key"])
        for more in (0, 1)
    ]
    assert [answer.status_code for answer in told] == [200, 400]


async def looks(site: Site) -> list[Any]:
    async with site.system.database.connection() as conn:
        found = await conn.execute("SELECT action FROM audit_event WHERE action = 'workers-seen'")
        return list(await found.fetchall())


def texts_of(site: Site, row: str) -> list[str]:
    """Parameters of a GET that take any text, by the names that the address has for them."""
    method, path = row.split(" ")
    [handler] = (
        route.route_handler_map[method][0]
        for route in site.browser.app.routes
        if isinstance(route, HTTPRoute) and route.path == path
    )
    found = []
    for name, parameter in handler.parsed_fn_signature.parameters.items():
        if parameter.annotation in (str, str | None) and f"{{{name}:" not in path:
            named = [getattr(each, "name", None) for each in parameter.metadata]
            found.append(next(filter(None, named), name))
    return found


@pytest.mark.parametrize("value", ["%00", "a%00b", "%ED%A0%80", "%FF", "%F0%9F%98%80", "9" * 400])
@pytest.mark.parametrize("who", ["supervisor", "own representative"])
def test_no_text_in_an_address_is_a_fault_of_ours(
    site: Site, cast: Cast, who: str, value: str
) -> None:
    failed = {}
    for row in (each for each in TABLE if each.startswith("GET ")):
        for name in texts_of(site, row):
            address = f"{cast.filled(row.split(' ')[1])}?{name}={value}"
            site.browser.cookies.clear()
            answer = site.browser.get(address, headers=cast.headers[who], follow_redirects=False)
            if answer.status_code >= 500:
                failed[f"{row} {name}"] = answer.status_code
    assert failed == {}
