"""What each call of this door does, for whom and under which errors, as programs read it.

The texts are English, as the names of the calls are; the summary comes in both languages, for the
page that is made from the description. Codes are those of the one error tree.
"""

from collections.abc import Mapping
from typing import Final, NamedTuple

from strp.domain.text import Text


class Described(NamedTuple):
    """One call.

    Args:
        summary: in a few words, in both languages.
        text: what it does, and what to know before one calls it.
        errors: codes, besides those of its kind below.
    """

    summary: Text
    text: str
    errors: tuple[str, ...] = ()


ANY_CALL: Final = (
    *("too-many-requests", "busy", "database-unavailable", "database-slow", "unexpected"),
)
SIGNED_IN_CALL: Final = ("not-signed-in", "key-unknown", "not-your-task")
WRITING_CALL: Final = ("cross-site-request", "being-changed", "storage-full")
CALL_WITH_BODY: Final = (
    *("bad-request", "file-too-large", "upload-incomplete", "too-slow", "encoding-unsupported"),
)
_ROSTER_REFUSED: Final = (
    *("file-unreadable", "file-truncated", "file-empty", "nul-bytes", "xml-entity", "json-shape"),
    *("unsupported-format", "macro-workbook", "encrypted-workbook", "web-page", "multipart-body"),
    *("zip-bomb", "too-many-rows", "too-many-columns", "too-many-sheets", "no-header", "no-rows"),
)
_RULES: Final = ("no-policy-in-force", "policy-unreadable")
_KEY: Final = ("idempotency-key-malformed",)
_APPLICATION: Final = ("application-unknown", "no-such-address")
_CERTIFICATE: Final = ("certificate-unknown", "certificate-broken", "seal-broken")
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
LIMITS_SIGNED_IN: Final = (
    "Rate limits: a key may call 2,000 times at once and 500 times a second in the long run, a "
    "session 600 times at once and 20 a second. Beyond that: 429 with `Retry-After`."
)
LIMITS_OPEN: Final = (
    "Rate limits: without a key, 2,000 calls at once and 200 a second in the long run from one "
    "block of addresses (/24, /48). Beyond that: 429 with `Retry-After`."
)
LIMITS_ROOM: Final = (
    "Rate limits: 2,000 tickets at once and 50 a second in the long run for one block of addresses "
    "(/24, /48). Beyond that: 429 with `Retry-After`."
)

