"""Garbage collection of a process that makes much and keeps little."""

import gc

COLLECT_AFTER_OBJECTS = 20_000


def freeze_garbage_collector() -> None:
    """Keep what lives as long as the process out of garbage collection, and collect less often.

    Requests and certificates make few cycles; looking at rules and templates again and again cost
    8 % of a web process, and making a tuple a worker cost four times as much.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, 20, 50)
