"""`strp verify`: each argument gets a verdict of its own, whatever the others are."""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from strp.credential.make_bundle import build_bundle
from strp.credential.signing import SigningKey, VerifyingKey
from tests.cli.conftest import Shell, environment
from tests.credential.bundle_vectors import Keys
from tests.credential.hostile import kept_texts

CERTIFICATES = Path(__file__).parents[1] / "vectors" / "certificates"
BUNDLE = CERTIFICATES / "trust-bundle.json"
GENUINE = json.loads((CERTIFICATES / "vectors.json").read_text())["certificates"][0]["text"]
HOSTILE = [text for text, _ in kept_texts()]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    """The command line without any installation."""
    return Shell(environment(tmp_path / "var"))


def verdicts(shell: Shell, *given: object) -> tuple[int, list[str]]:
    done = shell("verify", *given, "--bundle", BUNDLE, "--json")
    assert "Traceback" not in done.stderr
    document: dict[str, Any] = json.loads(done.stdout)
    return done.returncode, [each["verdict"] for each in document.get("results", [document])]


def test_hostile_texts_do_not_lose_the_verdict_of_a_genuine_one(shell: Shell) -> None:
    expected = ["UNREADABLE"] * len(HOSTILE)
    assert verdicts(shell, *HOSTILE, GENUINE, *HOSTILE) == (1, [*expected, "EXPIRED", *expected])


def test_a_picture_that_is_not_there_does_not_lose_it_either(shell: Shell) -> None:
    assert verdicts(shell, "no-such.png", GENUINE) == (2, ["UNREADABLE", "EXPIRED"])


def test_a_file_whose_name_is_no_text_is_named_all_the_same(shell: Shell, tmp_path: Path) -> None:
    strange = tmp_path / "\udcff.txt"
    strange.write_text(GENUINE)
    assert verdicts(shell, strange, "\udcff") == (1, ["EXPIRED", "UNREADABLE"])


def test_a_file_without_end_is_refused(shell: Shell, tmp_path: Path) -> None:
    with (tmp_path / "vast.png").open("wb") as file:
        file.truncate(1 << 40)
    assert verdicts(shell, tmp_path / "vast.png", GENUINE) == (1, ["UNREADABLE", "EXPIRED"])


@pytest.mark.parametrize("bundle", ["vast", "/proc/self/mem", "."])
def test_a_bundle_that_is_none_is_refused(shell: Shell, tmp_path: Path, bundle: str) -> None:
    with (tmp_path / "vast").open("wb") as file:
        file.truncate(1 << 40)
    done = shell("verify", GENUINE, "--bundle", tmp_path / bundle)
    assert "Traceback" not in done.stderr
    assert done.returncode in (1, 2)


def test_the_name_of_a_file_begins_no_line_and_steers_no_terminal(
    shell: Shell, tmp_path: Path
) -> None:
    forged = tmp_path / "a\x1b[2J\nVALID  b.txt"
    forged.write_text("STRP1:no")
    done = shell("verify", forged, "--bundle", BUNDLE)
    assert "\x1b" not in done.stdout
    assert [line for line in done.stdout.splitlines() if line.startswith("VALID")] == []


def one(shell: Shell, *arguments: object) -> dict[str, Any]:
    done = shell("verify", GENUINE, "--bundle", BUNDLE, "--json", *arguments)
    document: dict[str, Any] = json.loads(done.stdout)
    return document | {"exit": done.returncode, "said": done.stderr}


def test_a_time_is_that_of_jakarta_where_it_names_no_other(shell: Shell) -> None:
    assert one(shell, "--at", "2021-07-06T10:30")["verdict"] == "VALID"
    assert one(shell, "--at", "2021-07-21T00:00")["verdict"] == "EXPIRED"
    assert one(shell, "--at", "2021-07-20T17:00Z")["verdict"] == "EXPIRED"


def test_the_hours_of_a_checkpoint_count_where_it_is_named(shell: Shell) -> None:
    at = "2021-07-15T11:00"
    assert one(shell, "--at", at)["verdict"] == "VALID"
    assert one(shell, "--at", at, "--checkpoint", "road")["verdict"] == "OUTSIDE_WINDOW"


def test_a_checkpoint_that_no_rule_names_is_refused_and_not_taken_for_none(shell: Shell) -> None:
    said = one(shell, "--checkpoint", "raod")
    assert (said["code"], said["exit"]) == ("checkpoint-unknown", 1)
    assert "road" in said["detail"]


def test_the_first_signer_is_remembered_another_refused(shell: Shell, tmp_path: Path) -> None:
    assert "is remembered" in one(shell)["said"]
    assert "is remembered" not in one(shell)["said"]
    forged = tmp_path / "forged.json"
    forged.write_bytes(bundle_of_another_signer())
    said = json.loads(shell("verify", GENUINE, "--bundle", forged, "--json").stdout)
    assert said["code"] == "signer-changed"


def test_a_pin_names_the_only_signer(shell: Shell) -> None:
    key = json.loads((CERTIFICATES / "vectors.json").read_text())["key"]
    right = VerifyingKey.from_jwk(key).thumbprint
    assert one(shell, "--pin", right)["verdict"] == "EXPIRED"
    assert one(shell, "--pin", "A" * 43)["code"] == "bundle-untrusted"
    assert not (tmp := Path(shell.environment["STRP_DATA_DIR"])).exists(), tmp


def saved(folder: Path, keys: Keys, *signers: SigningKey, number: int = 2) -> Path:
    path = folder / "bundle.json"
    path.write_bytes(keys.bundle_of(*signers, number=number))
    return path


def test_a_remembered_key_leads_over_to_the_signers_that_it_names(
    shell: Shell, tmp_path: Path
) -> None:
    keys = Keys()
    at = "2021-07-06T10:30"

    def said(bundle: Path) -> str:
        done = shell("verify", "STRP1:", "--bundle", bundle, "--json", "--at", at)
        return str(json.loads(done.stdout).get("code", done.stderr))

    assert "is remembered" in said(saved(tmp_path, keys, keys.certificates, number=1))
    assert "is remembered" in said(saved(tmp_path, keys, keys.certificates, keys.bundle))
    assert said(saved(tmp_path, keys, keys.certificates, keys.stranger, number=3)) == (
        "signer-changed"
    )
    assert said(saved(tmp_path, keys, keys.bundle, number=4)) == ""
    assert "newer bundle" in said(saved(tmp_path, keys, keys.bundle, number=3))


def test_what_an_earlier_release_remembered_counts(shell: Shell, tmp_path: Path) -> None:
    keys = Keys()
    folder = Path(shell.environment["STRP_DATA_DIR"])
    folder.mkdir(parents=True)
    (folder / "trusted-signers.json").write_text(
        json.dumps({"ID-JK": keys.certificates.verifying.thumbprint})
    )
    bundle = saved(tmp_path, keys, keys.certificates, keys.bundle)
    assert "is remembered" in shell("verify", "STRP1:", "--bundle", bundle).stderr
    assert keys.bundle.verifying.thumbprint in (folder / "trusted-signers.json").read_text()


def bundle_of_another_signer() -> bytes:
    at = datetime(2021, 7, 6, 3, tzinfo=UTC)
    return build_bundle(
        issuer="ID-JK",
        issued_at=at,
        next_update=at + timedelta(hours=6),
        keys=[SigningKey.generate()],
        periods=[],
        lists=[],
    )