FILING: Final[Mapping[str, Described]] = {
    "file_application": Described(
        Text("Ajukan daftar pekerja", "File a roster"),
        "Send the list of workers as JSON, CSV or a spreadsheet (.xlsx, .xls, .ods); which of them "
        "it is, is told by the content, not by the media type. `nib` names the employer, in the "
        "address, in the JSON, or in both alike. The answer leaves only when the filing is durable."
        " One bad row never stops the others: `ledger` says where each row went, `problems` what "
        "to mend. Send an `Idempotency-Key`: whoever hears nothing repeats the call with the same "
        "key and gets the same receipt. A body may be packed with gzip (`Content-Encoding`).",
        (
            *(*_ROSTER_REFUSED, *_KEY, *_RULES, "nib-malformed", "nib-missing", "nib-unknown"),
            *("not-your-employer", "employer-closed", "idempotency-key-reused", "filing-failed"),
            *("too-busy", "too-many-unchanged", "period-over", "employer-busy", "upload-too-slow"),
        ),
    ),
    "get_application": Described(
        Text("Keadaan permohonan", "Where an application stands"),
        "The state of an application and its workers by state. Ask every few seconds until `state` "
        "is `decided`; `due_at` says when it is at the latest.",
        _APPLICATION,
    ),
    "withdraw_application": Described(
        Text("Tarik permohonan", "Withdraw an application"),
        "Take back the workers who are not decided yet. Certificates that were issued stand.",
        (*_APPLICATION, "not-your-employer", "already-decided"),
    ),
    "get_workers": Described(
        Text("Pekerja satu permohonan", "Workers of an application"),
        "Workers in row order, a page at a time: send `next` of one page as `after` of the "
        "following one, until it is null. Identities are masked. `serial` and `certificate` are "
        "there once one is issued, which takes seconds after the approval. An official's look is "
        "recorded.",
        (*_APPLICATION, "bad-request", "seal-broken", "seal-key-missing"),
    ),
    "get_corrections": Described(
        Text("Berkas perbaikan", "Corrections"),
        "The filed file with only its rows to mend and two more columns, `masalah` and "
        "`cara_memperbaiki`, in the format that came in. Mend it and file it.",
        (*_APPLICATION, "nothing-to-mend", "seal-broken", "seal-key-missing"),
    ),
    "get_certificates_zip": Described(
        Text("Semua sertifikat, ZIP", "All certificates as a zip"),
        "A PDF for each certificate that stands, and an index.",
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "get_certificates_pdf": Described(
        Text("Semua sertifikat, satu PDF", "All certificates as one PDF"),
        "A page for each certificate that stands.",
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "get_links_csv": Described(
        Text("Tautan pekerja, CSV", "Workers' links as CSV"),
        "Name, last four digits, phone (62…) and private link of each worker whose certificate "
        "stands, to hand out.",
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "get_links_xlsx": Described(
        Text("Tautan pekerja, XLSX", "Workers' links as a workbook"),
        "The same list as a workbook.",
        (*_APPLICATION, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "get_refusal_letter": Described(
        Text("Surat penolakan", "The letter of refusal"),
        "A PDF that names who was refused, why and under which rule, and how to object.",
        (*_APPLICATION, "nothing-refused"),
    ),
}
CERTIFICATES: Final[Mapping[str, Described]] = {
    "get_certificate": Described(
        Text("Satu sertifikat", "One certificate"),
        "What it says, its text (as in the QR), what became of it, and `link`: the private address "
        "that its worker gets.",
        _CERTIFICATE,
    ),
    "get_certificate_pdf": Described(
        Text("Satu sertifikat, PDF", "One certificate as PDF"),
        "A page to print (PDF/UA and PDF/A). Only while it stands.",
        (*_CERTIFICATE, "certificate-not-standing", "period-unknown"),
    ),
    "get_certificate_png": Described(
        Text("QR sertifikat, PNG", "A certificate's QR as PNG"),
        "The QR symbol as a picture.",
        _CERTIFICATE,
    ),
    "get_certificate_svg": Described(
        Text("QR sertifikat, SVG", "A certificate's QR as SVG"),
        "The QR symbol as a drawing, for print at any size.",
        _CERTIFICATE,
    ),
    "get_certificate_text": Described(
        Text("Teks sertifikat", "A certificate's text"),
        "The text in the QR, which verifies by itself.",
        _CERTIFICATE,
    ),
    "replace_certificate": Described(
        Text("Ganti sertifikat", "Replace a certificate"),
        "For one that is lost, leaked or wrong: the old one is REVOKED, a new one is issued within "
        "seconds, with name, position and site as corrected. At most ten times a worker.",
        (
            *(*_CHANGED, *_KEY, "correction-invalid", "no-place-free", "replaced-too-often"),
            *("certificate-suspended", "employer-closed"),
        ),
    ),
    "end_certificate": Described(
        Text("Akhiri sertifikat", "End a certificate"),
        "For a worker who has left; the place under the cap is free again.",
        _CHANGED,
    ),
    "suspend_certificate": Described(
        Text("Tangguhkan sertifikat", "Suspend a certificate"),
        "For officers and supervisors.",
        _CHANGED,
    ),
    "restore_certificate": Described(
        Text("Pulihkan sertifikat", "Restore a certificate"),
        "Ends a certificate's own suspension; for officers and supervisors. A suspension by a "
        "closure ends with the closure.",
        _CHANGED,
    ),
}
EMPLOYERS: Final[Mapping[str, Described]] = {
    "put_staff": Described(
        Text("Nyatakan jumlah pegawai", "Declare the staff"),
        "People who work for the employer in this period, of whom the caps are a share. Who files "
        "answers for the numbers; officials look at some.",
        (
            *(*_EMPLOYER, "declaration-incomplete", "declaration-changed-often", "employer-busy"),
            "employer-closed",
        ),
    ),
    "get_sites": Described(
        Text("Lokasi kerja perusahaan lain", "Work at other employers' sites"),
        "Employers that name this employer's site in `lokasi_kerja`, or whose sites it names, 50 "
        "at a time: what was confirmed, and how many wait. No worker is named.",
        (*_EMPLOYER,),
    ),
    "put_site": Described(
        Text("Jawab untuk lokasi kerja", "Answer for a work site"),
        "The host's word on an employer's workers at its site: how many it confirms by site type "
        "and until when, or why it declines or withdraws. Those who wait are screened again.",
        (
            *(*_EMPLOYER, "hosting-unknown", "hosting-incomplete", "hosting-no-room"),
            *("hosting-state", "four-eyes-same-account", "employer-busy"),
        ),
    ),
    "get_employer_links_csv": Described(
        Text("Tautan semua pekerja, CSV", "All workers' links as CSV"),
        "The private links of all certificates of an employer that stand in the period in force.",
        (*_EMPLOYER, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "get_employer_links_xlsx": Described(
        Text("Tautan semua pekerja, XLSX", "All workers' links as a workbook"),
        "The same list as a workbook.",
        (*_EMPLOYER, *_NO_CERTIFICATES, "certificate-broken"),
    ),
    "post_objection": Described(
        Text("Ajukan keberatan", "Object"),
        "Object to a refusal, by a limit or by an official. One objection is open for each thing.",
        (
            *(*_KEY, *_RULES, "nothing-to-object", "objection-incomplete", "objection-open"),
            *("too-many-objections", "not-your-employer", "application-unknown"),
        ),
    ),
    "get_objection": Described(
        Text("Satu keberatan", "An objection"),
        "The objection and, once it is decided, what came of it.",
        ("objection-unknown", "no-such-address"),
    ),
    "attach_employer_evidence": Described(
        Text("Lampirkan bukti", "Attach evidence"),
        "Attach a letter or permit (PDF, JPEG or PNG, 10 MB at most) for the period in force. The "
        "answer leaves once it was read and kept; an officer decides.",
        (
            *(*_EMPLOYER, *_KEY, "idempotency-key-reused", "evidence-kind-unknown"),
            *("evidence-too-large", "evidence-unreadable", "evidence-encrypted"),
            *("evidence-too-many-pages", "evidence-too-costly", "evidence-too-many"),
            *("file-empty", "upload-too-slow"),
        ),
    ),
    "list_employer_evidence": Described(
        Text("Bukti perusahaan", "An employer's evidence"),
        "What was attached, the newest first, and which kinds may be attached.",
        _EMPLOYER,
    ),
    "get_evidence_page": Described(
        Text("Satu halaman bukti", "A page of evidence"),
        "A picture that STRP has drawn of the page. An official's look is recorded.",
        ("nib-malformed", "evidence-unknown", "evidence-forgotten", "no-such-address"),
    ),
}
PUBLIC: Final[Mapping[str, Described]] = {
    "verify_certificate": Described(
        Text("Verifikasi sertifikat", "Verify a certificate"),
        "Check the text of a QR. The answer says how fresh its ground is. With `checkpoint`, the "
        "hours of that kind of checkpoint count.",
        ("text-or-serial", "checkpoint-unknown", "bad-request"),
    ),
    "get_keys": Described(
        Text("Kunci publik", "Public keys"),
        "The keys that sign certificates, lists and bundles (RFC 7517). The `kid` in a COSE header "
        "is the bytes that `kid` encodes in base64url. A key with `strp: exercise` vouches for "
        "certificates of exercises alone.",
    ),
    "get_trust_bundle": Described(
        Text("Paket kepercayaan", "The trust bundle"),
        "Keys, periods, status lists and checkpoint rules, signed, for use without a network. "
        "With `lists=inline` the lists themselves are in it.",
    ),
    "get_status_list": Described(
        Text("Daftar status", "A status list"),
        "Who is revoked or suspended, by index: a Token Status List as CWT "
        "(draft-ietf-oauth-status-list).",
        ("status-list-unknown", "no-such-address"),
    ),
    "get_policy": Described(
        Text("Aturan yang berlaku", "The rules in force"),
        "The policy file that counts today, with the dates of its period as they stand.",
        _RULES,
    ),
    "get_eligibility": Described(
        Text("Perlu STRP atau tidak", "Who needs an STRP"),
        "Name one: a NIB, business classes (KBLI), a sector or a role. The first that is there in "
        "this order is answered.",
        (*_RULES, "nib-malformed", "nib-unknown", "kbli-malformed", "question-missing"),
    ),
}
ROOM: Final[Mapping[str, Described]] = {
    "get_room": Described(
        Text("Nomor yang dilayani", "What is being served"),
        "The same bytes for everybody: whose number is not above `serving` of its lane comes in. "
        "Ask once a second at most.",
    ),
    "take_ticket": Described(
        Text("Ambil nomor antrean", "Take a place in line"),
        "Where `open` of `/waiting-room.json` is true there is no line, and calls need no ticket. "
        "The body may be left out.",
        ("unreadable", "proof-needed", "proof-invalid", *_KEY),
    ),
    "come_in": Described(
        Text("Masuk dengan nomor", "Come in with a ticket"),
        "Show a ticket whose number is served; the answer sets the cookie that lets in. Before "
        "that it is 425, and `poll_after_s` says when to ask again.",
        (*_TICKET, "ticket-used", "ticket-overtaken", "not-your-turn"),
    ),
    "find_seat": Described(
        Text("Nomor milik akun", "The place that an account keeps"),
        "Find the place in line again on another device, after signing in.",
        ("sign-in-first", "no-seat"),
    ),
    "keep_seat": Described(
        Text("Simpan nomor di akun", "Keep a place with an account"),
        "Keep the ticket that is shown with the account that is signed in.",
        (*_TICKET, "sign-in-first", "no-seat", "cross-site-request"),
    ),
    "get_order": Described(
        Text("Urutan masuk", "The order of coming in"),
        "Who came in when, by number alone, for anyone to check: entry number, place, what was "
        "served then, and the time. Send `next` of one page as `after` of the following one.",
        ("order-unreadable",),
    ),
    "get_opening": Described(
        Text("Janji pembukaan", "What an opening promised"),
        "The commitment of the last opening's draw, and once it was, the seed that it was made "
        "with. `opening` is null where there was none.",
    ),
}
OPERATIONS: Final[Mapping[str, Described]] = {
    "describe": Described(
        Text("Dokumen ini", "This document"), "The description of this door (OpenAPI 3.1)."
    ),
    "alive": Described(Text("Hidup", "Alive"), "Whether this process answers."),
    "ready": Described(
        Text("Siap", "Ready"),
        "Whether this process can do its work: the database answers, and its loops go on.",
    ),
    "metrics": Described(
        Text("Angka-angka", "Metrics"), "Numbers in Prometheus' text format; no personal data."
    ),
}
CALLS: Final[Mapping[str, Described]] = {
    **FILING,
    **CERTIFICATES,
    **EMPLOYERS,
    **PUBLIC,
    **ROOM,
    **OPERATIONS,
}
TAGS: Final[Mapping[str, str]] = {
    "applications": "Rosters in, and what becomes of them.",
    "certificates": "Certificates, corrections and letters of what was filed.",
    "employers": "What an employer says of itself.",
    "evidence": "Letters and permits that an employer attaches.",
    "objections": "Objections to refusals.",
    "public": "What anyone may ask without signing in.",
    "waiting room": "The line in front, where more come than can be served.",
    "operations": "What operators ask.",
}
ABOUT: Final = (
    "STRP issues worker permits of an emergency. A program files for an employer with the key that "
    "its representative makes on the employer's page, sent as `Authorization: Bearer …`.\n\n"
    "The main job: `POST /api/v1/applications` files a roster and gives a receipt; "
    "`GET /api/v1/applications/{application_id}` tells when it is decided; "
    "`GET …/workers` names each worker's certificate; "
    "`GET …/certificates.zip` and `GET /api/v1/certificates/{serial}.pdf` bring the papers.\n\n"
    "Errors are problem documents (RFC 9457): `code` is stable, `detail` is for people, in "
    "Indonesian or, with `Accept-Language: en`, in English. Where `retry_after_s` and "
    "`Retry-After` are told, the same call may succeed after so many seconds. An address that is "
    "not there is 404 `no-such-address`; a method that an address does not serve is 405 with "
    "`Allow`. New codes, members and values may be added; what is there keeps its meaning.\n\n"
    f"{LIMITS_SIGNED_IN} {LIMITS_OPEN}\n\n"
    "A page that leads through the main job in curl, Python and JavaScript is at `/api`."
)
