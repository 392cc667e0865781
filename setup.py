"""Refuses a wheel without the styles and scripts of the pages; all else is in pyproject.toml."""

from pathlib import Path

from setuptools import setup
from setuptools.command.build_py import build_py
from setuptools.errors import SetupError

PAGES = Path(__file__).with_name("src") / "strp" / "web" / "static"


class CompleteBuild(build_py):
    """Takes the sources as they are; an editable install needs no pages yet."""

    def run(self) -> None:
        """Build, where everything is there."""
        if not self.editable_mode and not any(PAGES.glob("*.css")):
            raise SetupError(f"{PAGES} holds no pages: run `make setup`, or `make wheel`")
        super().run()


setup(cmdclass={"build_py": CompleteBuild})
