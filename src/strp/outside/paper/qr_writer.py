"""QR symbols, drawn when somebody asks for one.

`zxing-cpp` draws a symbol in 0.8 ms, `segno` in 10 ms (bench/issue.py prints both). Most of it goes
into trying eight masks; with one given it takes 0.2 ms, and `qr_mask` chooses in 0.2 ms more.
"""

import zlib
from collections.abc import Sequence
from functools import cache, partial
from io import BytesIO
from typing import Final, NamedTuple, cast

import zxingcpp
from PIL import Image

from strp.outside.paper.letters import word_modules
from strp.outside.paper.qr_mask import MASKS, as_modules, as_number, penalty

QUIET_ZONE_MODULES: Final = 4
"""ISO/IEC 18004, §5.3.8."""
EXERCISE_WORDS: Final = ("LATIHAN", "EXERCISE")
PNG_MODULE_PIXELS: Final = 8
PRINT_MODULE_PIXELS: Final = 4
_DARK = 0
_DIGITS: Final = bytes.maketrans(b"\x00\xff", b"0f")


class Symbol(NamedTuple):
    """A QR symbol without its quiet zone.

    Args:
        side: modules along one side.
        modules: side × side bytes, row by row; 0 is dark, 255 is light.
    """

    side: int
    modules: bytes

    @property
    def version(self) -> int:
        """Version of the symbol, 1–40 (ISO/IEC 18004, table 1)."""
        return (self.side - 17) // 4


def draw_symbol(text: str, level: str = "M") -> Symbol:
    """The QR symbol of a certificate's text.

    Args:
        text: `STRP1:…`.
        level: error correction, L, M, Q or H; M for screens, Q for print.
    """
    first = _drawn(text, level, mask=0)
    unmasked = as_number(first.side, first.modules)
    masked = [unmasked ^ change for change in _changes_by_mask(first.version, level)]
    best = min(masked, key=partial(penalty, first.side))
    return Symbol(first.side, as_modules(first.side, best))


@cache
def _changes_by_mask(version: int, level: str) -> list[int]:
    """What becomes another module under each mask instead of the first, whatever the text is."""
    drawn = [_drawn("A", level, mask=mask, version=version) for mask in range(MASKS)]
    first, *others = (as_number(each.side, each.modules) for each in drawn)
    return [0, *(first ^ other for other in others)]


def _drawn(text: str, level: str, *, mask: int, **given: int) -> Symbol:
    barcode = zxingcpp.create_barcode(
        text, zxingcpp.QRCode, ec_level=level, data_mask=mask, **given
    )
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    return Symbol(image.shape[0], bytes(cast(bytes, image)))  # it has the buffer protocol


def write_svg(symbol: Symbol, *, exercise: bool = False) -> str:
    """The symbol as SVG with its quiet zone: one path, so that no seams show between modules.

    Args:
        symbol: what to write.
        exercise: whether words above and below say that it is an exercise's.
    """
    rows = _rows(symbol, exercise=exercise)
    width, height = len(rows[0]), len(rows)
    runs = "".join(f"M{x} {y}h{length}v1h-{length}z" for x, y, length in _dark_runs(rows))
    title = f"<title>{' · '.join(EXERCISE_WORDS)}</title>" if exercise else ""
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        f'shape-rendering="crispEdges">{title}<path fill="#fff" d="M0 0h{width}v{height}H0z"/>'
        f'<path d="{runs}"/></svg>'
    )


def write_png(
    symbol: Symbol, module_pixels: int = PNG_MODULE_PIXELS, *, exercise: bool = False
) -> bytes:
    """The symbol as a black and white PNG with its quiet zone.

    Args:
        symbol: what to write.
        module_pixels: pixels along one module.
        exercise: whether words above and below say that it is an exercise's.
    """
    rows = _rows(symbol, exercise=exercise)
    width, height = len(rows[0]), len(rows)
    image = Image.frombytes("L", (width, height), b"".join(rows))
    size = (width * module_pixels, height * module_pixels)
    buffer = BytesIO()
    image.resize(size, Image.Resampling.NEAREST).convert("1").save(buffer, "PNG")
    return buffer.getvalue()


def write_bits(symbol: Symbol) -> tuple[int, bytes]:
    """The symbol for print, with its quiet zone: pixels along a side, and its rows packed (zlib).

    A bit a pixel, 1 for white; four pixels a module, so that a viewer that smooths what it enlarges
    touches only the edges of a module.
    """
    rows = _rows(symbol, exercise=False)
    pixels = PRINT_MODULE_PIXELS * len(rows)
    # A module is one hexadecimal digit; whole bytes end a row.
    digits = (row.translate(_DIGITS).decode() + "f" * (len(row) % 2) for row in rows)
    bits = b"".join(bytes.fromhex(row) * PRINT_MODULE_PIXELS for row in digits)
    return pixels, zlib.compress(bits, zlib.Z_BEST_SPEED)


def _rows(symbol: Symbol, *, exercise: bool) -> list[bytes]:
    """Rows of modules with the quiet zone; words of an exercise stand outside of it."""
    side = symbol.side
    width = side + 2 * QUIET_ZONE_MODULES
    quiet = [b"\xff" * width] * QUIET_ZONE_MODULES
    edge = b"\xff" * QUIET_ZONE_MODULES
    rows = [edge + symbol.modules[y * side : (y + 1) * side] + edge for y in range(side)]
    rows = [*quiet, *rows, *quiet]
    if not exercise:
        return rows
    above, below = (word_modules(word, width) for word in EXERCISE_WORDS)
    line = [b"\xff" * width]
    return [*line, *above, *rows, *below, *line]


def _dark_runs(rows: Sequence[bytes]) -> list[tuple[int, int, int]]:
    """Runs of dark modules as (x, y, length)."""
    runs = []
    for y, modules in enumerate(rows):
        row = modules + b"\xff"
        x = row.find(_DARK)
        while x >= 0:
            end = row.index(255, x)
            runs.append((x, y, end - x))
            x = row.find(_DARK, end)
    return runs
