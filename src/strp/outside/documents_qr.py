"""QR symbols, drawn when somebody asks for one.

`zxing-cpp` draws a symbol in 0.7 ms, `segno` in 10 ms (bench/issue.py prints both).
"""

from io import BytesIO
from typing import Final, NamedTuple, cast

import zxingcpp
from PIL import Image

QUIET_ZONE_MODULES: Final = 4
"""ISO/IEC 18004, §5.3.8."""
PNG_MODULE_PIXELS: Final = 8
_DARK = 0


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
    barcode = zxingcpp.create_barcode(text, zxingcpp.QRCode, ec_level=level)
    image = barcode.to_image(scale=1, add_quiet_zones=False)
    return Symbol(image.shape[0], bytes(cast(bytes, image)))  # it has the buffer protocol


def write_svg(symbol: Symbol) -> str:
    """The symbol as SVG with its quiet zone: one path, so that no seams show between modules."""
    side = symbol.side + 2 * QUIET_ZONE_MODULES
    runs = "".join(
        f"M{x + QUIET_ZONE_MODULES} {y + QUIET_ZONE_MODULES}h{length}v1h-{length}z"
        for x, y, length in _dark_runs(symbol)
    )
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{runs}"/></svg>'
    )


def write_png(symbol: Symbol, module_pixels: int = PNG_MODULE_PIXELS) -> bytes:
    """The symbol as a black and white PNG with its quiet zone.

    Args:
        symbol: what to write.
        module_pixels: pixels along one module.
    """
    side = symbol.side + 2 * QUIET_ZONE_MODULES
    image = Image.new("L", (side, side), 255)
    inner = Image.frombytes("L", (symbol.side, symbol.side), symbol.modules)
    image.paste(inner, (QUIET_ZONE_MODULES, QUIET_ZONE_MODULES))
    size = side * module_pixels
    buffer = BytesIO()
    image.resize((size, size), Image.Resampling.NEAREST).convert("1").save(buffer, "PNG")
    return buffer.getvalue()


def _dark_runs(symbol: Symbol) -> list[tuple[int, int, int]]:
    """Runs of dark modules as (x, y, length)."""
    runs = []
    for y in range(symbol.side):
        row = symbol.modules[y * symbol.side : (y + 1) * symbol.side] + b"\xff"
        x = row.find(_DARK)
        while x >= 0:
            end = row.index(255, x)
            runs.append((x, y, end - x))
            x = row.find(_DARK, end)
    return runs
