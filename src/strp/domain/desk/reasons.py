"""Why an official decided: the reasons they choose from, which are data, and those of the process.

The list lies in `policies/reasons/decisions.yaml`, each with its citation. Codes that STRP writes
down by itself, when an employer withdraws or a host lapses, are part of the program.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final, NamedTuple

from strp.domain.rules.document import FieldReader, Located, PolicyMistake, Unsound
from strp.domain.text import Language, Text

HOST_LAPSED: Final = "host-lapsed"
"""Why a certificate is suspended whose site's employer lets nobody in now."""
EXERCISE_OVER: Final = "exercise-over"
"""Why nobody decides what was filed in an exercise and still waited at its end."""
BY_PROCESS: Final[Mapping[str, Text]] = {
    "withdrawn": Text(
        "Ditarik oleh perusahaan sebelum diputuskan.",
        "Withdrawn by the employer before a decision.",
    ),
    # Of receipts from before version 0.2: who waits moves there now.
    "filed-again": Text(
        "Diajukan lagi dengan lokasi kerja lain; yang berlaku adalah pengajuan yang baru itu.",
        "Filed again for another work site; that later filing is the one that counts.",
    ),
    "left": Text(
        "Pekerja ini keluar; suratnya berakhir pada hari itu.",
        "This worker leaves; the certificate ends on that day.",
    ),
    HOST_LAPSED: Text(
        "Perusahaan pemilik lokasi kerja sedang ditutup, atau tidak mengonfirmasi lagi.",
        "The company whose site this is is closed, or confirms it no more.",
    ),
    EXERCISE_OVER: Text(
        "Latihan berakhir sebelum diputuskan; ajukan menurut aturan yang berlaku.",
        "The exercise ended before a decision; file under the rules in force.",
    ),
}
"""What STRP writes down by itself; no official chooses it."""
_OF_PROCESS: Final = "Pengajuan perusahaan"
MOST_REMARK_CHARACTERS: Final = 500


class DecisionReason(NamedTuple):
    """A reason of a decision.

    Args:
        text: what the employer and the worker read.
        citation: where it stands.
        is_offered: whether officials choose it still.
        remark: what the desk proposes to write to the employer, or None.
    """

    code: str
    text: Text
    citation: str
    is_offered: bool = True
    remark: Text | None = None


@dataclass(frozen=True, slots=True)
class DecisionReasons:
    """All reasons by code, in the order in which officials read them."""

    by_code: Mapping[str, DecisionReason]

    @property
    def offered(self) -> tuple[DecisionReason, ...]:
        """Those that officials choose from."""
        return tuple(each for each in self.by_code.values() if each.is_offered)

    def offers(self, code: str | None) -> bool:
        """Whether officials choose this one.

        Args:
            code: what a form brought.
        """
        return code is not None and code in self.by_code and self.by_code[code].is_offered

    def in_(self, written: str | None, language: Language) -> str | None:
        """A reason as its reader sees it: ours in their language, other words as they are.

        Args:
            written: a code, or words; None: there is none.
            language: the reader's.
        """
        known = self.by_code.get(written) if written else None
        return known.text.in_(language) if known else written


def read_reasons(document: Located) -> DecisionReasons | Unsound:
    """Read the list.

    Args:
        document: the file.

    Returns:
        The reasons with those of the process behind them, or every mistake of the file.
    """
    mistakes: list[PolicyMistake] = []
    reader = FieldReader(document, "", mistakes, document)
    reader.only("reasons")
    found: dict[str, DecisionReason] = {}
    for row in reader.field("reasons").rows():
        reason = _reason(row)
        if reason.code in found or reason.code in BY_PROCESS:
            row.field("code").wrong(_TWICE)
        found[reason.code] = reason
    if not mistakes and not any(each.is_offered for each in found.values()):
        reader.field("reasons").wrong(_NONE)
    if mistakes:
        return Unsound(tuple(sorted(set(mistakes))))
    own = {
        code: DecisionReason(code, text, _OF_PROCESS, False) for code, text in BY_PROCESS.items()
    }
    return DecisionReasons(found | own)


def _reason(reader: FieldReader) -> DecisionReason:
    reader.only("code", "text", "citation", "offered", "remark")
    offered, remark = reader.field("offered"), reader.field("remark")
    proposed = remark.text() if remark.given else None
    if proposed is not None and max(map(len, proposed)) > MOST_REMARK_CHARACTERS:
        remark.wrong(_TOO_LONG)
    return DecisionReason(
        code=reader.field("code").word(),
        text=reader.field("text").text(),
        citation=reader.field("citation").string(),
        is_offered=offered.yes() if offered.given else True,
        remark=proposed,
    )


_TWICE = Text(
    "Kode ini sudah dipakai, di daftar ini atau oleh STRP sendiri.",
    "This code is taken, in this list or by STRP itself.",
)
_NONE = Text(
    "Sedikitnya satu alasan harus dapat dipilih petugas.",
    "Officials must be able to choose at least one reason.",
)
_TOO_LONG = Text(
    f"Paling banyak {MOST_REMARK_CHARACTERS} karakter.",
    f"At most {MOST_REMARK_CHARACTERS} characters.",
)
