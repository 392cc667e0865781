"""The verifier in TypeScript, held to the same golden vectors as the check in Python."""

import json
import os
import subprocess
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from strp.credential.codec import read_text, write_text
from strp.credential.cose import sign1
from strp.credential.trust import read_bundle, verify_text
from tests.credential.bundle_spellings import anywhere, document
from tests.credential.bundle_vectors import Keys
from tests.credential.claim_cases import NOW
from tests.credential.form_vectors import CLAIMS, OWN, STRP, Raw, dumps
from tests.credential.hostile import CBOR, texts
from tests.credential.verdict_vectors import Maker, Vectors

ROOT = Path(__file__).parents[2]
NPM = ("sh", "setup/with_node.sh", "npm", "--prefix", "frontend", "--silent")
needs_packages = pytest.mark.skipif(
    not (ROOT / "frontend" / "node_modules" / "vitest").exists(), reason="run `make dev`"
)


@needs_packages
def test_it_finds_what_every_golden_vector_says() -> None:
    done = subprocess.run([*NPM, "test"], cwd=ROOT, capture_output=True, text=True)

    assert done.returncode == 0, done.stdout + done.stderr


@needs_packages
def test_its_types_hold() -> None:
    done = subprocess.run(
        [*NPM, "--workspace", "verifier", "run", "check"], cwd=ROOT, capture_output=True, text=True
    )

    assert done.returncode == 0, done.stdout + done.stderr


@needs_packages
@pytest.mark.drill
def test_drill_both_checks_say_the_same_of_anything(tmp_path: Path) -> None:
    maker, vectors = Maker(), Vectors(with_reasons=True)
    vectors.bundles["usual"] = maker.bundle()
    trust = read_bundle(vectors.bundles["usual"])
    genuine = read_text(maker.text())
    assert genuine
    private = st.builds(
        lambda claim, value: {STRP: OWN | {claim: value}},
        st.sampled_from([*OWN, 11, 12]),
        CBOR.map(Raw),
    )
    changed = st.one_of(
        st.dictionaries(st.sampled_from([*CLAIMS]), CBOR.map(Raw), max_size=2), private
    )
    payloads = st.one_of(CBOR, changed.map(lambda claims: dumps(CLAIMS | claims)))
    signed = payloads.map(lambda payload: write_text(sign1(payload, maker.key)))

    @settings(max_examples=5000, database=None, deadline=None, suppress_health_check=[*HealthCheck])
    @given(st.one_of(texts(genuine), signed))
    def add(text: str) -> None:
        found = verify_text(text, trust, NOW)
        vectors.add("made up", text, "usual", NOW, found.verdict, found.code)

    add()
    bundles = {name: json.loads(bundle) for name, bundle in vectors.bundles.items()}
    made_up = json.dumps({"bundles": bundles, "cases": vectors.cases})
    (tmp_path / "made-up.json").write_text(made_up)
    done = subprocess.run(
        [*NPM, "test", "--", "verifier/test/vectors.test.ts", "--reporter=dot"],
        cwd=ROOT,
        env=os.environ | {"STRP_VECTORS": f"{tmp_path}/"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]


@needs_packages
@pytest.mark.drill
def test_drill_both_checks_say_the_same_of_a_bundle_with_anything_anywhere(tmp_path: Path) -> None:
    (tmp_path / "made-up.json").write_text(json.dumps(document(anywhere(Keys()))))
    done = subprocess.run(
        [*NPM, "test", "--", "verifier/test/bundles.test.ts", "--reporter=dot"],
        cwd=ROOT,
        env=os.environ | {"STRP_BUNDLE_VECTORS": f"{tmp_path}/"},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
