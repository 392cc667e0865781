"""Child processes: what they say goes on as lines of the log; one that never starts ends all."""

import json
import sys
import threading
from collections.abc import Callable

import pytest

from strp.domain.errors import Unavailable
from strp.outside.machine.log_lines import LogLines
from strp.outside.machine.processes import MOST_FAILED_STARTS, Child, StopSignal, keep_running


@pytest.fixture
def stop(monkeypatch: pytest.MonkeyPatch) -> StopSignal:
    monkeypatch.setattr("signal.signal", lambda *_: None)
    return StopSignal()


def child(program: str) -> Child:
    return Child(name="worker 1", command=(sys.executable, "-c", program), pause_s=0.01)


def run(one: Child, stop: StopSignal, until: Callable[[], bool] = lambda: False) -> None:
    def look() -> None:
        one.start_at = 0.0  # no pause between the tries of a test
        stop.received |= until()

    keep_running([one], stop, LogLines("json", "serve"), lambda: True, lambda: None, look)


def documents(capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


def test_a_process_that_ends_at_each_start_ends_all_with_its_reason(
    stop: StopSignal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unavailable) as caught:
        run(child("import sys; sys.exit('the disk is gone')"), stop)
    assert caught.value.code == "process-does-not-start"
    assert "the disk is gone" in caught.value.text.en
    ended = [one for one in documents(capsys) if one["event"] == "process_ended"]
    assert len(ended) == MOST_FAILED_STARTS - 1


def test_a_traceback_of_a_child_is_one_document_with_its_lines(
    stop: StopSignal, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(Unavailable):
        run(child("raise RuntimeError('told')"), stop)
    said = [one for one in documents(capsys) if one["event"] == "process_said"]
    assert len(said) == MOST_FAILED_STARTS
    assert said[0]["said"] == "RuntimeError: told"
    assert said[0]["child"] == "worker 1"


def test_a_document_of_a_child_goes_on_as_it_is(
    stop: StopSignal, capsys: pytest.CaptureFixture[str]
) -> None:
    program = """import sys; print('{"event":"x"}', file=sys.stderr, flush=True); sys.stdin.read()
import time; time.sleep(60)"""
    one = child(program)
    one.stop_within_s = 5
    threading.Timer(1.0, lambda: setattr(stop, "received", True)).start()
    run(one, stop)
    assert {"event": "x"} in documents(capsys)
