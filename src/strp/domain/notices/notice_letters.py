"""What letters about filings and certificates say: employer, receipt, counts, what to do; no names
of workers, no NIK, no sentence that somebody typed."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from strp.domain.civil_time import moment_text
from strp.domain.filing.application import Application
from strp.domain.filing.outcome import outcome_of
from strp.domain.identifiers import format_nib
from strp.domain.notices.hosting_letters import READ_ON_ITS_PAGE, hosting_news
from strp.domain.notices.letters import Letter, write_letter
from strp.domain.notices.notice import (
    DIGEST_MOST_LINES,
    TO_COME,
    Notice,
    NoticeKind,
    RulesChange,
)
from strp.domain.notices.objection_letters import objection_news
from strp.domain.screening.evidence import GROUNDS, EvidenceState, RefusalGround
from strp.domain.text import Language, Text

_TITLES: dict[NoticeKind, Text] = {
    NoticeKind.RECEIPT: Text("Pengajuan diterima", "Filing received"),
    NoticeKind.DECIDED: Text("Pengajuan diputus", "Filing decided"),
    NoticeKind.RETURNED: Text("Pengajuan dikembalikan", "Filing returned"),
    NoticeKind.SUSPENDED: Text("Surat ditangguhkan", "Certificates suspended"),
    NoticeKind.REVOKED: Text("Surat dicabut", "Certificates revoked"),
    NoticeKind.RESTORED: Text("Surat berlaku kembali", "Certificates restored"),
    NoticeKind.REPLACED: Text("Surat diganti", "Certificates replaced"),
    NoticeKind.ENDED: Text("Surat diakhiri", "Certificates ended"),
    NoticeKind.PROLONGED: Text("Masa berlaku diperpanjang", "Validity prolonged"),
    NoticeKind.CLOSED: Text("Perusahaan ditutup sementara", "Employer closed for a time"),
    NoticeKind.OPENED: Text("Penutupan dicabut", "Closure lifted"),
    NoticeKind.OBJECTION: Text("Keberatan Anda", "Your objection"),
    NoticeKind.EVIDENCE: Text("Bukti diperiksa", "Evidence examined"),
    NoticeKind.HOSTING: Text("Pekerja di lokasi kerja perusahaan lain", "Work at another site"),
    NoticeKind.RULES: Text("Aturan berubah", "The rules have changed"),
}


# {n}: how many; {until}: until when, or from when.
_NEWS: dict[NoticeKind, Text] = {
    NoticeKind.SUSPENDED: Text(
        "{n} surat ditangguhkan petugas: di pos pemeriksaan tidak berlaku sampai "
        "dipulihkan. Alasannya ada di halaman tanda terima, tempat Anda juga dapat "
        "mengajukan keberatan.",
        "{n} certificates were suspended by an officer: checkpoints do not accept them "
        "until they are restored. The receipt's page says why, and lets you object.",
    ),
    NoticeKind.REVOKED: Text(
        "{n} surat dicabut dan tidak berlaku lagi. Beri tahu pekerjanya. Alasannya ada "
        "di halaman tanda terima, tempat Anda juga dapat mengajukan keberatan.",
        "{n} certificates were revoked and are no longer valid. Tell the workers. The "
        "receipt's page says why, and lets you object.",
    ),
    NoticeKind.RESTORED: Text(
        "{n} surat dipulihkan: berlaku kembali, kecuali selama perusahaan ini ditutup. Beri tahu "
        "pekerjanya; tautan dan cetakan yang ada tetap dipakai.",
        "{n} certificates were restored: they are valid again, unless this employer is closed. "
        "Tell the workers; the links and prints they have are still good.",
    ),
    NoticeKind.REPLACED: Text(
        "{n} surat diganti; yang lama tidak berlaku lagi. Kirimkan tautan yang baru "
        "kepada pekerjanya.",
        "{n} certificates were replaced; the old ones are no longer valid. Send the "
        "workers their new links.",
    ),
    NoticeKind.ENDED: Text(
        "{n} surat diakhiri dan tidak berlaku lagi. Bila ini keliru atau pekerjanya kembali, "
        "ajukan pekerja itu lagi.",
        "{n} certificates were ended and are no longer valid. If this is a mistake or the worker "
        "comes back, file the worker again.",
    ),
    NoticeKind.PROLONGED: Text(
        "Masa berlaku {n} surat diperpanjang{until}. Surat yang ada tetap dipakai; tidak "
        "perlu mengajukan lagi.",
        "{n} certificates are valid for longer{until}. Keep using those you have; there "
        "is nothing to file.",
    ),
    NoticeKind.CLOSED: Text(
        "Perusahaan ini ditutup{until}. Surat pekerjanya ditangguhkan, daftar baru "
        "tidak diterima, dan pekerja yang menunggu ditahan. Alasan dan cara mengajukan "
        "keberatan ada di halaman perusahaan.",
        "This employer is closed{until}. Its certificates are suspended, no roster is "
        "taken, and workers who wait are on hold. The employer's page says why and how "
        "to object.",
    ),
    NoticeKind.OPENED: Text(
        "Penutupan perusahaan ini dicabut: surat berlaku kembali dan yang ditahan berlanjut. Beri "
        "tahu pekerjanya; Anda dapat mengajukan daftar lagi.",
        "The closure of this employer was lifted: certificates are valid again, and what "
        "was on hold goes on. Tell the workers; you can file rosters again.",
    ),
}

# The notice names the first moment; {until} says it.
_TO_BE_CLOSED = Text(
    "Perusahaan ini akan ditutup{until}. Sejak saat itu surat pekerjanya ditangguhkan, daftar baru "
    "tidak diterima, dan pekerja yang menunggu ditahan. Anda dapat mengajukan keberatan setelah "
    "penutupan mulai, atau menulis kepada petugas sekarang.",
    "This employer will be closed{until}. From then on its certificates are suspended, no roster "
    "is taken, and workers who wait are on hold. You can object once it begins, or write to the "
    "office now.",
)

_SUSPENDED_BY_RULES = Text(
    "{n} surat ditangguhkan karena aturan atau data perusahaan berubah: sektor tidak termasuk, "
    "menunggu penetapan petugas, atau jumlah pekerja melebihi batas. Di pos pemeriksaan surat itu "
    "tidak berlaku. Surat berlaku kembali dengan sendirinya begitu pekerjanya sesuai: perbaiki "
    "data di OSS, lampirkan bukti, atau ajukan keberatan.",
    "{n} certificates were suspended since the rules or the employer's data changed: the sector is "
    "not covered, waits for an officer's ruling, or there are more workers than the cap allows. "
    "Checkpoints do not accept them. They stand again by themselves once their workers fit: "
    "correct your data in OSS, attach evidence, or object.",
)

_OF_RULES: Mapping[str, Text] = {
    RulesChange.SHORTENED: Text(
        "Aturan berubah: {n} surat perusahaan ini kini hanya berlaku{until}. Beri tahu "
        "pekerjanya. Yang berlaku ada di halaman aturan.",
        "The rules have changed: {n} certificates of this employer are now valid only{until}. "
        "Tell the workers. The page of rules says what holds.",
    ),
    RulesChange.UNFIT: Text(
        "Sektor atau batas jumlah pekerja bagi perusahaan ini berubah{until}. Menurut aturan itu "
        "{n} pekerja yang sudah masuk melebihi batas atau tidak termasuk. Baca halaman aturan, "
        "lalu periksa pengajuan Anda; jika bukti atau data Anda berbeda, lampirkan buktinya.",
        "The sector or the cap of this employer changes{until}. Under those rules {n} workers who "
        "are in already are above the cap or not covered. Read the page of rules, then check your "
        "filings; where your data differ, attach evidence.",
    ),
    RulesChange.SUSPENDS: Text(
        "Sektor atau batas jumlah pekerja bagi perusahaan ini berubah. Menurut aturan itu {n} "
        "pekerja melebihi batas atau tidak termasuk; suratnya ditangguhkan{until}. Jika data atau "
        "bukti Anda berbeda, lampirkan buktinya atau perbaiki data di OSS sekarang.",
        "The sector or the cap of this employer changes. Under those rules {n} workers are above "
        "the cap or not covered; their certificates are suspended{until}. Where your data differ, "
        "attach evidence now, or correct your data in OSS.",
    ),
    RulesChange.CHANGED: Text(
        "Sektor atau batas jumlah pekerja bagi perusahaan ini berubah{until}. Pekerja yang sudah "
        "masuk tetap sesuai. Baca halaman aturan sebelum mengajukan pekerja lain.",
        "The sector or the cap of this employer changes{until}. Workers who are in already still "
        "fit. Read the page of rules before you file others.",
    ),
    RulesChange.RULING: Text(
        "Penetapan petugas atas perusahaan ini dicabut{until}. Surat yang sudah terbit tetap "
        "berlaku. Yang menunggu dan yang diajukan kemudian disaring menurut daftar perusahaan dan "
        "aturan. Lampirkan bukti atau ajukan keberatan bila ini tidak benar.",
        "The officers' ruling on this employer was withdrawn{until}. Certificates that were issued "
        "stay valid. Who waits or is filed later is screened by the registry and the rules. Attach "
        "evidence or object where this is not right.",
    ),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A notice with what its letter says beside.

    Args:
        employer: name in the registry.
        application: the filing as it stands, where the notice is about one.
        receipt: of the filing.
        exercise: whether it happened in an exercise.
        other: name of another employer that it is about.
    """

    notice: Notice
    employer: str
    application: Application | None = None
    receipt: str | None = None
    exercise: bool = False
    other: str | None = None


