"""What the doctor says of background loops."""

from strp.cli.doctor_loops import loop_findings
from strp.store.operation.process_loops import LatestBeat


def beat(kind: str, loop: str, age_s: float, *, bound_s: float = 60.0, late: int = 0) -> LatestBeat:
    return LatestBeat(kind=kind, loop=loop, age_s=age_s, bound_s=bound_s, late=late, restarts=0)


def test_loops_that_succeed_say_nothing() -> None:
    assert loop_findings([beat("web", "heartbeats", 4.0), beat("web", "room", 0.5)]) == []


def test_a_loop_that_stands_still_is_named() -> None:
    beats = [beat("web", "heartbeats", 4.0), beat("web", "room", 90.0, bound_s=15.0, late=1)]
    [found] = loop_findings(beats)
    assert (found.topic, found.state) == ("loop room (web)", "note")


def test_of_a_kind_that_is_gone_one_thing_is_said_and_not_one_a_loop() -> None:
    beats = [beat("web", name, 300.0, late=1) for name in ("heartbeats", "room", "clock")]
    [found] = loop_findings(beats)
    assert (found.topic, "start `strp serve`" in found.value) == ("web process", True)


def test_a_worker_that_is_gone_is_told_by_its_own_line() -> None:
    assert loop_findings([beat("worker", name, 300.0) for name in ("heartbeats", "jobs")]) == []
