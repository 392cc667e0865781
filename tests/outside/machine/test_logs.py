import json
import logging
from collections.abc import Iterator

import pytest
import structlog

from strp.outside.machine.log_events import EVENTS
from strp.outside.machine.logs import configure_logs


@pytest.fixture(autouse=True)
def as_before() -> Iterator[None]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    yield
    root.handlers[:], root.level = handlers, level
    structlog.reset_defaults()


def last_line(capsys: pytest.CaptureFixture[str]) -> dict[str, object]:
    line: dict[str, object] = json.loads(capsys.readouterr().err.splitlines()[-1])
    return line


def test_an_event_is_one_line_of_json(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    structlog.get_logger().info("roster_filed", application_id=7)
    line = last_line(capsys)
    assert (line["event"], line["application_id"], line["level"]) == ("roster_filed", 7, "info")


def test_what_libraries_say_is_one_event(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("json")
    logging.getLogger("some.library").warning("slow: %s s", 3)
    line = last_line(capsys)
    assert (line["event"], line["library"]) == ("library_said", "some.library")
    assert (line["said"], line["level"]) == ("slow: 3 s", "warning")
    assert "library_said" in EVENTS


@pytest.mark.parametrize("field", ["nik", "email", "phone", "text"])
def test_personal_data_is_withheld(capsys: pytest.CaptureFixture[str], field: str) -> None:
    configure_logs("json")
    structlog.get_logger().info("oops", **{field: "3171011212900001"})
    assert last_line(capsys)[field] == "(withheld)"


def test_an_exception_shows_its_kind_and_not_what_it_quotes(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json")
    try:
        raise ValueError("3171011212900001")
    except ValueError:
        structlog.get_logger().exception("failed")
    logged = capsys.readouterr().err
    assert "builtins.ValueError" in logged
    assert "3171011212900001" not in logged


def test_an_exception_logged_by_a_library_shows_no_message(
    capsys: pytest.CaptureFixture[str],
) -> None:
    configure_logs("json")
    try:
        raise ValueError("3171011212900001")
    except ValueError:
        logging.getLogger("some.library").exception("failed")
    assert "3171011212900001" not in capsys.readouterr().err


def test_text_is_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    configure_logs("text")
    structlog.get_logger().info("roster_filed", application_id=7)
    assert "roster_filed" in capsys.readouterr().err
