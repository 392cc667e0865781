"""What is asked before an officer refuses everybody who waits in a filing."""

from strp.domain.text import Text
from strp.web.framework.confirm import Question


def refuse_all(receipt: str, back: str) -> Question:
    """The question.

    Args:
        receipt: number of the filing, as people write it.
        back: path of its page.
    """
    return Question(_REFUSE_ALL, receipt, _REFUSE_EFFECTS, _REFUSE_BUTTON, back)


_REFUSE_ALL = Text("Tolak semua yang masih menunggu?", "Refuse all who wait?")
_REFUSE_BUTTON = Text("Ya, tolak semuanya", "Yes, refuse them all")
_REFUSE_EFFECTS = (
    Text(
        "Semua pekerja pengajuan ini yang belum diputus ditolak dengan alasan yang dipilih.",
        "All workers of this filing who are undecided are refused for the reason chosen.",
    ),
    Text(
        "Perusahaan diberi tahu dan dapat mengajukan keberatan.",
        "The company is told, and may object.",
    ),
)
