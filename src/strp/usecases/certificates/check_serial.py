"""Checking a serial that somebody typed, where the QR cannot be read: a verdict and nothing else.

Whoever asks by a number learns no name and no employer: it must not become a look-up service. A
serial carries a keyed tag, so that numbers cannot be tried one after the other.
"""

from strp.credential.trust import Inspection
from strp.domain.certificates.certificate import ReasonCode, Verdict
from strp.domain.errors import NotFound
from strp.domain.identifiers import SerialNumber
from strp.domain.text import Text
from strp.usecases.certificates.show import text_of_serial
from strp.usecases.certificates.trust import verify
from strp.usecases.process.system import System


async def verify_serial(
    system: System, serial: str, *, checkpoint: str | None = None
) -> Inspection:
    """Check a serial as it stands on paper.

    Args:
        serial: as typed.
        checkpoint: kind of checkpoint whose hours count; None: no hours.

    Returns:
        The verdict of its certificate, without what that says of its holder.

    Raises:
        InvalidInput: `checkpoint-unknown`.
        Unavailable: the database does not answer.
    """
    number = system.keys.serials.read(serial)
    if number is None:
        nothing = await verify(system, "", checkpoint=checkpoint)
        return nothing._replace(reason=_MISTYPED)
    try:
        text = await text_of_serial(system, SerialNumber(number))
    except NotFound:
        nothing = await verify(system, "", checkpoint=checkpoint)
        return nothing._replace(
            verdict=Verdict.UNTRUSTED, reason=_NEVER_ISSUED, code=ReasonCode.SIGNATURE
        )
    return (await verify(system, text, checkpoint=checkpoint))._replace(claims=None)


_MISTYPED = Text(
    id="Nomor seri ini salah ketik atau terpotong. Periksa huruf dan angkanya, lalu ulangi.",
    en="This serial is mistyped or cut short. Check its letters and digits, then try again.",
)
_NEVER_ISSUED = Text(
    id="Tidak ada STRP dengan nomor seri ini. Jangan diterima.",
    en="No STRP has this serial. Do not accept it.",
)
