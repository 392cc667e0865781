"""What letters about objections say."""

from strp.domain.notices.hosting_letters import READ_ON_ITS_PAGE
from strp.domain.text import Text


def objection_news(outcome: str | None) -> Text:
    """What became of an objection; {n}: how many, {until}: by when it is decided.

    Args:
        outcome: of the notice; None: it was filed.
    """
    match outcome:
        case "upheld":
            return Text(
                "Keberatan Anda diterima. Yang ditolak diperiksa kembali di bawah tanda terima "
                "yang sama; tidak perlu mengunggah lagi.",
                "Your objection was upheld. What was refused is screened again under the same "
                "receipt; there is nothing to upload.",
            )
        case "lifted":
            return Text(
                "Keberatan Anda diterima: penutupan perusahaan ini dicabut. Surat pekerjanya "
                "berlaku kembali; Anda dapat mengajukan pekerja lagi.",
                "Your objection was upheld: the closure of this employer was lifted. Its "
                "certificates are valid again; you can file workers again.",
            )
        case "over":
            return Text(
                "Penutupan sudah berakhir, jadi keberatan Anda atasnya selesai. Anda dapat "
                "mengajukan pekerja lagi.",
                "The closure is over, and your objection to it. You can file workers again.",
            )
        case "no-longer":
            return Text(
                "Keberatan Anda ({n}) selesai tanpa putusan: yang ditolak itu tidak ditolak lagi, "
                "atau sudah ditarik. Hasilnya ada di tanda terima pengajuannya.",
                "Your objections ({n}) are over with no decision: what was refused is refused no "
                "more, or was withdrawn. The receipt of the filing says what came of it.",
            )
        case "rejected":
            return Text(
                "Keberatan Anda tidak diterima. Alasannya ada di halamannya. Dengan bukti atau "
                "data yang baru, Anda dapat mengajukan lagi.",
                "Your objection was not upheld. Its page says why. With new evidence or data you "
                "can file again.",
            )
        case None:
            return Text(
                "Keberatan Anda tercatat. Petugas lain memutusnya{until}. Bukti dapat "
                "dilampirkan di halamannya.",
                "Your objection is filed. Another officer decides it{until}. Evidence can be "
                "attached on its page.",
            )
        case _:
            return READ_ON_ITS_PAGE
