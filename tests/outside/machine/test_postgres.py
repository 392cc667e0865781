import os
import signal
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.errors import Unavailable
from strp.outside.machine.postgres import bundled_postgres, running_postgres
from strp.outside.machine.postgres_server import Shared
from strp.outside.machine.postgres_settings import sized_settings
from strp.settings import Settings

MIB = 1 << 20
OTHER_ADDRESS = "127.0.0.77"  # of this machine, where nothing else takes port 5432


@pytest.fixture
def data_dir(tmp_path: Path) -> Path:
    return tmp_path / "var"


def server_pid(data_dir: Path) -> int:
    return int((data_dir / "postgres" / "postmaster.pid").read_text().split()[0])


def count_rows(url: str) -> int:
    with psycopg.connect(url) as conn:
        row = conn.execute("SELECT count(*) FROM filed").fetchone()
    return row[0] if row else 0


def answers(url: str) -> bool:
    with psycopg.connect(url) as conn:
        return conn.execute("SELECT 1").fetchone() == (1,)


@pytest.fixture
def killed(data_dir: Path) -> Iterator[Path]:
    """A data folder with one committed row, whose server was killed without a word."""
    with bundled_postgres(data_dir) as url:
        with psycopg.connect(url) as conn:
            conn.execute("CREATE TABLE filed AS SELECT 1 AS row_no")
        os.kill(server_pid(data_dir), signal.SIGKILL)
    yield data_dir


def test_a_killed_server_comes_back_with_what_was_committed(killed: Path) -> None:
    with bundled_postgres(killed) as url:
        assert count_rows(url) == 1


def test_a_lock_file_with_the_number_of_a_stranger_does_not_stop_a_start(killed: Path) -> None:
    pid_file = killed / "postgres" / "postmaster.pid"
    lines = pid_file.read_text().splitlines()
    pid_file.write_text("\n".join([str(os.getppid()), *lines[1:], ""]))
    with bundled_postgres(killed) as url:
        assert count_rows(url) == 1


def test_the_last_user_stops_the_server(data_dir: Path) -> None:
    with bundled_postgres(data_dir):
        pass
    assert not (data_dir / "postgres" / "postmaster.pid").exists()


def test_a_user_who_leaves_early_lets_the_server_run(data_dir: Path) -> None:
    with bundled_postgres(data_dir) as url:
        with bundled_postgres(data_dir) as joined:
            assert joined == url
        assert answers(url)


def test_a_folder_with_a_long_path_gets_its_socket_elsewhere(tmp_path: Path) -> None:
    with bundled_postgres(tmp_path / ("long" * 30)) as url:
        assert answers(url)


def test_strp_works_as_a_role_that_is_no_superuser(data_dir: Path) -> None:
    with bundled_postgres(data_dir) as url, psycopg.connect(url) as conn:
        found = conn.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        assert found.fetchone() == (False,)


def test_the_server_listens_on_no_network_address(data_dir: Path) -> None:
    with bundled_postgres(data_dir) as url, psycopg.connect(url) as conn:
        assert conn.execute("SHOW listen_addresses").fetchone() == ("",)


def test_other_machines_reach_the_server_with_the_password_alone(data_dir: Path) -> None:
    there = f"host={OTHER_ADDRESS} dbname=strp user=strp"
    with bundled_postgres(data_dir, Shared(OTHER_ADDRESS, "it's long")):
        assert answers(f"{there} password='it\\'s long'")
        with pytest.raises(psycopg.OperationalError, match="password"):
            answers(f"{there} password=guessed")
        with pytest.raises(psycopg.OperationalError, match="pg_hba"):
            answers(f"host={OTHER_ADDRESS} dbname=postgres user=postgres password=guessed")


def test_the_server_is_not_opened_to_other_machines_without_a_password(data_dir: Path) -> None:
    settings = Settings(data_dir=str(data_dir), database_listen=OTHER_ADDRESS)
    with pytest.raises(Unavailable) as raised, running_postgres(settings):
        pass
    assert raised.value.code == "database-password-missing"


def test_settings_of_the_operator_win(data_dir: Path) -> None:
    with bundled_postgres(data_dir):
        pass
    (data_dir / "postgres" / "override.conf").write_text("work_mem = 3MB\n")
    with bundled_postgres(data_dir) as url, psycopg.connect(url) as conn:
        assert conn.execute("SHOW work_mem").fetchone() == ("3MB",)


def test_a_server_that_does_not_start_says_why(data_dir: Path) -> None:
    with bundled_postgres(data_dir):
        pass
    (data_dir / "postgres" / "override.conf").write_text("max_connections = few\n")
    with pytest.raises(Unavailable, match="max_connections") as raised, bundled_postgres(data_dir):
        pass
    assert raised.value.code == "database-did-not-start"


def test_no_system_begins_where_a_restore_was_interrupted(data_dir: Path) -> None:
    (data_dir / ".restoring").mkdir(parents=True)
    with pytest.raises(Unavailable) as raised, running_postgres(Settings(data_dir=str(data_dir))):
        pass
    assert raised.value.code == "restore-unfinished" and not (data_dir / "postgres").exists()


def test_a_restore_that_was_killed_when_all_was_in_its_place_has_ended(data_dir: Path) -> None:
    (data_dir / ".restoring").mkdir(parents=True)
    (data_dir / "postgres").mkdir()
    with running_postgres(Settings(data_dir=str(data_dir))) as url:
        assert answers(url)


def test_a_named_server_is_used_as_it_is() -> None:
    with running_postgres(Settings(database_url="postgresql://elsewhere/strp")) as url:
        assert url == "postgresql://elsewhere/strp"


@given(st.integers(512 * MIB, 1 << 40), st.integers(1, 256))
def test_shared_memory_stays_a_quarter_of_the_machine_at_most(memory: int, cores: int) -> None:
    sized = sized_settings(memory, cores, free_disk=1 << 40)
    shared = int(sized["shared_buffers"].removesuffix("MB")) * MIB
    assert 128 * MIB <= shared <= memory // 4


@given(st.integers(0, 1 << 44))
def test_the_log_takes_a_tenth_of_what_is_free_at_most(free: int) -> None:
    log = int(sized_settings(1 << 33, 2, free)["max_wal_size"].removesuffix("MB")) * MIB
    assert 1 << 30 <= log <= max(1 << 30, min(free // 10, 1 << 34))
