"""What a reason code of screening tells the reader, and the rule behind it."""

from strp.domain.rules.policy import NoteEffect, Policy
from strp.domain.rules.territory import Territory
from strp.domain.screening.screen import REFERS, REFUSES
from strp.domain.screening.sector_of import OUTSIDE, OUTSIDE_CODES, OUTSIDE_REFUSED
from strp.domain.text import Text

NIK_RULE = "PP 37/2007, pasal 37"
OURS = "Pemetaan KBLI operator STRP (bukan peraturan)"
OFFICER_CHECK = "officer-check"
"""What a filer is told in place of the codes of HIDDEN."""
HIDDEN = frozenset({"claimed-elsewhere", "claims-many", "revoked-elsewhere"})
"""Reasons for officers alone: they tell one employer about another's workers."""
CHECK_RULE = "Penyaringan STRP (bukan peraturan)"
REVOKED_RULE = "Penyaringan STRP: yang pernah dicabut dilihat petugas (bukan peraturan)"
CLAIM_RULE = "Penyaringan STRP: satu pekerja, satu perusahaan (bukan peraturan)"


def reason_text(code: str, policy: Policy, sector: str | None = None) -> tuple[Text, str]:
    """The sentence and the citation of a reason.

    Args:
        code: reason code of a screening.
        policy: the policy that the screening used.
        sector: code of the employer's sector, for a sentence that names its evidence.

    Returns:
        What is the matter and what to do, in both languages, and where the rule stands.
    """
    if code == "sector-not-listed":
        return policy.non_essential.rule, policy.non_essential.citation
    outside = policy.territory.outside
    if code in OUTSIDE_CODES and outside is not None:
        text, others = outside_text(code, policy.territory), outside.everywhere
        return Text(f"{text.id} {others.id}", f"{text.en} {others.en}"), outside.citation
    known = policy.sector(sector) if sector else None
    if code == "evidence-required" and known is not None and known.evidence:
        return _evidence(known.evidence), known.citation
    citations = {
        "over-cap": known.citation if known else policy.quota_citation,
        "staff-unknown": policy.quota_citation,
        "sector-review": known.citation if known else OURS,
        "evidence-required": policy.quota_citation,
        "kbli-edition-unmapped": OURS,
        **dict.fromkeys(("kbli-mixed", "kbli-by-site"), policy.several_kbli.citation or OURS),
        "claimed-elsewhere": CLAIM_RULE,
        "claims-many": CLAIM_RULE,
        "revoked-before": REVOKED_RULE,
        "revoked-elsewhere": REVOKED_RULE,
        OFFICER_CHECK: CHECK_RULE,
        **dict.fromkeys(_OF_HOST, policy.quota_citation),
        "host-not-listed": policy.non_essential.citation,
        "employer-exempt": _exemption(policy),
    }
    return _TEXTS.get(code, _OTHER), citations.get(code, NIK_RULE)


def codes_for_filer(codes: tuple[str, ...], policy: Policy) -> tuple[str, ...]:
    """The reasons of a worker as the employer who filed them is told: nothing about others.

    Where every worker goes before an officer, or this one does for another reason, even that
    there is one more would tell; so it is told only where it alone explains that somebody waits.

    Args:
        codes: reasons of screening and decision.
        policy: the policy that the screening used.
    """
    if HIDDEN.isdisjoint(codes):
        return codes
    told = tuple(code for code in codes if code not in HIDDEN)
    if not policy.straight_through or not (_referring(policy) | REFUSES).isdisjoint(told):
        return told
    return (OFFICER_CHECK, *told)


def codes_of_refusal(codes: tuple[str, ...], policy: Policy) -> tuple[str, ...]:
    """What refused somebody, without what would have sent the worker to an officer: a refusal that
    also says "an officer checks this" tells the employer to wait for nothing.

    Args:
        codes: reasons of screening and decision of a refused worker.
        policy: the policy that the screening used.

    Returns:
        All of them where nothing else is left to tell.
    """
    final = tuple(code for code in codes if code not in _referring(policy))
    return final or codes


def _referring(policy: Policy) -> frozenset[str]:
    notes = {code for code, effect in policy.note_effects if effect is NoteEffect.REFER}
    return REFERS | notes


def _evidence(evidence: tuple[Text, ...]) -> Text:
    return Text(
        f"Sektor ini perlu bukti: {'; '.join(item.id for item in evidence)}. Petugas memeriksa "
        "yang dilampirkan di halaman bukti perusahaan.",
        f"This sector needs evidence: {'; '.join(item.en for item in evidence)}. An officer checks "
        "what is attached on the employer's evidence page.",
    )


