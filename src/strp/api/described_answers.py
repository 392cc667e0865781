"""What the description says of answers and headers of any call, in both languages."""

from collections.abc import Mapping
from typing import Final

from strp.domain.text import Text

HERE: Final = Text("Sistem ini.", "This installation.")
SESSION: Final = Text("Sesi masuk lewat halaman.", "A sign-in by a page.")
KEY: Final = Text("Kunci API perusahaan.", "An employer's API key.")
OTHER_ERROR: Final = Text("Kesalahan lain.", "Any other error.")
LOCATION: Final = Text(
    "Alamat dari yang baru dibuat.", "The address at which what was made is told."
)
ETAG: Final = Text(
    "Tanda isi ini, untuk `If-None-Match`.", "Tag of these bytes, for `If-None-Match`."
)
NOT_CHANGED: Final = Text(
    "Tidak berubah sejak `ETag` yang dikirim.", "Not changed since the `ETag` that was sent."
)
WHICH_BYTES: Final = Text("Byte yang mana, dari berapa.", "Which bytes, and of how many.")
PART: Final = Text(
    "Bagian yang diminta `Range`, dari berkas yang disebut `If-Range`.",
    "The part that `Range` asked for, of the file that `If-Range` names.",
)
NO_SUCH_PART: Final = Text("Berkas tidak memiliki bagian itu.", "No such part of the file.")
RETRY_AFTER: Final = Text(
    "Setelah sekian detik, panggilan yang sama mungkin berhasil.",
    "Seconds after which the same call may succeed.",
)
REFUSED: Final[Mapping[int, Text]] = {
    400: Text("Permintaan tidak dapat dibaca", "The request cannot be read"),
    401: Text("Belum masuk, atau kunci tidak dikenal", "Not signed in, or an unknown key"),
    403: Text("Tidak boleh", "Not allowed"),
    404: Text("Tidak ada", "Not there"),
    405: Text("Metode tidak dilayani", "Method not served"),
    408: Text("Kiriman terlalu lambat", "Sent too slowly"),
    409: Text("Bertentangan dengan keadaan sekarang", "In conflict with what stands now"),
    413: Text("Terlalu besar", "Too large"),
    415: Text("Jenis ini tidak dibaca", "This kind is not read"),
    422: Text("Isinya perlu diperbaiki", "What was sent is to be fixed"),
    425: Text("Terlalu awal; tanyakan lagi", "Too early; ask again"),
    429: Text("Terlalu banyak; tunggu sebentar", "Too many; wait a while"),
    431: Text("Alamat atau kepala terlalu panjang", "Address or header too long"),
    500: Text("Kesalahan pada STRP", "A fault of STRP"),
    503: Text("Sedang tidak dapat melayani", "Not able to serve now"),
    507: Text("Penyimpanan penuh", "Storage is full"),
}


def both(text: Text) -> str:
    """A sentence in both languages, Indonesian first."""
    return f"{text.id} / {text.en}"


def refused_with(status: int, codes: list[str]) -> str:
    """What an error of a status means, and its codes.

    Args:
        status: of HTTP.
        codes: that it comes with.
    """
    return f"{both(REFUSED[status])}: " + ", ".join(f"`{code}`" for code in codes)
