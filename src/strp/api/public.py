"""What anyone may ask without signing in: verify, keys, status, rules, eligibility."""

from dataclasses import replace
from typing import Annotated, Any, Final

import msgspec
from litestar import Request, Response, Router, get, post
from litestar.openapi import ResponseSpec

from strp.api.actors import WHO
from strp.api.checkpoint_shapes import CheckpointOut, checkpoint_out
from strp.api.field_types import AddressTemplate, Day, Moment, SerialText
from strp.api.times import rfc3339
from strp.credential.signing import COSE_KEYS_TYPE
from strp.credential.status_list import MEDIA_TYPE as STATUS_LIST_TYPE
from strp.credential.trust import MEDIA_TYPE as BUNDLE_TYPE
from strp.credential.trust import Inspection
from strp.domain.certificates.certificate import FreshnessState, Verdict
from strp.domain.employers.caps import UNLIMITED, Caps
from strp.domain.errors import InvalidInput
from strp.domain.overload import Priority
from strp.domain.roster.row import SiteType
from strp.domain.rules.policy import SectorClass, UrgentOffice
from strp.domain.screening.eligibility import Eligibility, EligibilityOutcome, Filer
from strp.domain.text import Language, Text
from strp.http.caching import cacheable, readable_anywhere
from strp.http.language import language_of
from strp.http.route_class import (
    API_LOOK_UP,
    JSON_BYTES,
    ROUTE,
    BodyLimit,
    Effort,
    RouteClass,
    SharedAnswer,
)
from strp.usecases.certificates.check_serial import verify_serial
from strp.usecases.certificates.trust import (
    CACHE_S,
    cose_keys,
    current_trust,
    public_keys,
    signed_status_list,
    trust_bundle,
    verify,
)
from strp.usecases.process.system import System
from strp.usecases.rules.current import rules_document
from strp.usecases.rules.eligibility import tell_eligibility

AnyRequest = Request[Any, Any, Any]
KEYS_S = 3600
RULES_S = 300
MOST_TEXT_CHARACTERS = 4096
MOST_SERIAL_CHARACTERS = 64


class VerificationIn(msgspec.Struct):
    """The text of a QR, as scanned or typed, or the serial that stands beside it; not both.

    `checkpoint` is the code of a kind of checkpoint whose hours count.
    """

    text: Annotated[str, msgspec.Meta(max_length=MOST_TEXT_CHARACTERS)] | None = None
    serial: Annotated[str, msgspec.Meta(max_length=MOST_SERIAL_CHARACTERS)] | None = None
    checkpoint: Annotated[str, msgspec.Meta(max_length=MOST_SERIAL_CHARACTERS)] | None = None


class PeriodOut(msgspec.Struct):
    """The span of a certificate, as it stands now."""

    number: int
    code: str | None
    starts_on: Day | None = msgspec.field(name="from")
    until: Day | None


class VerificationOut(msgspec.Struct):
    """What a check found."""

    verdict: Verdict
    exercise: bool
    reason: str
    reason_code: str | None
    holder: str | None
    identity_tail: str | None
    employer: str | None
    sector_class: SectorClass | None
    site_type: SiteType | None
    serial: SerialText | None
    period: PeriodOut | None
    freshness: FreshnessState
    age_s: int
    checked_at: Moment | None
    clock_behind_s: int = 0
    checkpoint: CheckpointOut | None = None


class SerialVerificationOut(msgspec.Struct):
    """What the check of a serial found: who asks by a number learns nothing of the holder."""

    verdict: Verdict
    exercise: bool
    reason: str
    checked_at: Moment | None


class AttachableOut(msgspec.Struct):
    """Evidence that an employer may attach: code of its kind, and what it is."""

    kind: str
    name: str


class OfficeOut(msgspec.Struct):
    """Where to go with an urgent need."""

    place: str
    telephone: str
    hours: str
    citation: str


class EligibilityOut(msgspec.Struct):
    """The answer to "do I need an STRP, and who files it?".

    `caps_percent` by site type; null in it: no share of staff bounds them.
    `attachable` evidence goes to `attach_at`; an officer reads it before the workers are let in.
    """

    needed: bool
    outcome: EligibilityOutcome
    who_files: Filer
    sector_class: SectorClass | None
    sector: str | None
    name: str | None
    caps_percent: dict[str, int | None] | None
    evidence: list[str]
    text: str
    citation: str
    next_step: str
    objection: str | None
    attachable: list[AttachableOut]
    attach_at: AddressTemplate | None
    office: OfficeOut | None


def has_status_list(system: System, address: str) -> bool:
    """Whether a certificate has its status in the list at an address."""
    number, trust = address.rpartition("/")[2], system.trust.bundle
    is_number = number.isascii() and number.isdigit() and len(number) <= 10
    return (
        is_number
        and str(int(number)) == number
        and trust is not None
        and int(number) in trust.lists
    )


