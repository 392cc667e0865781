"""The wheel is complete: what it holds, and that it runs where there is no checkout."""

import os
import signal
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from pathlib import Path
from urllib.request import urlopen
from zipfile import ZipFile

import pytest

from tests.journeys.running import START_WITHIN_S
from tests.ports import free_port

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "strp"
SHIPPED = ("policies", "samples", "deploy", "docs")
# What setuptools would put into a wheel, without making one.
LISTING = """
from setuptools import Distribution
found = Distribution({"script_name": "setup.py"})
found.parse_config_files()
build = found.get_command_obj("build_py")
build.ensure_finalized()
for _, folder, _, names in build.data_files:
    for name in names:
        print(f"{folder}/{name}")
"""
pages_are_built = pytest.mark.skipif(
    not (PACKAGE / "web" / "static").is_dir(), reason="no pages here: make setup"
)


def tracked(folder: str) -> list[str]:
    """Files of a folder that belong to STRP, as git knows them."""
    command = ["git", "-C", str(ROOT), "ls-files", folder]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def needed() -> Iterator[str]:
    """Every file that a wheel must hold beside the programs, by its path below the package."""
    yield from (
        name.removeprefix("src/strp/")
        for name in tracked("src/strp")
        if not name.endswith(".py") and not name.startswith("src/strp/shipped/")
    )
    for folder in SHIPPED:
        names = [name for name in tracked(folder) if folder != "docs" or name.endswith(".md")]
        yield from (f"shipped/{name}" for name in names)


@pages_are_built
def test_a_wheel_holds_every_file_beside_the_programs() -> None:
    listed = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", LISTING], cwd=ROOT, capture_output=True, text=True
    )
    build = {line.partition("/strp/")[2] for line in listed.stdout.splitlines()}
    assert sorted(set(needed()) - build) == []
    assert {name for name in build if name.startswith("web/static/") and name.endswith(".css")}
    assert [name for name in build if "__pycache__" in name] == []


def test_every_folder_with_programs_is_a_package() -> None:
    folders = {path.parent for path in PACKAGE.rglob("*.py")}
    lonely = {folder for folder in folders if not (folder / "__init__.py").exists()}
    assert lonely == {PACKAGE / "store" / "engine" / "migrations"}


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The wheel, by way of the source archive, so that both are complete."""
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "build", "--no-isolation", "--outdir", str(folder)]
    subprocess.run([*build, str(ROOT)], check=True, capture_output=True)
    [made] = folder.glob("*.whl")
    return made


@pytest.fixture(scope="module")
def strp(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """`strp` in an environment that knows the wheel and what it depends on, and no checkout."""
    folder = tmp_path_factory.mktemp("environment")
    venv.create(folder, with_pip=True)
    pip = [str(folder / "bin" / "pip"), "--quiet", "--disable-pip-version-check", "install"]
    locked = ["--require-hashes", "--requirement", str(ROOT / "requirements.txt")]
    # Without PYTHONPATH, by which pip would find the checkout and think that it is done.
    alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
    for given in (locked, ["--no-deps", str(wheel)]):
        subprocess.run([*pip, *given], check=True, env=alone)
    return folder / "bin" / "strp"


@pytest.fixture
def outside(tmp_path: Path) -> dict[str, str]:
    """The environment of somebody with an empty folder and nothing of ours."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    smtp = f"smtp://127.0.0.1:{free_port()}"
    return {**kept, "STRP_PORT": str(free_port()), "STRP_SMTP_URL": smtp}


@pytest.mark.drill
@pages_are_built
def test_the_wheel_holds_what_the_checkout_has(wheel: Path) -> None:
    with ZipFile(wheel) as packed:
        names = {name.removeprefix("strp/") for name in packed.namelist()}
    programs = {str(path.relative_to(PACKAGE)) for path in PACKAGE.rglob("*.py")}
    assert sorted((set(needed()) | programs) - names) == []
    built = (path for path in (PACKAGE / "web" / "static").rglob("*") if path.is_file())
    assert sorted({str(path.relative_to(PACKAGE)) for path in built} - names) == []


@pytest.mark.drill
@pages_are_built
@pytest.mark.parametrize("command", ["demo", "serve"])
def test_it_serves_pages_with_their_styles_from_an_empty_folder(
    strp: Path, outside: dict[str, str], tmp_path: Path, command: str
) -> None:
    said = tmp_path / "said"
    with said.open("w") as file:
        process = subprocess.Popen(
            [strp, command], cwd=tmp_path, env=outside, stdout=file, stderr=file
        )
    try:
        until_ready(process, said)
        address = f"http://127.0.0.1:{outside['STRP_PORT']}"
        page = urlopen(f"{address}/", timeout=20).read().decode()
        style = page.partition('rel="stylesheet" href="')[2].partition('"')[0]
        assert b"govuk" in urlopen(address + style, timeout=20).read()
        found = subprocess.run([strp, "doctor"], cwd=tmp_path, env=outside, capture_output=True)
        assert b"all applied" in found.stdout and b"Traceback" not in found.stderr
        for arguments in (("backup", "copy"), ("backup", "verify", "copy")):
            done = subprocess.run(
                [strp, *arguments], cwd=tmp_path, env=outside, capture_output=True
            )
            assert (done.returncode, b"Traceback" in done.stderr) == (0, False), done.stderr
    finally:
        process.send_signal(signal.SIGTERM)
        assert process.wait(60) == 0


@pytest.mark.drill
@pages_are_built
def test_it_unpacks_what_comes_beside_the_program(
    strp: Path, outside: dict[str, str], tmp_path: Path
) -> None:
    told = subprocess.run(
        [strp, "unpack", "there"], cwd=tmp_path, env=outside, capture_output=True, text=True
    )
    assert told.returncode == 0, told.stderr
    for file in ("deploy/nginx/strp.conf", "deploy/systemd/strp.service", "docs/operations.md"):
        assert (tmp_path / "there" / file).is_file()
    checked = subprocess.run(
        [strp, "policy", "check", "there/policies"], cwd=tmp_path, env=outside, capture_output=True
    )
    assert checked.returncode == 0, checked.stdout


def until_ready(process: "subprocess.Popen[bytes]", said: Path) -> None:
    deadline = time.monotonic() + START_WITHIN_S
    while "is ready" not in said.read_text():
        assert process.poll() is None and time.monotonic() < deadline, said.read_text()
        time.sleep(0.1)
