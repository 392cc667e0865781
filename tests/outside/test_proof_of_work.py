"""Proofs of work, solved by the library's own solver as a program would."""

import base64
import json
from typing import Any

import pytest
from altcha import Challenge, Payload, solve_challenge

from strp.outside.proof_of_work import ProofKeys, new_challenge, solved_challenge

KEYS = ProofKeys(b"c" * 32, b"s" * 32)
ODD: list[Any] = [[], "x", 1, None, {}]


def solve(challenge: dict[str, Any]) -> dict[str, Any]:
    """The proof for a challenge, before it is encoded."""
    read = Challenge.from_dict(challenge)
    solution = solve_challenge(read)
    assert solution is not None
    proof: dict[str, Any] = Payload(read, solution).to_dict()
    return proof


def encoded(proof: Any) -> str:
    return base64.b64encode(json.dumps(proof).encode()).decode()


@pytest.fixture(scope="module")
def proof() -> dict[str, Any]:
    return solve(new_challenge(KEYS, 300))


def test_a_solved_challenge_is_told_by_its_signature(proof: dict[str, Any]) -> None:
    found = solved_challenge(encoded(proof), KEYS)
    assert found == bytes.fromhex(proof["challenge"]["signature"])


def test_no_challenge_is_made_twice() -> None:
    assert new_challenge(KEYS, 300) != new_challenge(KEYS, 300)


def test_another_installation_takes_no_such_proof(proof: dict[str, Any]) -> None:
    assert solved_challenge(encoded(proof), ProofKeys(b"x" * 32, b"s" * 32)) is None


def test_a_challenge_that_was_made_easier_is_worth_nothing(proof: dict[str, Any]) -> None:
    easier = {**proof["challenge"]["parameters"], "keyPrefix": "00"}
    forged = solve({**proof["challenge"], "parameters": easier})
    assert solved_challenge(encoded(forged), KEYS) is None


def test_a_challenge_without_signature_is_worth_nothing(proof: dict[str, Any]) -> None:
    unsigned = {"parameters": proof["challenge"]["parameters"]}
    assert solved_challenge(encoded({**proof, "challenge": unsigned}), KEYS) is None


def test_a_wrong_number_solves_nothing(proof: dict[str, Any]) -> None:
    wrong = {"counter": 1, "derivedKey": "00" * 32}
    assert solved_challenge(encoded({**proof, "solution": wrong}), KEYS) is None


def test_a_challenge_expires() -> None:
    assert solved_challenge(encoded(solve(new_challenge(KEYS, -1))), KEYS) is None


def test_a_later_end_is_a_forgery() -> None:
    old = solve(new_challenge(KEYS, -1))
    old["challenge"]["parameters"]["expiresAt"] += 3600
    assert solved_challenge(encoded(old), KEYS) is None


@pytest.mark.parametrize(
    "text",
    ["", "x", "!", "é", "\ud800", encoded([]), encoded("x"), encoded(None), encoded({})]
    + [encoded({"challenge": each, "solution": each}) for each in ODD]
    + [
        encoded({"challenge": {"parameters": each}, "solution": {"counter": 1, "derivedKey": each}})
        for each in ODD[:-1]
    ],
)
def test_what_is_no_proof_solves_nothing(text: str) -> None:
    assert solved_challenge(text, KEYS) is None


@pytest.mark.parametrize("end", [float("inf"), 10**400, "soon", True, []])
def test_an_odd_end_solves_nothing(proof: dict[str, Any], end: object) -> None:
    odd = json.loads(json.dumps(proof))
    odd["challenge"]["parameters"]["expiresAt"] = end
    assert solved_challenge(encoded(odd), KEYS) is None