def title_of(kind: NoticeKind) -> Text:
    """What a kind of letter is called."""
    return _TITLES[kind]


def notice_letter(told: Told, address: str, language: Language) -> Letter:
    """The letter about one notice.

    Args:
        told: what happened.
        address: of STRP's pages.
        language: of the reader.
    """
    subject = _with_receipt(title_of(told.notice.kind), told.receipt)
    employer = f"{told.employer} (NIB {format_nib(told.notice.nib)})"
    news = _news(told)
    page = _page(told, address)
    body = Text(
        id=f"{employer}\n\n{news.id}\n\nSelengkapnya: {page}",
        en=f"{employer}\n\n{news.en}\n\nDetails: {page}",
    )
    return _marked(subject, body, language, exercise=told.exercise)


def digest_letter(
    lines: Sequence[Told], total: int, address: str, language: Language, *, exercise: bool
) -> Letter:
    """The one letter of a day.

    Args:
        lines: what happened, the earliest first; the first 50 are listed.
        total: number of notices.
        address: of STRP's pages.
        language: of the reader.
        exercise: whether all of it happened in an exercise.
    """
    shown = [_line(told) for told in lines[:DIGEST_MOST_LINES]]
    left = total - len(shown)
    if left > 0:
        shown.append(Text(f"- dan {left} kabar lain", f"- and {left} more"))
    where = f"{address}/employer"
    body = Text(
        id="\n".join(line.id for line in shown) + f"\n\nSelengkapnya: {where}",
        en="\n".join(line.en for line in shown) + f"\n\nDetails: {where}",
    )
    subject = Text(f"Kabar hari ini: {total}", f"Today's news: {total}")
    return _marked(subject, body, language, exercise=exercise)


