"""What a program can rely on at the JSON door: its description, its caching, its errors."""

import base64
from typing import Any

import cbor2
import cwt
import pytest
from openapi_spec_validator import OpenAPIV31SpecValidator

from tests.journeys.running import (
    BANK,
    LOGISTICS,
    ROSTERS,
    Installation,
    file_roster,
    fresh_workers,
    post_workers,
)

CALLS = {
    "post /api/v1/applications",
    "get /api/v1/applications/{application_id}",
    "get /api/v1/applications/{application_id}/workers",
    "get /api/v1/applications/{application_id}/corrections",
    "get /api/v1/applications/{application_id}/certificates.zip",
    "get /api/v1/applications/{application_id}/certificates.pdf",
    "get /api/v1/certificates/{serial}",
    "post /api/v1/verifications",
    "get /.well-known/jwks.json",
    "get /.well-known/cose-key-set",
    "get /api/v1/trust-bundle",
    "get /status-lists/{number}",
    "get /api/v1/eligibility",
    "get /api/v1/policy",
    "get /waiting-room.json",
    "post /waiting-room/tickets",
    "post /waiting-room/admissions",
    "get /healthz",
    "get /readyz",
    "get /metrics",
}
CACHEABLE = [
    "/.well-known/jwks.json",
    "/.well-known/cose-key-set",
    "/api/v1/eligibility?kbli=64121",
    "/api/v1/openapi.json",
    "/api/v1/policy",
    "/api/v1/trust-bundle",
    "/api/v1/trust-bundle?lists=inline",
    "/status-lists/0",
]


@pytest.fixture(scope="module")
def description(city: Installation) -> Any:
    """The OpenAPI document."""
    with city.client() as client:
        return client.get("/api/v1/openapi.json").json()


@pytest.mark.parametrize(
    "address",
    [
        "/.well-known/jwks.json",
        "/.well-known/cose-key-set",
        "/api/v1/trust-bundle?lists=inline",
        "/status-lists/0",
    ],
)
def test_what_a_verifier_needs_may_be_read_by_pages_of_any_site(
    city: Installation, address: str
) -> None:
    with city.client() as client:
        first = client.get(address, headers={"Origin": "https://elsewhere.example"})
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})
        assert (first.status_code, again.status_code) == (200, 304)
        for answer in (first, again):
            assert answer.headers["access-control-allow-origin"] == "*"
            assert answer.headers["cache-control"].startswith("public, max-age=")


def test_a_list_that_is_not_there_may_be_told_to_pages_of_any_site(city: Installation) -> None:
    with city.client() as client:
        answer = client.get("/status-lists/999", headers={"Origin": "https://elsewhere.example"})
    assert (answer.status_code, answer.headers["access-control-allow-origin"]) == (404, "*")


def test_the_keys_come_as_cose_keys_too(city: Installation) -> None:
    with city.client() as client:
        jwks = client.get("/.well-known/jwks.json").json()["keys"]
        true_kids = [jwk["kid"] for jwk in jwks if "strp" not in jwk]
        wanted = {"Accept": "application/cose-key-set"}
        for answer in (
            client.get("/.well-known/cose-key-set"),
            client.get("/.well-known/jwks.json", headers=wanted),
        ):
            assert answer.headers["content-type"] == "application/cose-key-set"
            keys = [cwt.COSEKey.new(key) for key in cbor2.loads(answer.content)]
            kids = [base64.urlsafe_b64encode(key.kid or b"").rstrip(b"=").decode() for key in keys]
            assert kids == true_kids


def test_the_description_is_sound_openapi_3_1(description: Any) -> None:
    assert description["openapi"].startswith("3.1")
    assert list(OpenAPIV31SpecValidator(description).iter_errors()) == []


def test_the_description_holds_every_call_of_the_contract(description: Any) -> None:
    described = {
        f"{method} {path}" for path, item in description["paths"].items() for method in item
    }

    assert CALLS - described == set()


def test_every_call_says_that_errors_are_problem_documents(description: Any) -> None:
    for item in description["paths"].values():
        for operation in item.values():
            for others in ("4XX", "5XX"):
                assert operation["responses"][others]["$ref"].endswith("/Problem")


@pytest.mark.parametrize("address", CACHEABLE)
def test_what_is_known_already_is_not_sent_again(city: Installation, address: str) -> None:
    with city.client() as client:
        first = client.get(address)
        again = client.get(address, headers={"If-None-Match": first.headers["etag"]})

    assert "max-age" in first.headers["cache-control"]
    assert (again.status_code, again.content) == (304, b"")


def test_a_tag_that_a_proxy_made_weak_is_known_too(city: Installation) -> None:
    with city.client() as client:
        tag = client.get("/api/v1/policy").headers["etag"]
        again = client.get("/api/v1/policy", headers={"If-None-Match": f"W/{tag}"})

    assert again.status_code == 304


def test_head_answers_like_get_without_the_body(city: Installation) -> None:
    with city.client() as client:
        head, full = client.head("/api/v1/policy"), client.get("/api/v1/policy")

    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["etag"] == full.headers["etag"]


def test_the_policy_names_its_rule_and_its_period(city: Installation) -> None:
    with city.client() as client:
        policy = client.get("/api/v1/policy").json()

    assert {"id", "in_force_from", "period_today"} <= set(policy)


@pytest.mark.parametrize(
    ("query", "outcome"),
    [
        (f"nib={BANK}", True),
        ("kbli=64121", True),
        ("nib=8120001110012", False),
        ("role=civil-servant", False),
    ],
)
def test_eligibility_is_told_before_any_sign_in(
    city: Installation, query: str, outcome: bool
) -> None:
    with city.client() as client:
        answer = client.get(f"/api/v1/eligibility?{query}").json()

    assert answer["needed"] is outcome
    assert answer["citation"]


def test_strp_submit_files_over_the_network(city: Installation) -> None:
    file = ROSTERS / "logistik-galat.csv"
    key = city.key(LOGISTICS)

    done = city.run(
        *("submit", str(file), "--nib", LOGISTICS, "--url", city.url, "--key", key, "--json")
    )

    assert done.returncode == 0, done.stderr
    assert '"rows": 30' in done.stdout


def test_strp_submit_with_the_key_of_another_is_refused(city: Installation) -> None:
    file = ROSTERS / "bank-20.xlsx"

    done = city.run(
        *("submit", str(file), "--nib", BANK, "--url", city.url, "--key", city.key(LOGISTICS))
    )

    assert done.returncode == 1
    assert "not-your-employer" in done.stdout


def test_a_receipt_points_to_the_state_of_the_application(city: Installation) -> None:
    with city.client(BANK) as client:
        answer = post_workers(client, BANK, fresh_workers(1))
        shown = client.get(answer.headers["location"]).json()

    assert shown["application_id"] == answer.json()["application_id"]


def test_problems_come_in_the_language_of_the_reader(city: Installation) -> None:
    said = set()
    with city.client(LOGISTICS) as client:
        for language in ("id", "en"):
            answer = file_roster(
                client, LOGISTICS, "logistik-galat.csv", **{"Accept-Language": language}
            )
            said.add(answer.json()["problems"][0]["detail"])

    assert len(said) == 2
