"""One example for each shape of this door, for its description; made-up people, no real ones."""

from collections.abc import Mapping
from typing import Any, Final

_BANK: Final = "8120001110001"
_SERIAL: Final = "7Q4K-9Z2M-B3XW-1"
_AT: Final = "2021-07-05T03:00:00Z"
_DUE: Final = "2021-07-05T08:00:00Z"
_LEDGER: Final = {
    **{"rows": 3, "accepted": 2, "unchanged": 0, "duplicate": 0, "exempt": 0},
    "rejected": 1,
}
_COUNTS: Final = {"pending": 0, "approved": 2, "refused": 0, "returned": 0}
_TEXT: Final = "STRP1:6BFOXN*TS0BI$ZDFRH"
_CHANGED: Final = {
    **{"serial": _SERIAL, "application_id": "4711", "row": 2, "successor": None},
    **{"status": "replaced", "changed": True},
}
_EVIDENCE: Final = {
    **{"evidence_id": "12", "kind": "K-j.1", "name": "Izin usaha jasa logistik"},
    **{"state": "uploaded", "reason": None, "pages": 2, "attached_at": _AT},
    **{"decided_at": None, "until": None},
}
_KEY: Final = {
    **{"kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": "kO0t2r8V3jU"},
    "x": "f83OJ3D2xF1Bg8vub9tLe1gHMzV76e8Tus9uPHvRVEU",
    "y": "x_FEzRu9m36HLN_tue659LNpXW6pCyStikYjKIWI5a0",
}
_TICKET: Final = {
    **{
        "ticket": "AQEAAAAAAAAAKgAAAABg4xQwqL2v0m1sT9aZ3cY7xE5uHkWdRfGjBnMpQoI",
        "lane": "employers",
        "number": 42,
        "ahead": 7,
    },
    **{"expected_s": [4, 9], "poll_after_s": 3},
}

