"""Parts of an installation."""

from tests.usecases.conftest import clock, keys, system

__all__ = ["clock", "keys", "system"]
