"""The confined process that draws one piece of evidence, which it finds on its standard input.

It sends `["page", JPEG]` for each page and `["end"]`, or `["refused", code]`.
"""

import sys

from strp.domain.errors import StrpError
from strp.outside.machine.confined_child import confine, send
from strp.outside.paper.evidence_pictures import draw_evidence


def main() -> None:
    """Draw the pages and send them, or why there are none."""
    confine()
    try:
        for page in draw_evidence(sys.stdin.buffer.read()):
            send("page", page)
        send("end")
    except StrpError as error:
        send("refused", error.code)
    except MemoryError:
        send("refused", "evidence-too-costly")


if __name__ == "__main__":
    main()