def outside_text(code: str, territory: Territory) -> Text:
    """What an employer of another region is told, without who issues there.

    Args:
        code: one of OUTSIDE_CODES.
        territory: where the permits are valid.
    """
    name = territory.name
    looked_at = Text(
        "Petugas memastikan di mana pekerjanya bekerja; sebutkan lokasi kerjanya pada "
        "`lokasi_kerja`.",
        "An officer looks where the workers work; name the site in the column `lokasi_kerja`.",
    )
    also = looked_at if code == OUTSIDE else Text("", "")
    return Text(
        f"STRP ini hanya berlaku di {name.id}, dan perusahaan terdaftar di luar wilayah itu. "
        f"{also.id}".rstrip(),
        f"This STRP is valid in {name.en} only, and the employer is registered outside of it. "
        f"{also.en}".rstrip(),
    )


def _exemption(policy: Policy) -> str:
    return next((group.citation for group in policy.exempt_groups), policy.quota_citation)


_OF_HOST = (
    *("host-unconfirmed", "host-unknown", "host-undetermined", "host-exempt", "host-declined"),
    *("host-closed", "hosts-many"),
)

_OTHER = Text("Petugas memeriksa data ini.", "An officer checks this.")

_TEXTS = {
    OFFICER_CHECK: _OTHER,
    "claims-many": Text(
        "Perusahaan ini mengajukan banyak pekerja yang juga diajukan perusahaan lain. Semua "
        "pekerjanya diperiksa petugas.",
        "This employer files many workers whom other employers have filed. An officer checks all "
        "of its workers.",
    ),
    "over-cap": Text(
        "Jumlah pekerja melebihi batas sektor untuk jenis lokasi ini, dihitung dari semua "
        "pengajuan pada masa berlaku ini. Kurangi daftar, atau nyatakan jumlah pegawai di halaman "
        "perusahaan.",
        "More workers than the sector may have at this type of site, counted over all filings of "
        "this period. Shorten the list, or declare your staff on the employer's page.",
    ),
    "staff-unknown": Text(
        "Jumlah pegawai untuk jenis lokasi ini tidak tercatat, sehingga batas tidak dapat "
        "dihitung. Nyatakan jumlahnya di halaman perusahaan, atau petugas menetapkannya.",
        "Nobody has said how many staff there are at this type of site, so the cap cannot be "
        "worked out. Declare the number on the employer's page, or an officer enters it.",
    ),
    "sector-review": Text(
        "Petugas memastikan apakah kegiatan perusahaan termasuk sektor esensial atau kritikal.",
        "An officer determines whether the company's activity is essential or critical.",
    ),
    "evidence-required": Text(
        "Sektor ini perlu bukti. Petugas memeriksanya.",
        "This sector needs evidence. An officer checks it.",
    ),
    "kbli-mixed": Text(
        "Kode KBLI perusahaan termasuk sektor yang berbeda-beda. Petugas menetapkan sektor tempat "
        "para pekerja ini bekerja.",
        "The company's KBLI codes belong to different sectors. An officer names the sector in "
        "which these workers work.",
    ),
    OUTSIDE: Text(
        "Lokasi kerjanya di luar wilayah berlakunya STRP ini. Petugas memeriksanya.",
        "The site is outside the region where this STRP is valid. An officer looks at it.",
    ),
    OUTSIDE_REFUSED: Text(
        "Lokasi kerjanya di luar wilayah berlakunya STRP ini.",
        "The site is outside the region where this STRP is valid.",
    ),
    "kbli-by-site": Text(
        "Kode KBLI perusahaan termasuk sektor yang berbeda-beda, dan yang berlaku ialah kelas "
        "proses di lokasi kerja. Petugas menetapkan sektor lokasi ini; ajukan setiap lokasi "
        "sendiri.",
        "The company's KBLI codes belong to different sectors, and the class of the process at "
        "the site counts. An officer names the sector of this site; file each site by itself.",
    ),
    "kbli-edition-unmapped": Text(
        "Kode KBLI perusahaan berasal dari edisi yang belum dipetakan, atau dari beberapa kode "
        "edisi lama yang berbeda sektornya. Petugas menentukan sektornya.",
        "The company's KBLI code is of an edition that is not mapped yet, or comes from several "
        "codes of the older edition that lead to different sectors. An officer names the sector.",
    ),
    "claimed-elsewhere": Text(
        "Pekerja ini juga diajukan oleh perusahaan lain pada masa berlaku ini. Petugas memeriksa "
        "di mana ia bekerja.",
        "Another employer has filed this worker in this period. An officer checks where the "
        "person works.",
    ),
    "revoked-before": Text(
        "Surat pekerja ini pernah dicabut, atau diakhiri selagi ditangguhkan, pada masa berlaku "
        "ini. Petugas memutuskan apakah ia mendapat yang baru.",
        "A certificate of this worker was revoked in this period, or ended while it was suspended. "
        "An officer decides whether the worker gets a new one.",
    ),
    "revoked-elsewhere": Text(
        "Surat pekerja ini di perusahaan lain dicabut, atau diakhiri selagi ditangguhkan, pada "
        "masa berlaku ini. Periksa alasannya.",
        "This worker's certificate at another employer was revoked in this period, or ended while "
        "it was suspended. Look why.",
    ),
    "host-unconfirmed": Text(
        "Perusahaan pemilik lokasi kerja belum mengonfirmasi pekerja ini, atau jumlah yang "
        "dikonfirmasinya sudah penuh. Minta ia mengonfirmasi di halaman lokasi kerjanya; petugas "
        "juga dapat.",
        "The company whose site this is has not confirmed this worker yet, or the number that it "
        "confirmed is used up. Ask it to confirm on its page of work sites; an officer can too.",
    ),
    "host-unknown": Text(
        "NIB lokasi kerja tidak ada dalam daftar perusahaan. Periksa NIB; bila benar, petugas "
        "mengonfirmasi setelah perusahaan itu terdaftar.",
        "The NIB of the work site is not in the employer registry. Check it; if it is right, an "
        "officer confirms once that company is registered.",
    ),
    "host-undetermined": Text(
        "Sektor atau jumlah pegawai perusahaan pemilik lokasi kerja belum diketahui. Petugas "
        "menetapkannya dahulu.",
        "Sector or staff of the company whose site this is are unknown. An officer rules on them "
        "first.",
    ),
    "host-not-listed": Text(
        "Perusahaan pemilik lokasi kerja tidak termasuk sektor esensial atau kritikal, jadi tidak "
        "ada yang bekerja di tempatnya.",
        "The company whose site this is belongs to no essential or critical sector, so nobody "
        "works at its site.",
    ),
    "host-exempt": Text(
        "Lokasi kerja ini milik instansi yang tidak memerlukan STRP, juga untuk pekerja dari "
        "perusahaan lain. Cukup tunjukkan surat tugas.",
        "This site belongs to a body that needs no STRP, nor do workers whom other companies send "
        "there. Showing the letter of assignment is enough.",
    ),
    "host-declined": Text(
        "Perusahaan pemilik lokasi kerja menyatakan pekerja Anda tidak bekerja di tempatnya. "
        "Periksa NIB lokasi kerja, atau ajukan keberatan.",
        "The company whose site this is says that your workers do not work there. Check the NIB "
        "of the work site, or object.",
    ),
    "host-closed": Text(
        "Perusahaan pemilik lokasi kerja sedang ditutup. Pekerja ini menunggu sampai dibuka lagi; "
        "tidak perlu mengajukan lagi.",
        "The company whose site this is is closed. This worker waits until it opens again; there "
        "is no need to file again.",
    ),
    "hosts-many": Text(
        "Sudah 100 lokasi kerja menunggu konfirmasi. Ajukan yang lain setelah sebagian "
        "dikonfirmasi.",
        "100 work sites wait to be confirmed. File for others once some of them are.",
    ),
    "employer-exempt": Text(
        "Pegawai instansi atau sektor ini tidak memerlukan STRP. Cukup tunjukkan kartu pegawai.",
        "Staff of this body or sector need no STRP. Showing the staff card is enough.",
    ),
    "nik-age": Text(
        "Tanggal lahir dalam NIK menunjukkan usia di bawah 15 atau di atas 80 tahun. Petugas "
        "memeriksa NIK.",
        "The birth date in the NIK gives an age below 15 or above 80. An officer checks the NIK.",
    ),
    "nik-district-unknown": Text(
        "Kode kecamatan dalam NIK tidak ada dalam daftar terbaru. Ini hanya catatan: kecamatan "
        "dapat dimekarkan, dan NIK tetap memakai kode lama.",
        "The district code in the NIK is not in the current list. This is only a remark: districts "
        "split, and a NIK keeps its old code.",
    ),
}

REASON_CODES = frozenset(_TEXTS) | REFERS | REFUSES
"""Every code that screening gives."""
