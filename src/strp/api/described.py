"""Summary and errors of each call of this door; what to know of it stands in `described_texts`.

Codes are those of the one error tree. Tests hold the list: a call that answers with a code which it
does not name fails the test that called it (`tests/api/named_errors.py`).
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from strp.domain.text import Text


class Described(NamedTuple):
    """One call.

    Args:
        summary: in a few words, in both languages.
        errors: codes, besides those of its kind below.
    """

    summary: Text
    errors: tuple[str, ...] = ()


ANY_CALL: Final = (
    *("too-many-requests", "busy", "database-unavailable", "database-slow", "unexpected"),
    "head-too-large",
)
SIGNED_IN_CALL: Final = ("not-signed-in", "key-unknown", "not-your-task")
WRITING_CALL: Final = ("cross-site-request", "being-changed", "employer-busy", "storage-full")
CALL_WITH_BODY: Final = (
    *("bad-request", "file-too-large", "upload-incomplete", "too-slow", "encoding-unsupported"),
)
_ROSTER_REFUSED: Final = (
    *("file-unreadable", "file-truncated", "file-empty", "nul-bytes", "xml-entity", "json-shape"),
    *("unsupported-format", "macro-workbook", "encrypted-workbook", "web-page", "multipart-body"),
    "unsupported-encoding",
    *("zip-bomb", "too-many-rows", "too-many-columns", "too-many-sheets", "no-header", "no-rows"),
)
_RULES: Final = ("no-policy-in-force", "policy-unreadable")
_KEY: Final = ("idempotency-key-malformed",)
_APPLICATION: Final = ("application-unknown", "no-such-address")
_CERTIFICATE: Final = ("certificate-unknown", "certificate-broken", "seal-broken")
_MADE_APART: Final = (
    *("document-being-made", "document-too-large", "documents-too-many", "document-not-made"),
    *("document-removed", "not-printed"),
)
_NO_CERTIFICATES: Final = ("no-certificates-yet", "no-certificates-standing", "period-unknown")
_EMPLOYER: Final = ("nib-malformed", "nib-unknown", "not-your-employer", *_RULES)
_CHANGED: Final = (
    *("certificate-unknown", "reason-missing", "certificate-replaced", "certificate-revoked"),
    *("certificate-ended",),
)
_TICKET: Final = (
    *("unreadable", "ticket-unreadable", "ticket-forged", "ticket-other-lane", "ticket-lapsed"),
    "ticket-expired",
)
FILING: Final[Mapping[str, Described]] = {
    "file_application": Described(
        Text("Ajukan daftar pekerja", "File a roster"),
        (
            *(*_ROSTER_REFUSED, *_KEY, *_RULES, "nib-malformed", "nib-missing", "nib-unknown"),
            *("not-your-employer", "employer-closed", "idempotency-key-reused", "filing-failed"),
            *("too-busy", "too-many-unchanged", "period-over", "upload-too-slow"),
        ),
    ),
    "get_application": Described(
        Text("Status pengajuan", "Where an application stands"),
        _APPLICATION,
    ),
    "withdraw_application": Described(
        Text("Tarik pengajuan", "Withdraw an application"),
        (*_APPLICATION, "not-your-employer", "already-decided"),
    ),
    "get_workers": Described(
        Text("Pekerja satu pengajuan", "Workers of an application"),
        (*_APPLICATION, "bad-request", "seal-broken", "seal-key-missing"),
    ),
    "get_corrections": Described(
        Text("Berkas perbaikan", "Corrections"),
        (*_APPLICATION, "nothing-to-mend", "seal-broken", "seal-key-missing"),
    ),
    "get_certificates_zip": Described(
        Text("Semua surat, ZIP", "All certificates as a zip"),
        (*_APPLICATION, *_NO_CERTIFICATES, *_MADE_APART, "certificate-broken"),
    ),
    "get_certificates_pdf": Described(
        Text("Semua surat dalam satu PDF", "All certificates as one PDF"),
        (*_APPLICATION, *_NO_CERTIFICATES, *_MADE_APART, "certificate-broken"),
    ),
    "get_links_csv": Described(
        Text("Tautan pekerja, CSV", "Workers' links as CSV"),
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken", "links-too-often"),
    ),
    "get_links_xlsx": Described(
        Text("Tautan pekerja, XLSX", "Workers' links as a workbook"),
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken", "links-too-often"),
    ),
    "get_refusal_letter": Described(
        Text("Surat penolakan", "The letter of refusal"),
        (*_APPLICATION, "nothing-refused"),
    ),
}
CERTIFICATES: Final[Mapping[str, Described]] = {
    "get_certificate": Described(
        Text("Satu surat", "One certificate"),
        _CERTIFICATE,
    ),
    "get_certificate_pdf": Described(
        Text("Satu surat, PDF", "One certificate as PDF"),
        (*_CERTIFICATE, "certificate-not-standing", "period-unknown"),
    ),
    "get_certificate_png": Described(
        Text("QR surat, PNG", "A certificate's QR as PNG"),
        _CERTIFICATE,
    ),
    "get_certificate_svg": Described(
        Text("QR surat, SVG", "A certificate's QR as SVG"),
        _CERTIFICATE,
    ),
    "get_certificate_text": Described(
        Text("Teks surat", "A certificate's text"),
        _CERTIFICATE,
    ),
    "replace_certificate": Described(
        Text("Ganti surat", "Replace a certificate"),
        (
            *(*_CHANGED, *_KEY, "correction-invalid", "no-place-free", "replaced-too-often"),
            *("certificate-suspended", "employer-closed"),
        ),
    ),
    "end_certificate": Described(
        Text("Akhiri surat", "End a certificate"),
        _CHANGED,
    ),
    "suspend_certificate": Described(
        Text("Tangguhkan surat", "Suspend a certificate"),
        _CHANGED,
    ),
    "restore_certificate": Described(
        Text("Pulihkan surat", "Restore a certificate"),
        _CHANGED,
    ),
}
EMPLOYERS: Final[Mapping[str, Described]] = {
    "put_staff": Described(
        Text("Nyatakan jumlah pegawai", "Declare the staff"),
        (
            *(*_EMPLOYER, "declaration-incomplete", "declaration-changed-often"),
            "employer-closed",
        ),
    ),
    "get_sites": Described(
        Text("Lokasi kerja perusahaan lain", "Work at other employers' sites"),
        (*_EMPLOYER, "bad-request"),
    ),
    "put_site": Described(
        Text("Jawab untuk lokasi kerja", "Answer for a work site"),
        (
            *(*_EMPLOYER, "hosting-unknown", "hosting-incomplete", "hosting-no-room"),
            *("hosting-state", "four-eyes-same-account"),
        ),
    ),
    "get_employer_links_csv": Described(
        Text("Tautan semua pekerja, CSV", "All workers' links as CSV"),
        (*_EMPLOYER, *_NO_CERTIFICATES, "certificate-broken", "links-too-often"),
    ),
    "get_employer_links_xlsx": Described(
        Text("Tautan semua pekerja, XLSX", "All workers' links as a workbook"),
        (*_EMPLOYER, *_NO_CERTIFICATES, "certificate-broken", "links-too-often"),
    ),
    "post_objection": Described(
        Text("Ajukan keberatan", "Object"),
        (
            *(*_KEY, *_RULES, "nothing-to-object", "objection-incomplete", "objection-open"),
            *("too-many-objections", "not-your-employer", "application-unknown"),
        ),
    ),
    "get_forecast": Described(
        Text("Perkiraan antrean hari ini", "The desk's forecast for today"), ("no-forecast-yet",)
    ),
    "get_objection": Described(
        Text("Satu keberatan", "An objection"),
        ("objection-unknown", "no-such-address"),
    ),
    "attach_employer_evidence": Described(
        Text("Lampirkan bukti", "Attach evidence"),
        (
            *(*_EMPLOYER, *_KEY, "idempotency-key-reused", "evidence-kind-unknown"),
            *("evidence-too-large", "evidence-unreadable", "evidence-encrypted"),
            *("evidence-too-many-pages", "evidence-too-costly", "evidence-too-many"),
            *("file-empty", "upload-too-slow"),
        ),
    ),
    "list_employer_evidence": Described(
        Text("Bukti perusahaan", "An employer's evidence"),
        _EMPLOYER,
    ),
    "get_evidence_page": Described(
        Text("Satu halaman bukti", "A page of evidence"),
        ("nib-malformed", "evidence-unknown", "evidence-forgotten", "no-such-address"),
    ),
}
PUBLIC: Final[Mapping[str, Described]] = {
    "verify_certificate": Described(
        Text("Verifikasi surat", "Verify a certificate"),
        ("text-or-serial", "checkpoint-unknown", "bad-request"),
    ),
    "get_keys": Described(
        Text("Kunci publik", "Public keys"),
    ),
    "get_cose_keys": Described(
        Text("Kunci publik sebagai COSE", "Public keys as COSE"),
    ),
    "get_trust_bundle": Described(
        Text("Paket kepercayaan", "The trust bundle"),
    ),
    "get_status_list": Described(
        Text("Daftar status", "A status list"),
        ("status-list-unknown", "no-such-address"),
    ),
    "get_policy": Described(
        Text("Aturan yang berlaku", "The rules in force"),
        _RULES,
    ),
    "get_eligibility": Described(
        Text("Perlu STRP atau tidak", "Who needs an STRP"),
        (
            *(*_RULES, "nib-malformed", "nib-unknown", "kbli-malformed", "question-missing"),
            *("sector-unknown", "role-unknown", "bad-request"),
        ),
    ),
}
ROOM: Final[Mapping[str, Described]] = {
    "get_room": Described(
        Text("Nomor yang dilayani", "What is being served"),
    ),
    "take_ticket": Described(
        Text("Ambil nomor antrean", "Take a place in line"),
        ("unreadable", "proof-needed", "proof-invalid", *_KEY),
    ),
    "come_in": Described(
        Text("Masuk dengan nomor", "Come in with a ticket"),
        (*_TICKET, "ticket-used", "ticket-overtaken", "not-your-turn"),
    ),
    "find_seat": Described(
        Text("Nomor milik akun", "The place that an account keeps"),
        ("sign-in-first", "no-seat"),
    ),
    "keep_seat": Described(
        Text("Simpan nomor di akun", "Keep a place with an account"),
        (*_TICKET, "sign-in-first", "no-seat", "cross-site-request"),
    ),
    "get_order": Described(
        Text("Urutan masuk", "The order of coming in"),
        ("order-unreadable",),
    ),
    "get_opening": Described(
        Text("Janji pembukaan", "What an opening promised"),
    ),
}
OPERATIONS: Final[Mapping[str, Described]] = {
    "describe": Described(Text("Dokumen ini", "This document")),
    "get_security": Described(
        Text("Alamat laporan keamanan", "Whom to tell of a fault in security"),
        ("no-such-address",),
    ),
    "alive": Described(Text("Hidup", "Alive")),
    "ready": Described(
        Text("Siap", "Ready"),
    ),
    "metrics": Described(Text("Angka-angka", "Metrics")),
}
CALLS: Final[Mapping[str, Described]] = {
    **FILING,
    **CERTIFICATES,
    **EMPLOYERS,
    **PUBLIC,
    **ROOM,
    **OPERATIONS,
}
