"""Clients that other people's generators make from the description alone do the main job."""

import json
import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest

from tests.journeys.running import Installation, fresh_workers
from tests.journeys.written import written

CLIENTS = Path(__file__).parents[1] / "clients"
TOOLS = CLIENTS / "node_modules" / ".bin"
SETUP = CLIENTS.parents[1] / "setup" / "with_node.sh"
INSURER = "8120001110014"
"""No other file names it: what others filed would use up its places."""
WORKERS, SHEET_ROWS = 5, 20
DONE = {
    "json_rows": WORKERS,
    "sheet_rows": SHEET_ROWS,
    "state": "decided",
    "pages": 3,
    "pdf": "%PDF-",
    "zip": "PK",
    "verdict": "EXERCISE",
    "lane": "employers",
    "refused": "not-signed-in",
}


@pytest.fixture(scope="module")
def workshop(city: Installation, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with nothing but the description, as a programmer has it."""
    folder = tmp_path_factory.mktemp("workshop")
    with city.client() as client:
        (folder / "openapi.json").write_bytes(client.get("/api/v1/openapi.json").content)
    (folder / "package.json").write_text('{"type": "module"}')
    (folder / "node_modules").symlink_to(CLIENTS / "node_modules")
    return folder


def run(folder: Path, *command: str | Path) -> str:
    """Run one tool in a folder; its output."""
    quiet = {"REDOCLY_TELEMETRY": "off", "REDOCLY_SUPPRESS_UPDATE_NOTICE": "true", "CI": "1"}
    done = subprocess.run(
        [str(each) for each in command],
        cwd=folder,
        env={**os.environ, **quiet},
        text=True,
        capture_output=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout + done.stderr


def node(folder: Path, *command: str | Path) -> str:
    assert TOOLS.is_dir(), "the tools are missing: run `make dev`"
    return run(folder, "sh", SETUP, *command)


def arguments(city: Installation, folder: Path) -> list[str]:
    """What the job is told: address, key, NIB, a spreadsheet, workers."""
    people, others = fresh_workers(WORKERS), fresh_workers(SHEET_ROWS)
    workers, sheet = folder / "workers.json", folder / "roster.xlsx"
    workers.write_text(json.dumps(people))
    sheet.write_bytes(written("xlsx", [list(others[0]), *(list(one.values()) for one in others)]))
    return [city.url, city.key(INSURER), INSURER, str(sheet), str(workers)]


def compiled(folder: Path, job: str) -> Path:
    """A job in TypeScript, its types checked against the client, as JavaScript."""
    shutil.copy(CLIENTS / f"{job}.ts", folder)
    modules = folder / "node_modules"
    options = ["--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext"]
    types = ["--typeRoots", str(modules / "@types"), "--types", "node"]
    node(folder, TOOLS / "tsc", *options, *types, f"{job}.ts")
    return folder / f"{job}.js"


def last_line(said: str) -> Any:
    return json.loads(said.strip().splitlines()[-1])


def test_the_description_is_clean_for_redocly(workshop: Path) -> None:
    said = node(workshop, TOOLS / "redocly", "lint", "--extends", "recommended", "openapi.json")
    assert "is valid" in said and "warning" not in said.split("validating", 1)[1]


def test_the_description_is_clean_for_spectral(workshop: Path) -> None:
    rules = CLIENTS / "spectral.yaml"
    said = node(
        workshop, TOOLS / "spectral", "lint", "-F", "hint", "--ruleset", rules, "openapi.json"
    )
    assert "No results" in said


def test_a_client_by_openapi_typescript_does_the_main_job(
    city: Installation, workshop: Path
) -> None:
    node(workshop, TOOLS / "openapi-typescript", "openapi.json", "--output", "schema.d.ts")
    job = compiled(workshop, "job_openapi_fetch")
    assert last_line(node(workshop, "node", job, *arguments(city, workshop))) == DONE


def test_a_client_by_hey_api_does_the_main_job(city: Installation, workshop: Path) -> None:
    output = '{ path: "hey", importFileExtension: ".js" }'
    (workshop / "openapi-ts.config.js").write_text(
        f'export default {{ input: "openapi.json", output: {output} }};'
    )
    node(workshop, TOOLS / "openapi-ts")
    job = compiled(workshop, "job_hey_api")
    assert last_line(node(workshop, "node", job, *arguments(city, workshop))) == DONE


def test_a_client_by_openapi_python_client_does_the_main_job(
    city: Installation, workshop: Path
) -> None:
    python = CLIENTS.parents[1] / ".venv" / "clients" / "bin" / "python"
    assert python.exists(), "the tools are missing: run `make dev`"
    package = ["--meta", "none", "--output-path", "strp_client", "--path", "openapi.json"]
    run(workshop, python, "-m", "openapi_python_client", "generate", *package)
    shutil.copy(CLIENTS / "job_openapi_python_client.py", workshop)
    job = workshop / "job_openapi_python_client.py"
    assert last_line(run(workshop, python, job, *arguments(city, workshop))) == DONE
