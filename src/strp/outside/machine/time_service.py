"""Whether something keeps this machine's clock right, as its kernel knows it (adjtimex(2))."""

import ctypes
from typing import Final

_TIMEX_BYTES: Final = 256  # struct timex has 208; `modes` at its start is 0: nothing is changed
_TIME_ERROR: Final = 5


def is_clock_kept() -> bool | None:
    """Whether a time service keeps the clock; None where the kernel does not say."""
    try:
        told: int = ctypes.CDLL(None, use_errno=True).adjtimex(
            ctypes.create_string_buffer(_TIMEX_BYTES)
        )
    except (OSError, AttributeError):
        return None
    return None if told < 0 else told != _TIME_ERROR
