"""How many files and connections a process may have open."""

import resource
from typing import Final

MOST_OPEN: Final = 1 << 17


def allow_many_open_files() -> int:
    """Raise the limit on open files as far as it may be: each connection is one.

    Systems begin with 1,024 for the sake of programs that use select(2); a crowd has more
    connections than that, and beyond the limit nobody's is accepted. Children inherit it.

    Returns:
        The limit.

    Source: getrlimit(2); systemd.exec(5) on LimitNOFILE.
    """
    soft, hard = resource.getrlimit(resource.RLIMIT_NOFILE)
    most = MOST_OPEN if hard == resource.RLIM_INFINITY else min(hard, MOST_OPEN)
    if soft == resource.RLIM_INFINITY or soft >= most:
        return soft
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, hard))
    return most
