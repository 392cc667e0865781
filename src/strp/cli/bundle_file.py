"""A trust bundle that somebody saved: read as far as one can be, and no further."""

from pathlib import Path

from strp.cli.output import wrong_use


def read_bundle_file(path: Path) -> bytes:
    """The bytes of a saved trust bundle; one too many where the file is larger than any bundle is.

    Args:
        path: as somebody named it; ends the command where there is no such file.
    """
    from strp.credential.trust import BUNDLE_MAX_BYTES

    if not path.is_file():
        wrong_use(f"There is no file {path}.")
    try:
        with path.open("rb") as file:
            return file.read(BUNDLE_MAX_BYTES + 1)
    except OSError as error:
        wrong_use(f"The file {path} cannot be read: {error.strerror}.")
