"""The front over a real system, asked as a server would ask it."""

from tests.front.asking import Front, front
from tests.usecases.conftest import clock, keys, system

__all__ = ["Front", "clock", "front", "keys", "system"]
