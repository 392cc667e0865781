import contextlib
import json
import socketserver
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import ROOT, Shell


@contextlib.contextmanager
def mail_server() -> Iterator[str]:
    """A mail server that greets; gives its address."""

    class Talk(socketserver.StreamRequestHandler):
        def handle(self) -> None:
            self.wfile.write(b"220 test\r\n")
            while line := self.rfile.readline():
                self.wfile.write(b"250 yes\r\n")
                if line.upper().startswith(b"QUIT"):
                    return

    with socketserver.ThreadingTCPServer(("127.0.0.1", 0), Talk) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"smtp://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


NIB = "8120001110001"
ROSTER = (
    "nama,nik,jabatan,jenis_lokasi,kode_wilayah,status_vaksin,telepon,nip\n"
    "Sari Wulandari,3171014101900001,Teller,pelayanan,3171,dosis1,081234567890,\n"
)


@pytest.fixture
def roster(tmp_path: Path) -> Path:
    file = tmp_path / "roster.csv"
    file.write_text(ROSTER)
    return file


def test_help_lists_every_command_of_the_contract(strp: Shell) -> None:
    shown = strp("--help").stdout
    expected = "demo serve worker db policy registry account apikey submit verify revoke doctor"
    assert [name for name in expected.split() if f" {name} " not in shown] == []


def test_an_empty_database_waits_for_its_migrations(empty: Shell) -> None:
    assert empty("db", "status").returncode == 3


def test_a_command_on_an_empty_database_says_to_migrate_first(empty: Shell) -> None:
    done = empty("policy", "list")
    assert (done.returncode, "strp db migrate" in done.stderr) == (3, True)


def test_migrating_an_empty_database_loads_the_policies(strp: Shell) -> None:
    listed = json.loads(strp("policy", "list", "--json").stdout)["policies"]
    assert {"latihan", "inmendagri-18-2021"} <= {policy["policy_id"] for policy in listed}


def test_an_installation_for_exercises_activates_the_exercise_alone(strp: Shell) -> None:
    listed = json.loads(strp("policy", "list", "--json").stdout)["policies"]
    assert [p["policy_id"] for p in listed if p["activated_on"]] == ["latihan"]


def test_migrating_again_changes_nothing(strp: Shell) -> None:
    done = json.loads(strp("db", "migrate", "--json").stdout)
    assert done == {"applied": [], "policies_loaded": [], "exercise": "latihan"}


def test_a_change_with_nobody_to_ask_is_wrong_use(strp: Shell) -> None:
    done = strp("account", "add", "--role", "officer", "--email", "petugas@kantor.example")
    assert (done.returncode, "--yes" in done.stderr) == (2, True)


def test_an_account_that_is_added_twice_is_one_account(strp: Shell) -> None:
    add = ("account", "add", "--role", "officer", "--email", "dua@kantor.example", "--yes")
    first, second = (json.loads(strp(*add, "--json").stdout) for _ in range(2))
    assert first["account_id"] == second["account_id"]


def test_a_key_is_shown_once_as_json(strp: Shell) -> None:
    made = json.loads(strp("apikey", "create", "--nib", NIB, "--json").stdout)
    assert list(made) == ["key"]


def test_a_key_for_an_unknown_employer_is_refused(strp: Shell) -> None:
    done = strp("apikey", "create", "--nib", "9999999999999", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "nib-unknown")


def test_a_malformed_nib_is_wrong_use(strp: Shell) -> None:
    assert strp("apikey", "create", "--nib", "123", "--json").returncode == 2


def test_importing_the_same_registry_again_changes_nothing(strp: Shell) -> None:
    file = ROOT / "samples" / "employers.csv"
    done = strp("registry", "import", "employers", file, "--yes", "--json")
    ledger = json.loads(done.stdout)["ledger"]
    assert (ledger["rows"], ledger["unchanged"]) == (200, 200)


def test_a_registry_file_that_is_not_there_is_wrong_use(strp: Shell) -> None:
    assert strp("registry", "import", "employers", "no.csv", "--yes").returncode == 2


def test_sound_policies_pass_the_check(strp: Shell) -> None:
    assert strp("policy", "check").returncode == 0


def test_a_mistake_in_a_policy_is_named_by_file_and_line(strp: Shell, tmp_path: Path) -> None:
    (tmp_path / "wrong.yaml").write_text("title: only\n")
    done = strp("policy", "check", tmp_path)
    assert (done.returncode, done.stdout.startswith("wrong.yaml:")) == (1, True)


def test_an_unknown_policy_is_not_activated(strp: Shell) -> None:
    done = strp("policy", "activate", "no-such", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "policy-unknown")


def test_the_operator_files_a_roster_without_a_key(strp: Shell, roster: Path) -> None:
    done = strp("submit", roster, "--nib", NIB, "--json")
    assert json.loads(done.stdout)["ledger"]["rows"] == 1


