"""Golden vectors of verdicts: every verifier is held to them, this one too."""

import json
from datetime import datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from strp.credential.trust import read_bundle, verify_text
from tests.credential.checkpoint_vectors import shown_document

FOLDER = Path(__file__).parents[1] / "vectors" / "verdicts"
FILES = {path.stem: json.loads(path.read_text("utf-8")) for path in sorted(FOLDER.glob("*.json"))}
BUNDLES = {
    (file, name): read_bundle(msgspec.json.encode(bundle))
    for file, document in FILES.items()
    for name, bundle in document["bundles"].items()
}
CASES = [
    pytest.param(file, case, id=f"{number} {case['name']} {case['clock']}")
    for file, document in FILES.items()
    for number, case in enumerate(document["cases"])
]


@pytest.mark.parametrize(("file", "case"), CASES)
def test_the_outcome_is_the_one_that_was_written_down(file: str, case: dict[str, Any]) -> None:
    found = verify_text(
        case["text"],
        BUNDLES[file, case["bundle"]],
        datetime.fromisoformat(case["clock"]),
        checkpoint=case["checkpoint"],
    )
    claims = found.claims
    assert {
        "verdict": found.verdict,
        "code": found.code,
        "freshness": found.freshness.state,
        "age_s": found.freshness.age_s,
        "judged_at": found.checked_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "clock_behind_s": found.clock_behind_s,
        "exercise": found.exercise,
        "holder": claims.holder if claims else None,
        "identity_tail": claims.identity_tail if claims else None,
        **({"shown": shown_document(found.shown)} if "shown" in case else {}),
    }.items() <= case.items()
    assert case.get("reason") in (None, found.reason._asdict())
