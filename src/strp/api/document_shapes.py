"""Shapes of documents that handlers write or read by themselves, for the description alone."""

from typing import Annotated, Any, Final

import msgspec

from strp.api.applications import ApplicationOut, ReceiptOut
from strp.api.certificate_changes import ChangedOut, ChangeIn, ReplacementIn
from strp.api.certificates import CertificateOut
from strp.api.employers import StaffIn, StaffOut
from strp.api.evidence import EvidenceListOut, EvidenceOut
from strp.api.field_types import Day, Moment
from strp.api.objections import ObjectionIn, ObjectionOut
from strp.api.public import (
    EligibilityOut,
    SerialVerificationOut,
    VerificationIn,
    VerificationOut,
)
from strp.api.sites import SiteAnsweredOut, SiteIn, SitesOut
from strp.api.waiting_room import AdmissionIn, AdmissionOut, RoomOut, TicketIn, TicketOut
from strp.api.workers import WorkersOut
from strp.credential.bundle_shape import BundleShape
from strp.domain.roster.columns import Column
from strp.domain.waiting_room.lanes import Lane

Document = dict[str, Any]
TEMPLATE: Final = "#/components/schemas/{name}"


class FieldProblem(msgspec.Struct):
    """What is wrong with one field of what was sent."""

    field: str
    code: str
    detail: str


class Problem(msgspec.Struct):
    """A problem document (RFC 9457): `code` is stable, `detail` is for people."""

    type: Annotated[str, msgspec.Meta(extra_json_schema={"format": "uri"})]
    title: str
    status: Annotated[int, msgspec.Meta(ge=400, le=599)]
    code: str
    detail: str
    retry_after_s: int | msgspec.UnsetType = msgspec.UNSET
    fields: list[FieldProblem] | msgspec.UnsetType = msgspec.UNSET


class NotYourTurn(Problem, kw_only=True):
    """The place is kept; ask again after `poll_after_s`."""

    poll_after_s: Annotated[int, msgspec.Meta(ge=1)]


class TicketRefused(Problem, kw_only=True):
    """Where a proof of work is asked for, `challenge` is what to solve (altcha)."""

    challenge: dict[str, Any] | msgspec.UnsetType = msgspec.UNSET


class JwkOut(msgspec.Struct):
    """A public key (RFC 7517); `strp` stands only at keys of exercises."""

    kty: Annotated[str, msgspec.Meta(extra_json_schema={"const": "EC"})]
    crv: Annotated[str, msgspec.Meta(extra_json_schema={"const": "P-256"})]
    x: str
    y: str
    alg: Annotated[str, msgspec.Meta(extra_json_schema={"const": "ES256"})]
    kid: str
    use: Annotated[str, msgspec.Meta(extra_json_schema={"const": "sig"})]
    strp: str | msgspec.UnsetType = msgspec.UNSET


class JwkSetOut(msgspec.Struct):
    """A set of public keys."""

    keys: list[JwkOut]


class BundleOut(msgspec.Struct):
    """The trust bundle: a JWS in flattened JSON form (RFC 7515, 7.2.2), signed with ES256."""

    payload: Annotated[
        str,
        msgspec.Meta(
            description="A `BundleShape` as JSON, in base64url.",
            extra_json_schema={
                "contentEncoding": "base64url",
                "contentMediaType": "application/json",
                "contentSchema": {"$ref": TEMPLATE.format(name="BundleShape")},
            },
        ),
    ]
    protected: str
    signature: str


class PolicyDatesOut(msgspec.Struct):
    """Both days belong to the period."""

    starts_on: Day = msgspec.field(name="from")
    until: Day


class PolicyOut(msgspec.Struct):
    """The rules in force, as their file says them; see docs/policies.md for all members."""

    id: str
    in_force_from: Day
    period_today: PolicyDatesOut


class OrderOut(msgspec.Struct):
    """A page of the order of a lane: entry number, place, what was served then, and when."""

    lane: Lane
    entries: list[list[int | str]]
    next: int | None


class DrawOut(msgspec.Struct):
    """Which numbers of a lane were drawn."""

    first: int
    count: int


class OpeningOut(msgspec.Struct):
    """What the last opening promised; without one, `opening` is null and the rest is missing."""

    opening: int | None
    opens_at: Moment | msgspec.UnsetType = msgspec.UNSET
    commitment: str | msgspec.UnsetType = msgspec.UNSET
    seed: str | msgspec.UnsetType | None = msgspec.UNSET
    opened_at: Moment | msgspec.UnsetType | None = msgspec.UNSET
    draws: dict[str, DrawOut] | msgspec.UnsetType = msgspec.UNSET


