"""The Host header, as far as it may be one: whoever builds an address of it takes no other."""

import re
from typing import Final

_HOST: Final = re.compile(
    r"(?:\[[0-9A-Fa-f:.]{2,45}\]|[A-Za-z0-9._~-]{0,253})(?::(?P<port>[0-9]{1,5})?)?"
)
_LAST_PORT: Final = 65_535


def is_host(text: str) -> bool:
    """Whether a Host header names a host and perhaps a port; an empty one stands for none.

    Args:
        text: as sent.

    Source: RFC 3986, 3.2.2 and 3.2.3; of names, those that people's networks have.
    """
    found = _HOST.fullmatch(text)
    return found is not None and int(found["port"] or 0) <= _LAST_PORT