VERIFICATION: Final = RouteClass(
    priority=Priority.CHECK,
    body=BodyLimit(most_bytes=JSON_BYTES, for_anyone=True),
    effort=Effort.CHECK,
    from_any_site=True,
)
# A checkpoint asks once an hour, and shall not get what was made for the one before it.
SHARED: Final = replace(API_LOOK_UP, cache=SharedAnswer(fresh_s=1.0))
TRUST: Final = replace(SHARED, read_anywhere=True)
COSE_KEYS: Final = "/.well-known/cose-key-set"
KEYS: Final = replace(
    TRUST, cache=SharedAnswer(fresh_s=1.0, by_accept=((COSE_KEYS_TYPE, COSE_KEYS),))
)
BUNDLE: Final = replace(TRUST, cache=SharedAnswer(fresh_s=1.0, variants=(("lists", "inline"),)))
STATUS_LIST: Final = replace(TRUST, cache=SharedAnswer(fresh_s=1.0, exists=has_status_list))
API_SEARCH: Final = RouteClass(priority=Priority.LOOK_UP, effort=Effort.SEARCH)


@post("/api/v1/verifications", status_code=200, opt={WHO: None, ROUTE: VERIFICATION})
async def verify_certificate(
    request: AnyRequest, system: System, data: VerificationIn
) -> VerificationOut | SerialVerificationOut:
    """Check a certificate; the answer tells how fresh its ground is.

    Args:
        data: the text of a QR or a serial, and perhaps the checkpoint that asks.

    Raises:
        InvalidInput: `text-or-serial`: both were sent, or neither.
    """
    if (data.text is None) == (data.serial is None):
        raise InvalidInput("text-or-serial", _TEXT_OR_SERIAL)
    if data.serial is not None:
        found = await verify_serial(system, data.serial, checkpoint=data.checkpoint)
        return SerialVerificationOut(
            verdict=found.verdict,
            exercise=found.exercise,
            reason=found.reason.in_(language_of(request)),
            checked_at=rfc3339(found.checked_at),
        )
    found = await verify(system, data.text or "", checkpoint=data.checkpoint)
    trust = await current_trust(system)
    period = trust.periods.get(found.claims.period_id) if found.claims else None
    language = language_of(request)
    out = verification_out(found, period, language)
    out.checkpoint = checkpoint_out(found.shown, trust, language)
    return out


@get("/.well-known/jwks.json", opt={WHO: None, ROUTE: KEYS})
async def get_keys(request: AnyRequest, system: System) -> Response[bytes]:
    """The public keys (RFC 7517); as a COSE key set where `Accept` asks for that."""
    if COSE_KEYS_TYPE in request.headers.get("accept", ""):
        return cose_key_set(request, system)
    body = msgspec.json.encode({"keys": public_keys(system)})
    media_type = "application/jwk-set+json"
    return _by_accept(readable_anywhere(request, body, media_type=media_type, max_age_s=KEYS_S))


@get(COSE_KEYS, opt={WHO: None, ROUTE: TRUST})
async def get_cose_keys(request: AnyRequest, system: System) -> Response[bytes]:
    """The public keys of true certificates as a COSE key set (RFC 9052, section 7)."""
    return cose_key_set(request, system)


def cose_key_set(request: AnyRequest, system: System) -> Response[bytes]:
    """The keys as COSE libraries take them, whose `kid` is bytes and no text."""
    body, media_type = cose_keys(system), COSE_KEYS_TYPE
    return _by_accept(readable_anywhere(request, body, media_type=media_type, max_age_s=KEYS_S))


def _by_accept(response: Response[bytes]) -> Response[bytes]:
    response.headers["Vary"] = "Accept"
    return response


@get("/api/v1/trust-bundle", opt={WHO: None, ROUTE: BUNDLE})
async def get_trust_bundle(
    request: AnyRequest,
    system: System,
    lists: str | None = None,
) -> Response[bytes]:
    """Keys, periods, status lists and checkpoint rules, signed, for use without a network.

    Args:
        lists: `inline` puts the status lists into the bundle; anything else leaves them out.
    """
    body = await trust_bundle(system, inline=lists == "inline")
    return readable_anywhere(request, body, media_type=BUNDLE_TYPE, max_age_s=CACHE_S)


@get("/status-lists/{number:int}", opt={WHO: None, ROUTE: STATUS_LIST})
async def get_status_list(request: AnyRequest, system: System, number: int) -> Response[bytes]:
    """A status list (draft-ietf-oauth-status-list).

    Args:
        number: of the list.
    """
    signed = await signed_status_list(system, number)
    token, media_type = signed.cwt, STATUS_LIST_TYPE
    return readable_anywhere(request, token, media_type=media_type, max_age_s=CACHE_S)


