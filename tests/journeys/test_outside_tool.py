"""An outside tool (schemathesis) makes requests from the description and finds nothing wrong.

Bounded, with a fixed seed. With an employer's key, and with an officer's session: each call is
tried as it should be and as it should not be.
"""

import subprocess
from pathlib import Path

import pytest

from tests.journeys.running import BANK, Installation
from tests.journeys.sessions import session_of

CLIENTS = Path(__file__).parents[1] / "clients"
TOOL = CLIENTS.parents[1] / ".venv" / "clients" / "bin" / "schemathesis"
EXAMPLES = "5"
# Numbers for operators, and the document itself: large, and nothing to vary.
LEFT_OUT = ("/metrics", "/api/v1/openapi.json")


@pytest.mark.parametrize("who", ["key", "session"])
def test_no_answer_disagrees_with_the_description(
    city: Installation, who: str, tmp_path: Path
) -> None:
    assert TOOL.exists(), "the tool is missing: run `make dev`"
    header = f"Authorization: Bearer {city.key(BANK)}"
    if who == "session":
        header = f"Cookie: {session_of(city, 'officer')}"
    options = [f"--exclude-path={path}" for path in LEFT_OUT]
    done = subprocess.run(
        [
            *(str(TOOL), "--config-file", str(CLIENTS / "schemathesis.toml"), "--no-color"),
            *("run", f"{city.url}/api/v1/openapi.json", "-H", header, "--seed", "13"),
            *("--max-examples", EXAMPLES, "--phases", "examples,coverage,fuzzing", "--no-shrink"),
            *("--generation-with-security-parameters", "false", "--generation-database", "none"),
            *("--continue-on-failure", "--warnings", "off"),
            *options,
        ],
        cwd=tmp_path,
        text=True,
        capture_output=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stdout[-20_000:]