SHAPES: Final = (
    *(ReceiptOut, ApplicationOut, WorkersOut, CertificateOut, ChangeIn, ReplacementIn, ChangedOut),
    *(StaffIn, StaffOut, ObjectionIn, ObjectionOut, EvidenceOut, EvidenceListOut),
    *(
        VerificationIn,
        VerificationOut,
        SerialVerificationOut,
        SerialVerificationOut,
        EligibilityOut,
    ),
    *(JwkSetOut, BundleOut, BundleShape),
    *(PolicyOut, RoomOut, TicketIn, TicketOut, AdmissionIn, AdmissionOut, OrderOut, OpeningOut),
    *(SitesOut, SiteIn, SiteAnsweredOut),
    *(Problem, NotYourTurn, TicketRefused),
)
_COLUMNS: Final = {
    Column.NAME: "Wajib, 1 sampai 100 huruf. / Required, 1 to 100 characters.",
    Column.NIK: "Wajib, 16 digit; atau `dokumen`. / Required, 16 digits; or `dokumen`.",
    Column.DOCUMENT: "Nomor KITAS atau paspor bila tidak ada NIK. / "
    "Number of a KITAS or passport, for whoever has no NIK.",
    Column.POSITION: "Wajib. / Required.",
    Column.SITE_TYPE: "Wajib: `pelayanan` (pelayanan, produksi) atau `administrasi`. / "
    "Required: `pelayanan` (service, production) or `administrasi`.",
    Column.REGION: "Kode Kemendagri 4 sampai 10 digit, atau nama yang berarti satu tempat. / "
    "Kemendagri code of 4 to 10 digits, or a name that means one place.",
    Column.VACCINATION: "`belum`, `dosis1`, `dosis2`, `booster` atau/or `kontraindikasi`.",
    Column.PHONE: "Nomor ponsel Indonesia. / An Indonesian mobile number.",
    Column.NIP: "18 digit (NRP: 8); baris itu dikecualikan. / 18 digits (NRP: 8); such a row is "
    "exempt.",
    Column.LEFT: "Tanggal: surat pekerja berakhir saat itu. / A date: the worker's certificate "
    "ends then.",
    Column.WORK_SITE: "Pekerja alih daya: NIB tempatnya, atau nama yang diulang tanda terima. / "
    "Of outsourced workers: NIB of the host, or a name that the receipt repeats.",
}


def schemas() -> Document:
    """Schemas of all shapes, by name."""
    found = msgspec.json.schema_components(SHAPES, ref_template=TEMPLATE)[1]
    found["PolicyOut"]["additionalProperties"] = True
    for one in found.values():
        for member in one.get("properties", {}).values():
            member.pop("default", None)  # generators take what has a default for always there
    return found | {"RosterIn": _roster(), "WorkerIn": _worker()}


def _roster() -> Document:
    return {
        "title": "RosterIn",
        "description": "Daftar pekerja. `nib` boleh disebut di alamat. / "
        "A roster. `nib` may stand in the address instead.",
        "type": "object",
        "required": ["workers"],
        "properties": {
            "nib": {"type": "string", "pattern": "^[0-9]{13}$"},
            "staff": {
                "description": "Opsional: menyatakan jumlah staf untuk masa ini sebelum baris "
                "disaring, seperti `PUT /api/v1/employers/{nib}/staff`. / "
                "Optional: declares the staff for this period before the rows are "
                "screened, as `PUT /api/v1/employers/{nib}/staff` does.",
                "$ref": TEMPLATE.format(name="StaffIn"),
            },
            "workers": {
                "type": "array",
                "minItems": 1,
                "items": {"$ref": TEMPLATE.format(name="WorkerIn")},
            },
        },
    }


def _worker() -> Document:
    return {
        "title": "WorkerIn",
        "description": "Satu pekerja; kolomnya bernama seperti dalam berkas, kolom lain disimpan "
        "untuk berkas perbaikan. Yang salah hanya menggugurkan baris ini. / "
        "One worker; columns are named as in a file, other columns are kept for the "
        "corrections. What is wrong here costs this row alone, and the receipt says it.",
        "type": "object",
        "properties": {
            column.value: {
                "type": "string",
                "description": _COLUMNS.get(column, "Opsional. / Optional."),
            }
            for column in Column
        },
        "additionalProperties": True,
    }