def test_an_unreadable_roster_is_refused(strp: Shell, tmp_path: Path) -> None:
    file = tmp_path / "empty.csv"
    file.write_text("")
    assert strp("submit", file, "--nib", NIB).returncode == 1


def test_a_server_that_is_away_is_unavailable(strp: Shell, roster: Path) -> None:
    away = ("--url", "http://127.0.0.1:1", "--key", "any")
    assert strp("submit", roster, "--nib", NIB, *away).returncode == 3


def test_filing_elsewhere_needs_a_key(strp: Shell, roster: Path) -> None:
    assert strp("submit", roster, "--nib", NIB, "--url", "http://127.0.0.1:1").returncode == 2


def test_a_text_that_is_no_certificate_is_unreadable(strp: Shell) -> None:
    done = strp("verify", "hello", "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (1, "UNREADABLE")


def test_a_picture_without_a_code_is_unreadable(strp: Shell, tmp_path: Path) -> None:
    (tmp_path / "photo.png").write_bytes(b"no picture")
    done = strp("verify", tmp_path / "photo.png", "--json")
    assert (done.returncode, json.loads(done.stdout)["verdict"]) == (1, "UNREADABLE")


def test_a_picture_that_is_not_there_is_wrong_use(strp: Shell) -> None:
    assert strp("verify", "no-such.png").returncode == 2


def test_several_texts_are_one_document(strp: Shell) -> None:
    assert len(json.loads(strp("verify", "one", "two", "--json").stdout)["results"]) == 2


def test_an_unknown_serial_is_not_revoked(strp: Shell) -> None:
    done = strp("revoke", "AAAA-AAAA-AAAA-A", "--reason", "test", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "serial-unknown")


def test_a_revocation_without_a_reason_is_wrong_use(strp: Shell) -> None:
    assert strp("revoke", "--nib", NIB, "--yes").returncode == 2


def test_the_doctor_finds_a_sound_installation_sound(strp: Shell) -> None:
    with mail_server() as url:
        done = strp("doctor", "--json", STRP_SMTP_URL=url)
    assert (done.returncode, json.loads(done.stdout)["sound"]) == (0, True)


def test_the_doctor_says_that_the_mail_server_is_away(strp: Shell) -> None:
    done = strp("doctor", "--json", STRP_SMTP_URL="smtp://127.0.0.1:1")
    told = {each["topic"]: each for each in json.loads(done.stdout)["findings"]}["mail server"]
    assert (done.returncode, told["state"], "Connect" in told["value"]) == (3, "wrong", True)


def test_an_official_signs_in_by_a_link_from_the_command_line(strp: Shell) -> None:
    address = "malam@kantor.example"
    strp("account", "add", "--role", "officer", "--email", address, "--yes")
    made = json.loads(strp("account", "code", "--email", address, "--yes", "--json").stdout)
    assert "/sign-in/link/" in made["link"]


def test_nobody_else_gets_a_link_from_the_command_line(strp: Shell) -> None:
    done = strp("account", "code", "--email", "nobody@kantor.example", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (1, "no-such-account")


def test_the_doctor_says_that_the_database_is_away(strp: Shell) -> None:
    away = "postgresql://127.0.0.1:1/none"
    done = strp("doctor", STRP_DATABASE_URL=away)
    assert (done.returncode, "database-unavailable" in done.stdout) == (3, True)


def test_the_doctor_does_not_show_a_password(strp: Shell) -> None:
    away = "postgresql://strp:hush@127.0.0.1:1/none"
    assert "hush" not in strp("doctor", "--json", STRP_DATABASE_URL=away).stdout


def test_keys_are_closed_to_other_users(strp: Shell) -> None:
    listed = json.loads(strp("keys", "list", "--json").stdout)["keys"]
    assert {key["mode"] for key in listed} == {"0600"}


def test_a_rotated_key_stands_beside_the_old_one(empty: Shell) -> None:
    assert json.loads(empty("keys", "rotate", "seal", "--yes", "--json").stdout) == {
        "file": "seal-002.key"
    }


def test_a_setting_that_is_no_number_is_wrong_use(strp: Shell) -> None:
    done = strp("doctor", STRP_PORT="eighty")
    assert (done.returncode, "STRP_PORT" in done.stderr) == (2, True)


def test_errors_speak_the_language_of_the_terminal(strp: Shell) -> None:
    done = strp("policy", "activate", "no-such", "--yes", LANG="id_ID.UTF-8")
    assert "Tidak ada" in done.stderr or "tidak" in done.stderr.lower()


def test_a_database_without_citus_is_not_distributed(strp: Shell) -> None:
    done = strp("db", "distribute", "--yes", "--json")
    assert (done.returncode, json.loads(done.stdout)["code"]) == (3, "citus-missing")
