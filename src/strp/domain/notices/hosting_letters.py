"""What a letter about work at another employer's site says: who, how many, what to do; no names of
workers, and no sentence that somebody typed."""

from collections.abc import Mapping

from strp.domain.identifiers import format_nib
from strp.domain.notices.notice import Notice
from strp.domain.text import Text

READ_ON_ITS_PAGE = Text(
    "Ada kabar tentang hal ini. Bacalah di halamannya.",
    "There is news of this. Read it on its page.",
)
"""For what a newer release tells of: this one knows only where it is shown."""

# {other}: the other employer with its NIB; {n}: how many.
_NEWS: Mapping[str, Text] = {
    "asked": Text(
        "{other} menyebut tempat Anda sebagai lokasi kerja {n} pekerjanya. Mereka menunggu sampai "
        "Anda mengonfirmasi berapa yang bekerja di tempat Anda, atau menolaknya. Halaman itu "
        "menyebut semua yang menunggu; bila Anda tidak menjawab, petugas yang memutuskan.",
        "{other} names your site as the place of work of {n} of its workers. They wait until you "
        "confirm how many work at your site, or decline. The page lists everybody who waits; if "
        "you do not answer, an officer decides.",
    ),
    "confirmed": Text(
        "{other} mengonfirmasi {n} pekerja Anda di tempatnya. Yang menunggu sudah disaring ulang; "
        "hasilnya ada di tanda terimanya.",
        "{other} confirmed {n} of your workers at its site. Those who waited were screened again; "
        "their receipts say what came of it.",
    ),
    "declined": Text(
        "{other} menyatakan pekerja Anda tidak bekerja di tempatnya. Yang menunggu ditolak; "
        "alasannya ada di halaman lokasi kerja, dan Anda dapat mengajukan keberatan.",
        "{other} says that your workers do not work at its site. Those who waited were refused; "
        "the page of work sites says why, and you can object.",
    ),
    "withdrawn": Text(
        "{other} mencabut konfirmasinya. Surat pekerja Anda di tempat itu ditangguhkan sampai "
        "dikonfirmasi lagi; alasannya ada di halaman lokasi kerja. Beri tahu pekerjanya, dan "
        "tanyakan kepada perusahaan itu.",
        "{other} withdrew its confirmation. Certificates of your workers at that site are "
        "suspended until it confirms again; the page of work sites says why. Tell the workers, and "
        "ask that company.",
    ),
}


def hosting_news(notice: Notice, other: str | None) -> Text:
    """What happened, what it means, and what to do.

    Args:
        notice: its outcome says what: asked, confirmed, declined or withdrawn.
        other: name of the other employer in the registry.
    """
    text = _NEWS.get(notice.outcome or "", READ_ON_ITS_PAGE)
    nib = "" if notice.other_nib is None else f"NIB {format_nib(notice.other_nib)}"
    who = f"{other} ({nib})" if other else nib
    return Text(
        text.id.format(other=who, n=notice.count), text.en.format(other=who, n=notice.count)
    )
