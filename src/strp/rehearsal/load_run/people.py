"""Synthetic people for rehearsals and benches: no two have the same NIK, none is real."""

from collections.abc import Iterator

DISTRICTS = (
    "317101", "317203", "317304", "317405", "317501", "320101", "321602", "327101", "327503",
    "327601", "360301", "367101", "367401",
)  # fmt: skip
FIRST_NAMES = (
    "Siti", "Budi", "Agus", "Dewi", "Rina", "Joko", "Wati", "Andi", "Putri", "Hadi", "Maya",
    "Yusuf", "Kartika", "Rizki", "Lestari", "Made", "Fajar",
)  # fmt: skip
LAST_NAMES = (
    "Aminah", "Santoso", "Wijaya", "Rahayu", "Siregar", "Susanto", "Hidayat", "Nugroho",
    "Simanjuntak", "Kusuma", "Pratama", "Setiawan", "Harahap",
)  # fmt: skip
POSITIONS = ("Operator Produksi", "Sopir", "Teknisi", "Satpam", "Kasir", "Perawat", "Kurir")
_DAYS, _MONTHS, _YEARS, _SERIALS = 28, 12, 45, 9999
MOST_PEOPLE = len(DISTRICTS) * _DAYS * _MONTHS * _YEARS * _SERIALS
# Shares no factor with MOST_PEOPLE: neighbours on a roster have nothing in common.
_STRIDE = 1_234_567_891


def nik(number: int) -> str:
    """A well-formed NIK; different for every number below `MOST_PEOPLE` (about two billion)."""
    rest, district = divmod(number * _STRIDE % MOST_PEOPLE, len(DISTRICTS))
    rest, day = divmod(rest, _DAYS)
    rest, month = divmod(rest, _MONTHS)
    rest, year = divmod(rest, _YEARS)
    serial = rest % _SERIALS + 1
    return f"{DISTRICTS[district]}{day + 1:02d}{month + 1:02d}{year + 55:02d}{serial:04d}"


def worker(number: int) -> dict[str, str]:
    """A worker as a roster has it."""
    first, last = FIRST_NAMES[number % 17], LAST_NAMES[number // 17 % 13]
    return {
        "nama": f"{first} {last}",
        "nik": nik(number),
        "jabatan": POSITIONS[number % 7],
        "jenis_lokasi": "pelayanan" if number % 10 < 7 else "administrasi",
        "kode_wilayah": DISTRICTS[number % 13],
        "status_vaksin": ("dosis2", "dosis1", "belum")[number % 3],
        "telepon": _phone(number),
    }


def _phone(number: int) -> str:
    """A mobile number, in the spellings that offices use in turn."""
    rest = f"{number % 100_000_000:08d}"
    spellings = (f"0812{rest}", f"+62812{rest}", f"62812{rest}", f"0812-{rest[:4]}-{rest[4:]}")
    return spellings[number % 4]


def workers(first: int, count: int) -> Iterator[dict[str, str]]:
    """Workers of consecutive numbers.

    Args:
        first: number of the first; two callers must not share numbers.
        count: how many.

    Returns:
        Rows by column of the roster.
    """
    return map(worker, range(first, first + count))
