"""The confined process that reads one picture, which it finds on its standard input.

It sends `["codes", texts, others]` after each look that found some, then `["end"]`; or `["refused",
code]`. So what was found is told also where a later look takes more than may be taken.
"""

import sys

from strp.credential.codec import TEXT_MAX_CHARACTERS
from strp.domain.errors import StrpError
from strp.outside.machine.confined_child import confine, send
from strp.outside.paper.qr_reader import read_codes


def main() -> None:
    """Read a picture and send the texts of its codes, or why there are none."""
    confine()
    try:
        for found in read_codes(sys.stdin.buffer.read()):
            send("codes", [text[:TEXT_MAX_CHARACTERS] for text in found.texts], found.others)
        send("end")
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "image-too-large")


if __name__ == "__main__":
    main()