def _news(told: Told) -> Text:
    """What happened, what it means, and what to do."""
    notice = told.notice
    match notice.kind:
        case NoticeKind.RECEIPT | NoticeKind.DECIDED | NoticeKind.RETURNED:
            assert told.application is not None
            return _of_filing(told.application, notice.kind)
        case NoticeKind.OBJECTION:
            return _filled(objection_news(notice.outcome), told)
        case NoticeKind.EVIDENCE:
            return _of_evidence(notice.outcome)
        case NoticeKind.HOSTING:
            return hosting_news(notice, told.other)
        case NoticeKind.CLOSED if notice.outcome == TO_COME:
            return _filled(_TO_BE_CLOSED, told)
        case NoticeKind.SUSPENDED if notice.outcome == RulesChange.UNFIT:
            return _filled(_SUSPENDED_BY_RULES, told)
        case NoticeKind.RULES:
            return _filled(_OF_RULES.get(notice.outcome or "", READ_ON_ITS_PAGE), told)
        case _:
            return _filled(_NEWS[notice.kind], told)


def _filled(text: Text, told: Told) -> Text:
    count, until = told.notice.count, _until(told)
    return Text(text.id.format(n=count, until=until.id), text.en.format(n=count, until=until.en))


def _of_filing(application: Application, kind: NoticeKind) -> Text:
    outcome = outcome_of(application).text
    lines = [Text(f"Hasil: {outcome.id}.", f"Outcome: {outcome.en}.")]
    if kind is NoticeKind.RECEIPT and application.pending:
        due = moment_text(application.due_at)
        lines.append(
            Text(
                f"Keputusan paling lambat {due.id}. Tidak perlu mengirim lagi; bila bukti masih "
                "diminta, halaman tanda terima menyebutnya.",
                f"A decision is due by {due.en} at the latest. There is nothing to send again; "
                "where evidence is still asked for, the receipt's page says so.",
            )
        )
    if application.approved > application.leavers:
        lines.append(
            Text(
                "Bagikan surat kepada pekerjanya: tautan dan cetakannya ada di halaman tanda "
                "terima.",
                "Hand the certificates to the workers: links and prints are on the receipt's page.",
            )
        )
    if application.rejected:
        lines.append(
            Text(
                "Unduh baris yang perlu diperbaiki, perbaiki, lalu kirim berkasnya; yang sudah "
                "masuk tidak tercatat dua kali.",
                "Download the rows to fix, fix them and send that file; what is in already is "
                "not filed twice.",
            )
        )
    if application.returned:
        lines.append(
            Text(
                "Yang dikembalikan menunggu Anda: baca alasannya, perbaiki, lalu ajukan lagi.",
                "What was returned waits for you: read the reasons, fix it, and file it again.",
            )
        )
    if application.refused:
        lines.append(
            Text(
                "Surat penolakan dengan alasannya (PDF) dapat diunduh di halaman tanda terima, "
                "setelah masuk. Di sana Anda juga dapat mengajukan keberatan.",
                "The letter of refusal with the reasons (PDF) is on the receipt's page, after "
                "signing in. You can object there, too.",
            )
        )
    return Text("\n".join(line.id for line in lines), "\n".join(line.en for line in lines))