EXAMPLES: Final[Mapping[str, Any]] = {
    "RosterIn": {
        "nib": _BANK,
        "workers": [
            {
                **{"nama": "Siti Contoh", "nik": "3174054507850001", "jabatan": "Teller"},
                **{"jenis_lokasi": "pelayanan", "status_vaksin": "dosis2"},
            },
            {
                **{"nama": "Budi Contoh", "nik": "3174050101900002", "jabatan": "Analis"},
                **{"jenis_lokasi": "administrasi", "telepon": "081234567890"},
            },
        ],
    },
    "ReceiptOut": {
        **{"receipt": "9KQ2-7MXA-41PD-R", "application_id": "4711", "ledger": _LEDGER},
        "problems": [
            {
                **{"row": 3, "column": "nik", "code": "missing", "severity": "error"},
                "detail": "Isi NIK pekerja: 16 angka pada KTP.",
            }
        ],
        **{"problems_total": 1, "not_rows": [], "notes": [], "submitted_at": _AT},
        **{"due_at": _DUE, "status_url": "/api/v1/applications/4711"},
    },
    "ApplicationOut": {
        **{"application_id": "4711", "receipt": "9KQ2-7MXA-41PD-R", "nib": _BANK},
        **{"state": "decided", "ledger": _LEDGER, "counts": _COUNTS, **_COUNTS},
        "certificates": {"standing": 2, "suspended": 0, "revoked": 0, "ended": 0},
        **{"submitted_at": _AT, "due_at": _DUE, "decided_at": _AT},
    },
    "WorkersOut": {
        "items": [
            {
                **{"row": 1, "name": "Siti Contoh", "nik_masked": "••••••••••••0001"},
                **{"position": "Teller", "site_type": "pelayanan", "state": "approved"},
                **{"reasons": [], "remark": None, "serial": _SERIAL},
                **{"work_site": None, "host": None},
                "certificate": {"serial": _SERIAL, "status": "standing", "reason": None},
                "objection": None,
            }
        ],
        "next": 1,
    },
    "CertificateOut": {
        **{"serial": _SERIAL, "text": _TEXT, "holder": "Siti Contoh", "identity_tail": "0001"},
        **{"employer": "Bank Contoh", "sector_class": "essential", "sector": "E-a"},
        **{"site_type": "pelayanan", "region": "3171", "issued_at": _AT},
        "period": {"code": "darurat-2021", "from": "2021-07-05", "until": "2021-07-20"},
        "link": "https://strp.example/c/AAAAAABOJ5Q",
        **{"status": "standing", "status_reason": None, "successor": None, "exercise": False},
    },
    "ChangeIn": {"reason": "Pekerja sudah keluar."},
    "ReplacementIn": {"reason": "Nama salah tulis.", "name": "Siti Aminah Contoh"},
    "ChangedOut": _CHANGED,
    "StaffIn": {"service": 120, "administration": 40, "partners": 15},
    "StaffOut": {
        **{"nib": _BANK, "service": 120, "administration": 40, "partners": 15},
        **{"approved": 3, "refused": 0, "pending": 0},
    },
    "SitesOut": {
        "items": [
            {
                **{"employer": "8120001110002", "employer_name": "Alih Daya Contoh"},
                **{"host": _BANK, "host_name": "Bank Contoh", "status": "asked"},
                "waiting": {"service": 12, "administration": 0},
                "places": {"service": 0, "administration": 0},
                **{"until": None, "reason": None},
            }
        ],
        "next": None,
    },
    "SiteIn": {"state": "confirmed", "service": 12},
    "SiteAnsweredOut": {
        **{"state": "confirmed", "proposed": False, "approved": 12, "refused": 0, "pending": 0}
    },
    "ObjectionIn": {"about": "cap", "ref": "4711", "text": "Jumlah pegawai kami 300 orang."},
    "ObjectionOut": {
        **{"id": "31", "about": "cap", "nib": _BANK, "application_id": "4711", "row": None},
        **{"text": "Jumlah pegawai kami 300 orang.", "filed_at": _AT, "due_at": _DUE},
        **{"outcome": None, "reason": None, "decided_at": None},
        **{"evidence_kind": "objection-31", "evidence": None},
    },
    "ForecastOut": {
        **{"at": _AT, "waiting_applications": 312, "waiting_workers": 2790},
        **{"officers_present": 14, "decisions_per_h": 96.4, "clear_at": _DUE},
        "clear_between": [_AT, _DUE],
        "missed": {"expected": 41, "low": 12, "high": 88},
        "missed_by_hour": [{"hour": _DUE, "expected": 41}],
        "officers_needed": [{"hour": _AT, "officers": 18, "low": 15, "high": 22}],
        "decided_late": [
            {"because": "not-taken", "applications": 7, "median_s": 1260, "most_s": 5400}
        ],
    },
    "EvidenceOut": _EVIDENCE,
    "EvidenceListOut": {
        "nib": _BANK,
        "kinds": [
            {"kind": "K-j.1", "name": "Izin usaha jasa logistik", "sector": "K-j", "missing": False}
        ],
        "items": [_EVIDENCE],
    },
    "VerificationIn": {"text": _TEXT},
    "VerificationOut": {
        **{"verdict": "VALID", "exercise": False, "reason_code": None},
        "reason": "Sertifikat ini asli dan berlaku.",
        **{"holder": "Siti Contoh", "identity_tail": "0001", "employer": "Bank Contoh"},
        **{"sector_class": "essential", "site_type": "pelayanan", "serial": _SERIAL},
        "period": {
            **{"number": 1, "code": "darurat-2021", "from": "2021-07-05"},
            "until": "2021-07-20",
        },
        **{"freshness": "fresh", "age_s": 2, "checked_at": _AT},
    },
    "EligibilityOut": {
        **{"needed": True, "outcome": "file", "who_files": "company"},
        **{"sector_class": "essential", "sector": "E-a", "name": "Keuangan dan perbankan"},
        "caps_percent": {"service": 50, "administration": 25},
        **{"evidence": [], "text": "Perusahaan mengajukan untuk pekerjanya."},
        "citation": "Inmendagri 15/2021, diktum ketiga huruf c",
        "next_step": "Masuk, lalu unggah daftar pekerja.",
        **{"objection": None, "attachable": [], "attach_at": None, "office": None},
    },
    "JwkSetOut": {"keys": [_KEY]},
    "BundleOut": {
        "payload": "eyJpc3N1ZXIiOiJJRC1KSyJ9",
        "protected": "eyJhbGciOiJFUzI1NiJ9",
        "signature": "MEUCIQDk3nqf",
    },
    "PolicyOut": {
        **{"id": "jakarta-2021-07-05", "in_force_from": "2021-07-05"},
        "period_today": {"from": "2021-07-05", "until": "2021-07-20"},
    },
    "RoomOut": {
        **{"open": True, "serving": {"employers": 42}, "rate": {"employers": 10.0}, "at": _AT}
    },
    "TicketIn": {"lane": "employers"},
    "TicketOut": _TICKET,
    "AdmissionIn": {"ticket": _TICKET["ticket"]},
    "AdmissionOut": {
        **{"admission": "AgEAAAAAAAAAKgAAAABg4xQw", "lane": "employers", "number": 42},
        "valid_for_s": 900,
    },
    "OrderOut": {"lane": "employers", "entries": [[1, 1, 1, _AT]], "next": None},
    "OpeningOut": {"opening": None},
}
