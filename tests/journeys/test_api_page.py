"""The programs on the page for programmers are run as they stand there, and do the main job."""

import gzip
import html
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.journeys.running import Installation, fresh_workers

FIRST_PAGE_BYTES = 14 * 1024
TELECOM = "8120001110005"
"""Its places are its own: other journeys use up those of the bank."""
LAW_FIRM = "9073986332911"
PROGRAM = re.compile(r'<pre[^>]*aria-labelledby="([^"]+)">(.*?)</pre>', re.DOTALL)
SETUP = Path(__file__).parents[2] / "setup" / "with_node.sh"
RUN_BY = {
    "main-job-sh": ["sh"],
    "main-job-py": [sys.executable],
    "main-job-mjs": ["sh", str(SETUP), "node"],
}
SUFFIX = {"main-job-sh": ".sh", "main-job-py": ".py", "main-job-mjs": ".mjs"}


@pytest.mark.parametrize("name", RUN_BY)
@pytest.mark.parametrize("language", ["id", "en"])
def test_a_program_of_the_page_does_the_main_job(
    city: Installation, name: str, language: str, tmp_path: Path
) -> None:
    done = run_program(city, name, language, tmp_path, fresh_workers(2))
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "strp.zip").read_bytes()[:2] == b"PK"
    assert '"serial"' in (tmp_path / "workers.json").read_text()


@pytest.mark.parametrize("name", RUN_BY)
def test_a_program_ends_with_a_clear_sentence_where_nobody_gets_a_certificate(
    city: Installation, name: str, tmp_path: Path
) -> None:
    """Whom no cap or rule lets in gets none, however long a program asks."""
    done = run_program(city, name, "id", tmp_path, fresh_workers(2), nib=LAW_FIRM)

    assert done.returncode == 1
    assert "Tidak ada sertifikat untuk pengajuan ini" in done.stderr
    assert "refused" in (tmp_path / "workers.json").read_text()
    assert not (tmp_path / "strp.zip").exists()


def run_program(
    city: Installation,
    name: str,
    language: str,
    folder: Path,
    workers: list[dict[str, str]],
    nib: str = TELECOM,
) -> subprocess.CompletedProcess[str]:
    """Run a program as the page shows it."""
    with city.client() as client:
        page = client.get("/api", params={"lang": language}).text
    programs = {found: html.unescape(code) for found, code in PROGRAM.findall(page)}
    assert set(programs) == set(RUN_BY)
    program = folder / f"job{SUFFIX[name]}"
    program.write_text(programs[name], encoding="utf-8")
    (folder / "roster.json").write_text(json.dumps({"workers": workers}))
    told = {"STRP": city.url, "KEY": city.key(nib), "NIB": nib}
    return subprocess.run(
        [*RUN_BY[name], str(program)],
        cwd=folder,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_page_lists_every_call_and_needs_no_script_and_no_other_host(
    city: Installation,
) -> None:
    with city.client() as client:
        page = client.get("/api", params={"lang": "en"})
        paths = client.get("/api/v1/openapi.json").json()["paths"]
    text = html.unescape(page.text.replace("<wbr>", ""))
    assert [path for path in paths if path not in text] == []
    assert not re.search(r'(src|href)="(https?:)?//', page.text)
    assert len(gzip.compress(page.content)) < FIRST_PAGE_BYTES
