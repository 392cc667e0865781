"""One installation that serves, shared by the journeys of a session."""

from collections.abc import Iterator

import pytest

from tests.journeys.running import Installation, installation


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """A whole installation with the sample registry, as an operator starts it."""
    with installation(tmp_path_factory.mktemp("city")) as running:
        yield running
