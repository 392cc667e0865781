"""The doors over a whole system, as the tests of pages have them."""

from tests.web.conftest import Site, site

__all__ = ["Site", "site"]
