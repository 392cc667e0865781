"""The confined process that reads one picture, which it finds on its standard input.

It sends `["text", text]`, or `["refused", code]`.
"""

import sys

from strp.domain.errors import StrpError
from strp.outside.machine.confined_child import confine, send
from strp.outside.paper.qr_reader import read_qr


def main() -> None:
    """Read a picture and send the text of its code, or why there is none."""
    confine()
    try:
        send("text", read_qr(sys.stdin.buffer.read()))
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "image-too-large")


if __name__ == "__main__":
    main()