def _of_evidence(outcome: str | None) -> Text:
    if outcome == EvidenceState.ACCEPTED:
        return Text(
            "Bukti Anda diterima. Pekerja yang menunggu bukti ini disaring ulang; hasilnya ada di "
            "tanda terimanya. Halaman bukti menyebut sampai kapan bukti ini dipakai dan bukti lain "
            "yang masih diminta.",
            "Your evidence was accepted. Workers who waited for it are screened again; their "
            "receipts say what came of it. The evidence page says until when it counts, and what "
            "else is asked for.",
        )
    if outcome not in GROUNDS:
        return READ_ON_ITS_PAGE
    why = GROUNDS[RefusalGround(outcome)]
    return Text(
        f"Bukti Anda tidak diterima: {why.id}. Catatan petugas ada di halaman bukti, tempat Anda "
        "dapat melampirkan yang lain.",
        f"Your evidence was not accepted: {why.en}. The officer's words are on the evidence page, "
        "where you can attach another.",
    )


def _line(told: Told) -> Text:
    """A notice as a line of the letter of the day."""
    subject = _with_receipt(title_of(told.notice.kind), told.receipt)
    until = _until(told)
    facts = Text(f"{told.notice.count}{until.id}", f"{told.notice.count}{until.en}")
    if told.application is not None:
        facts = outcome_of(told.application).text
    mark = Text("LATIHAN ", "EXERCISE ") if told.exercise else Text("", "")
    return Text(
        f"- {mark.id}{told.employer}: {subject.id} ({facts.id})",
        f"- {mark.en}{told.employer}: {subject.en} ({facts.en})",
    )


def _until(told: Told) -> Text:
    at = told.notice.until_at
    if at is None:
        return Text("", "")
    shown = moment_text(at)
    if told.notice.kind is NoticeKind.OBJECTION:
        return Text(f", paling lambat {shown.id}", f", by {shown.en} at the latest")
    kind, outcome = told.notice.kind, told.notice.outcome
    if outcome == TO_COME or (kind is NoticeKind.RULES and outcome != RulesChange.SHORTENED):
        return Text(f" mulai {shown.id}", f" from {shown.en}")
    return Text(f" sampai {shown.id}", f" until {shown.en}")


def _with_receipt(title: Text, receipt: str | None) -> Text:
    return title if receipt is None else Text(f"{title.id}: {receipt}", f"{title.en}: {receipt}")


def _page(told: Told, address: str) -> str:
    if told.notice.kind is NoticeKind.RULES:
        return f"{address}/rules"
    page = f"{address}/employer/{format_nib(told.notice.nib)}"
    if told.notice.kind is NoticeKind.EVIDENCE:
        return f"{page}/evidence"
    if told.notice.kind is NoticeKind.OBJECTION:
        return f"{page}/objections"
    if told.notice.kind is NoticeKind.HOSTING:
        return f"{page}/sites"
    if told.notice.application_id is not None:
        page += f"/applications/{told.notice.application_id}"
    return page


def _marked(subject: Text, body: Text, language: Language, *, exercise: bool) -> Letter:
    if exercise:
        subject = Text(f"LATIHAN – {subject.id}", f"LATIHAN / EXERCISE – {subject.en}")
        body = Text(
            "LATIHAN: surat ini tentang latihan dan tidak berlaku untuk bekerja.\n\n" + body.id,
            "LATIHAN / EXERCISE: this is about an exercise and permits no work.\n\n" + body.en,
        )
    return write_letter(subject, body, language)
