"""The verifier in TypeScript, held to the same golden vectors as the check in Python."""

import subprocess
from pathlib import Path

import pytest

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
