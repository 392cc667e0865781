"""Background loops: which ones stand still, and of which kind no process is there at all."""

from collections.abc import Sequence
from typing import Any, Final

from strp.cli.findings import Finding

_OF_EACH_PROCESS: Final = "heartbeats"


def loop_findings(beats: Sequence[Any]) -> list[Finding]:
    """Loops that no process does, or that a process does no longer; a kind that is gone is one.

    Args:
        beats: the last success of each loop, by kind of process.
    """
    gone = {
        beat.kind: beat.age_s
        for beat in beats
        if beat.loop == _OF_EACH_PROCESS and beat.age_s > beat.bound_s
    }
    found = [_gone(kind, age_s) for kind, age_s in gone.items() if kind != "worker"]
    late = (beat for beat in beats if beat.late > 0 or beat.age_s > beat.bound_s)
    return [*found, *(_late(beat) for beat in late if beat.kind not in gone)]


def _gone(kind: str, age_s: float) -> Finding:
    shown = f"no process gave a sign for {age_s:.0f} s: start `strp serve`"
    return Finding(f"{kind} process", shown, "note")


def _late(beat: Any) -> Finding:
    last = f"last success {beat.age_s:.0f} s ago, {beat.late} processes late"
    return Finding(f"loop {beat.loop} ({beat.kind})", f"{last}: see the log", "note")
