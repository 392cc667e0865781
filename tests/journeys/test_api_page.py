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
    with city.client() as client:
        page = client.get("/api", params={"lang": language}).text
    programs = {found: html.unescape(code) for found, code in PROGRAM.findall(page)}
    assert set(programs) == set(RUN_BY)
    program = tmp_path / f"job{SUFFIX[name]}"
    program.write_text(programs[name], encoding="utf-8")
    (tmp_path / "roster.json").write_text(json.dumps({"workers": fresh_workers(2)}))
    told = {"STRP": city.url, "KEY": city.key(TELECOM), "NIB": TELECOM}
    done = subprocess.run(
        [*RUN_BY[name], str(program)],
        cwd=tmp_path,
        env={**os.environ, **told},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert done.returncode == 0, done.stderr
    assert (tmp_path / "strp.zip").read_bytes()[:2] == b"PK"
    assert '"serial"' in (tmp_path / "workers.json").read_text()


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