@get("/api/v1/policy", opt={WHO: None, ROUTE: SHARED})
async def get_policy(request: AnyRequest, system: System) -> Response[bytes]:
    """The rules in force."""
    body = msgspec.json.encode(await rules_document(system))
    return cacheable(request, body, media_type="application/json", max_age_s=RULES_S)


@get(
    "/api/v1/eligibility",
    responses={200: ResponseSpec(EligibilityOut, generate_examples=False)},
    opt={WHO: None, ROUTE: API_SEARCH},
)
async def get_eligibility(
    request: AnyRequest,
    system: System,
    nib: str | None = None,
    kbli: str | None = None,
    edition: int = 2020,
    sector: str | None = None,
    role: str | None = None,
) -> Response[bytes]:
    """Whether one needs an STRP, who files it, and under which article.

    Args:
        nib: of an employer as typed, or None; the first of these arguments that is given counts.
        kbli: codes of 2 to 5 digits, separated by commas or semicolons, or None.
        edition: year of the KBLI that they are of.
        sector, role: codes that the rules in force know; sector `N` is none of them.
    """
    answer = await tell_eligibility(
        system, nib=nib, kbli=_codes(kbli), edition=edition, sector=sector, role=role
    )
    body = msgspec.json.encode(eligibility_out(answer, language_of(request)))
    response = cacheable(request, body, media_type="application/json", max_age_s=RULES_S)
    response.headers["Vary"] = "Accept-Language"
    return response


def _codes(kbli: str | None) -> list[str]:
    """Business classes as the registry writes them, several with commas or semicolons."""
    return [code.strip() for code in (kbli or "").replace(";", ",").split(",") if code.strip()]


def verification_out(found: Inspection, period: Any, language: Language) -> VerificationOut:
    """A check as the JSON door writes it.

    Args:
        found: the check.
        period: that the certificate is of, or None where the bundle does not know it.
        language: of the reason.
    """
    claims = found.claims
    return VerificationOut(
        verdict=found.verdict,
        exercise=found.exercise,
        reason=found.reason.in_(language),
        reason_code=found.cause or found.code,
        holder=claims.holder if claims else None,
        identity_tail=claims.identity_tail if claims else None,
        employer=claims.employer if claims else None,
        sector_class=claims.sector_class if claims else None,
        site_type=claims.site_type if claims else None,
        serial=claims.serial_text if claims else None,
        period=PeriodOut(
            number=claims.period_id,
            code=period.code if period else None,
            starts_on=period.starts_on.isoformat() if period else None,
            until=period.ends_on.isoformat() if period else None,
        )
        if claims
        else None,
        freshness=found.freshness.state,
        age_s=found.freshness.age_s,
        checked_at=rfc3339(found.checked_at),
        clock_behind_s=found.clock_behind_s,
    )


def _percents(caps: Caps) -> dict[str, int | None]:
    """Caps in percent; None where staff is not looked at."""
    return {site: cap if cap < UNLIMITED else None for site, cap in caps._asdict().items()}


def eligibility_out(answer: Eligibility, language: Language) -> EligibilityOut:
    """An eligibility answer as the JSON door writes it.

    Args:
        language: of all texts.
    """
    return EligibilityOut(
        needed=answer.needed,
        outcome=answer.outcome,
        who_files=answer.who_files,
        sector_class=answer.class_,
        sector=answer.sector,
        name=answer.name.in_(language) if answer.name else None,
        caps_percent=_percents(answer.caps) if answer.caps else None,
        evidence=[item.in_(language) for item in answer.evidence],
        text=answer.text.in_(language),
        citation=answer.citation,
        next_step=answer.next_step.in_(language),
        objection=answer.objection.in_(language) if answer.objection else None,
        attachable=[
            AttachableOut(kind.code, kind.name.in_(language)) for kind in answer.attachable
        ],
        attach_at="/api/v1/employers/{nib}/evidence" if answer.attachable else None,
        office=_office_out(answer.office, language) if answer.office else None,
    )


def _office_out(office: UrgentOffice, language: Language) -> OfficeOut:
    return OfficeOut(
        place=office.place.in_(language),
        telephone=office.telephone,
        hours=office.hours.in_(language),
        citation=office.citation,
    )


_TEXT_OR_SERIAL = Text(
    id="Kirim `text` (isi kode QR) atau `serial` (nomor seri), salah satu saja.",
    en="Send `text` (what the QR holds) or `serial`, one of the two.",
)
ROUTES = Router(
    path="/",
    route_handlers=[
        verify_certificate,
        get_keys,
        get_cose_keys,
        get_trust_bundle,
        get_status_list,
        get_policy,
        get_eligibility,
    ],
    tags=["public"],
)
