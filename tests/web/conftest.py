"""The pages over a whole system with the shipped rules and the sample registry."""

import asyncio
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from litestar import Litestar
from litestar.testing import TestClient

from strp.domain.people.account import OPERATOR
from strp.http.description import DESCRIBE
from strp.settings import Settings
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.system import System
from strp.wiring.parts import build_system
from strp.wiring.web import litestar_application
from tests.api.named_errors import NamedErrors
from tests.usecases.stage import Post

SAMPLES = Path(__file__).parents[2] / "samples" / "employers.csv"


@dataclass(frozen=True)
class Site:
    """A browser without scripts, and what stands behind the pages."""

    browser: TestClient[Litestar]
    system: System

    def get(self, path: str, **options: Any) -> Any:
        return self.browser.get(path, **options)

    def send(self, path: str, **fields: str) -> Any:
        """Send a form as a browser does."""
        return self.browser.post(path, data=fields, headers={"Sec-Fetch-Site": "same-origin"})

    def call(self, verb: Callable[..., Any], *arguments: Any) -> Any:
        """Call a use case where the pages run."""
        with self.browser.portal() as portal:
            return portal.call(verb, *arguments)

    def code(self, to: str) -> str:
        """The code in the last letter to an address."""
        return str(self.call(Post(self.system).code, to))

    def sign_in(self, email: str) -> None:
        self.browser.cookies.clear()
        self.send("/sign-in", email=email)
        self.send("/sign-in/code", code=self.code(email))


@pytest.fixture(scope="module")
def site(
    create_database: Callable[..., AbstractContextManager[str]],
    template: str,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Site]:
    """The site, for the tests of one file."""
    with create_database(template) as url:
        settings = Settings(
            data_dir=str(tmp_path_factory.mktemp("site")),
            database_url=url,
            exercise=True,
            security_contact="lapor@strp.example",
        )
        asyncio.run(_load(build_system(settings, url)))
        system = build_system(settings, url)
        application = litestar_application(system)
        with TestClient(application) as browser:
            browser.event_hooks = {"response": [NamedErrors(application.state[DESCRIBE]()).check]}
            yield Site(browser, system)


@pytest.fixture
def visitor(site: Site) -> Site:
    """The site for a reader whom it has not seen before."""
    site.browser.cookies.clear()
    return site


async def _load(system: System) -> None:
    async with system.database:
        await load_reference(system, OPERATOR)
        await import_employers(system, OPERATOR, SAMPLES)
