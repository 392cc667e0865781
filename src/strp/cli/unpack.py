"""`strp unpack`: what comes with STRP beside the program, into a folder of yours."""

import shutil
from pathlib import Path
from typing import Annotated

import typer

from strp.cli.output import Json, Yes, ask_first, print_json
from strp.settings import SHIPPED


def unpack(
    folder: Annotated[Path, typer.Argument(help="Where to put it; made where it is missing.")],
    yes: Yes = False,
    json: Json = False,
) -> None:
    """Copy policies, samples, docs, and the files for nginx and systemd into a folder."""
    there = sorted(path.name for path in SHIPPED.iterdir() if (folder / path.name).exists())
    if there:
        ask_first(f"Writes anew what {folder} holds of {', '.join(there)}.", yes=yes)
    written = sorted(_copy(folder))
    if json:
        print_json({"folder": str(folder), "files": written})
    else:
        print(f"{len(written)} files are in {folder}.")


def _copy(folder: Path) -> list[str]:
    written = []
    for source in (path for path in SHIPPED.glob("*/**/*") if path.is_file()):
        name = source.relative_to(SHIPPED)
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(source, folder / name)
        written.append(str(name))
    return written
