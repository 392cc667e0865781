"""Bodies, answers and parameters that handlers read or write by themselves, as described."""

from collections.abc import Mapping
from typing import Any, Final

from strp.api.examples import EXAMPLES
from strp.domain.filing.application import WorkerState

Document = dict[str, Any]

_FILE: Final = {"type": "string", "format": "binary"}
_TEXT: Final = {"type": "string"}
SHEET: Final = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
_XLS: Final = "application/vnd.ms-excel"
_ODS: Final = "application/vnd.oasis.opendocument.spreadsheet"
_ROSTER: Final = "nama,nik,jabatan,jenis_lokasi\nSiti Contoh,3174054507850001,Teller,pelayanan\n"


def shape(name: str) -> Document:
    """A reference to a shape."""
    return {"$ref": f"#/components/schemas/{name}"}


def media(schema: Mapping[str, Any]) -> Document:
    """A media type with the example of its shape."""
    # Where there are several shapes, the first is the usual one.
    usual = schema.get("anyOf", [schema])[0]
    name = str(usual.get("$ref", "")).rpartition("/")[2]
    example = EXAMPLES.get(name)
    return {"schema": schema} if example is None else {"schema": schema, "example": example}


# What an answer holds where the handler writes it by itself, by operation and media type.
CONTENT: Final[Mapping[str, Mapping[str, Document]]] = {
    "get_certificate": {"application/json": shape("CertificateOut")},
    "get_certificate_pdf": {"application/pdf": _FILE},
    "get_certificate_png": {"image/png": _FILE},
    "get_certificate_svg": {"image/svg+xml": _TEXT},
    "get_certificate_text": {"text/plain": _TEXT},
    "get_certificates_pdf": {"application/pdf": _FILE},
    "get_certificates_zip": {"application/zip": _FILE},
    "get_links_csv": {"text/csv": _TEXT},
    "get_links_xlsx": {SHEET: _FILE},
    "get_employer_links_csv": {"text/csv": _TEXT},
    "get_employer_links_xlsx": {SHEET: _FILE},
    "get_refusal_letter": {"application/pdf": _FILE},
    "get_corrections": {
        "text/csv": _TEXT,
        SHEET: _FILE,
        _XLS: _FILE,
        _ODS: _FILE,
        "application/json": {"type": "object", "additionalProperties": True},
    },
    "get_evidence_page": {"image/jpeg": _FILE},
    "verify_certificate": {
        "application/json": {"anyOf": [shape("VerificationOut"), shape("SerialVerificationOut")]}
    },
    "get_keys": {"application/jwk-set+json": shape("JwkSetOut")},
    "get_cose_keys": {"application/cose-key-set": _FILE},
    "get_trust_bundle": {"application/jose+json": shape("BundleOut")},
    "get_status_list": {"application/statuslist+cwt": _FILE},
    "get_policy": {"application/json": shape("PolicyOut")},
    "get_eligibility": {"application/json": shape("EligibilityOut")},
    "describe": {"application/vnd.oai.openapi+json": {"type": "object"}},
    "alive": {"text/plain": _TEXT},
    "get_security": {"text/plain": _TEXT},
    "ready": {"text/plain": _TEXT},
    "metrics": {"text/plain": _TEXT},
}
# What a request holds where the handler reads it by itself.
BODIES: Final[Mapping[str, Document]] = {
    "file_application": {
        "description": "Jenisnya dikenali dari isinya, bukan dari tipe medianya; berkas jenis apa "
        "pun boleh dikirim sebagai `application/octet-stream`. / Its kind is told by its content, "
        "not by its media type; a file of any kind may be sent as `application/octet-stream`.",
        "content": {
            "application/json": media(shape("RosterIn")),
            "text/csv": {"schema": _TEXT, "example": _ROSTER},
            SHEET: {"schema": _FILE},
            _XLS: {"schema": _FILE},
            _ODS: {"schema": _FILE},
            "application/octet-stream": {"schema": _FILE},
        },
    },
    "attach_employer_evidence": {
        "description": "Jenisnya dikenali dari isinya, bukan dari tipe medianya. / Its kind is "
        "told by its content, not by its media type.",
        "content": {
            "application/pdf": {"schema": _FILE},
            "image/jpeg": {"schema": _FILE},
            "image/png": {"schema": _FILE},
            "application/octet-stream": {"schema": _FILE},
        },
    },
}
# Other forms of what a path answers: suffix of the path, operation, media type.
ALIASES: Final[Mapping[str, tuple[tuple[str, str], ...]]] = {
    "/api/v1/certificates/{serial}": (
        (".pdf", "get_certificate_pdf"),
        (".png", "get_certificate_png"),
        (".svg", "get_certificate_svg"),
        (".txt", "get_certificate_text"),
    )
}
KEYED: Final = {
    *("file_application", "attach_employer_evidence", "replace_certificate", "post_objection"),
    "take_ticket",
}
LOCATED: Final = {
    *("file_application", "attach_employer_evidence", "replace_certificate", "post_objection"),
}
RESUMABLE: Final = {"get_certificates_pdf", "get_certificates_zip"}
CACHEABLE: Final = {
    *RESUMABLE,
    *("get_certificate", "get_certificate_pdf", "get_certificate_png", "get_certificate_svg"),
    *("get_certificate_text", "get_keys", "get_trust_bundle", "get_status_list", "get_policy"),
    *("get_eligibility", "describe", "get_room", "get_security"),
}
IDEMPOTENCY_KEY: Final[Document] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Kunci yang sama memberi jawaban yang sama, berapa kali pun dikirim; pakai "
    "nilai acak dalam ASCII, misalnya UUID. Untuk tiket berlaku sehari, bagi alamat, program "
    "(User-Agent, Accept-Language), sesi masuk dan jalur yang sama. / The same key gives the same "
    "answer, however often it is sent; take a random one in ASCII, such as a UUID. For tickets it "
    "holds a day, for the same address, program (User-Agent, Accept-Language), sign-in and line.",
    "schema": {
        "type": "string",
        "minLength": 1,
        "maxLength": 255,
    },
    "example": "b3f1c0de-8a51-4c7e-9a53-2f1f0b6f7a11",
}
LANGUAGE: Final[Document] = {
    "name": "lang",
    "in": "query",
    "required": False,
    "description": "`en`: kalimat dalam bahasa Inggris, selain itu bahasa Indonesia; didahulukan "
    "dari `Accept-Language`. / `en` for sentences in English, else Indonesian; wins over "
    "`Accept-Language`.",
    "schema": {"type": "string"},
    "example": "en",
}
_NUMBER: Final = {"type": "string", "pattern": "^[0-9]{1,18}$"}
PARAMETERS: Final[Mapping[str, Document]] = {
    "application_id": {
        "description": "Nomor pengajuan, seperti disebut tanda terima. / "
        "Number of the application, as the receipt tells it.",
        "schema": _NUMBER,
        "example": "4711",
    },
    "number": {"description": "Nomornya. / Its number.", "schema": _NUMBER, "example": "0"},
    "evidence_id": {"description": "Nomornya. / Its number.", "schema": _NUMBER, "example": "12"},
    "page_no": {
        "description": "Halaman, mulai 1. / Page, from 1.",
        "schema": _NUMBER,
        "example": "1",
    },
    "serial": {
        "description": "Nomor seri surat, seperti tercetak. / "
        "Serial of the certificate, as it is printed.",
        "schema": {"type": "string", "pattern": "^[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]$"},
        "example": "7Q4K-9Z2M-B3XW-1",
    },
    "nib": {
        "description": "NIB perusahaan, 13 digit. / NIB of the employer, 13 digits.",
        "schema": {"type": "string", "pattern": "^[0-9]{13}$"},
        "example": "8120001110001",
    },
    "kind": {
        "description": "Kode jenis bukti, seperti disebut daftar bukti perusahaan atau jawaban "
        "kelayakan. / Code of the kind of evidence, as the list of the employer's evidence or "
        "the answer about eligibility names it.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 40},
        "example": "K-j.1",
    },
    "state": {
        "description": "Hanya pekerja dengan status ini. / Only workers in this state.",
        "schema": {"type": "string", "enum": [state.value for state in WorkerState]},
    },
    "after": {
        "description": "Hanya baris setelah ini: `next` dari halaman sebelumnya. / "
        "Only rows after this one: `next` of the page before.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 2**62, "default": 0},
    },
    "limit": {
        "description": "Paling banyak pekerja dalam satu halaman. / Most workers of one page.",
        "schema": {"type": "integer", "minimum": 1, "maximum": 1000, "default": 100},
    },
    "lists": {
        "description": "`inline`: beserta daftar statusnya; selain itu: tanpa. / "
        "`inline`: with the status lists themselves; anything else: without.",
        "schema": {"type": "string"},
        "example": "inline",
    },
    "kbli": {
        "description": "Kode KBLI 2 sampai 5 digit, beberapa dipisah koma. / "
        "Business classes of 2 to 5 digits, several with commas.",
        "schema": {"type": "string", "pattern": "^[0-9]{2,5}(,[0-9]{2,5}){0,19}$"},
        "example": "64121",
    },
    "edition": {
        "description": "Tahun klasifikasi `kbli`. / Year of the classification of `kbli`.",
        "schema": {"type": "integer", "minimum": 2009, "maximum": 2100, "default": 2020},
    },
    "employer": {
        "description": "NIB perusahaan yang pekerjanya di sana, 13 digit. / "
        "NIB of the employer whose workers are there, 13 digits.",
        "schema": {"type": "string", "pattern": "^[0-9]{13}$"},
        "example": "8120001110002",
    },
    "get_sites.role": {
        "description": "`host`: siapa yang menyebut lokasi perusahaan ini; `employer`: lokasi "
        "siapa yang disebutnya. / `host`: who names this employer's site; `employer`: whose sites "
        "it names.",
        "schema": {"type": "string", "enum": ["host", "employer"], "default": "host"},
    },
    "get_sites.after": {
        "description": "`next` dari halaman sebelumnya. / `next` of the page before.",
        "schema": {"type": "integer", "minimum": 0, "maximum": 10**13, "default": 0},
    },
    "sector": {
        "description": "Kode sektor menurut aturan yang berlaku; `N`: tidak satu pun. / "
        "Code of a sector of the rules in force; `N` for none of them.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 40},
        "example": "E-a",
    },
    "role": {
        "description": "`company`, `worker`, `urgent`, atau kelompok yang dikecualikan "
        "aturan yang berlaku. / "
        "`company`, `worker`, `urgent`, or an exempt group of the rules in force.",
        "schema": {"type": "string", "minLength": 1, "maxLength": 40},
        "example": "worker",
    },
}
