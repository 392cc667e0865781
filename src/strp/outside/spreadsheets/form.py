"""What a roster file is: its kind, and how a CSV file is written."""

from dataclasses import dataclass
from enum import Enum, StrEnum, auto

MEBIBYTE = 2**20


class RosterKind(StrEnum):
    """Kinds of file that a roster comes in."""

    CSV = "csv"
    XLSX = "xlsx"
    XLS = "xls"
    ODS = "ods"
    JSON = "json"


class Quoting(Enum):
    """How a CSV file quotes its cells."""

    USUAL = auto()
    SINGLE = auto()  # 'a','b'
    WHOLE_LINES = auto()  # "a,b": a spreadsheet that took each line for one cell saved it again


@dataclass(frozen=True, slots=True)
class RosterForm:
    """Kind of a roster file; delimiter, encoding, byte-order mark and quotes where it is CSV.

    What is written back is quoted as RFC 4180 says, so `code` leaves out how the file quoted.
    """

    kind: RosterKind
    delimiter: str = ","
    encoding: str = "utf-8"
    has_mark: bool = False
    quoting: Quoting = Quoting.USUAL

    @property
    def code(self) -> str:
        """The form in one short word, such as `xlsx` or `csv 59 utf-8 bom`."""
        if self.kind is not RosterKind.CSV:
            return self.kind.value
        mark = " bom" if self.has_mark else ""
        return f"{self.kind} {ord(self.delimiter)} {self.encoding}{mark}"


def read_form(code: str) -> RosterForm:
    """Read what `RosterForm.code` wrote."""
    kind, *csv = code.split()
    if not csv:
        return RosterForm(RosterKind(kind))
    return RosterForm(RosterKind(kind), chr(int(csv[0])), csv[1], len(csv) > 2)


@dataclass(frozen=True, slots=True, kw_only=True)
class RosterLimits:
    """How much a roster file may hold.

    Args:
        file_bytes: size of the file.
        json_bytes: size of a JSON file, which is held in memory as a whole.
        unpacked_bytes: size of a spreadsheet's parts together, once unpacked.
        rows: lines with something in them, header and titles included.
        columns: columns that hold something.
        memory_bytes: address space of the process that reads a spreadsheet.
        cpu_s: processor seconds of that process.
    """

    file_bytes: int = 256 * MEBIBYTE
    json_bytes: int = 32 * MEBIBYTE
    unpacked_bytes: int = 1024 * MEBIBYTE
    rows: int = 1_100_000
    columns: int = 128
    memory_bytes: int = 1024 * MEBIBYTE
    cpu_s: int = 120


CELL_CHARACTERS = 32_767  # the longest a spreadsheet keeps
SMALL_JSON_BYTES = MEBIBYTE  # what is larger, a process decodes; what is smaller, where it is light
CHUNK_ROWS = 2_000
CHUNK_CHARACTERS = 4 * MEBIBYTE
PIECE_ROWS = 20  # rows that are read before a chunk is measured again
RECORD_LINES = 1_000  # of one CSV record; cells have line breaks
RECORD_CHARACTERS = MEBIBYTE // 4
