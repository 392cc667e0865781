"""Do I need an STRP, and who files it? Answered before any sign-in, from public facts alone.

Sources: Instruksi Menteri Dalam Negeri 15/2021 and 18/2021, diktum KETIGA; DPMPTSP DKI Jakarta,
8 July 2021: government bodies and those who handle the pandemic are exempt; companies file for
their workers; a person files alone only for an urgent need.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum

from strp.domain.employers.caps import Caps
from strp.domain.employers.employer import EmployerFacts
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.rules.policy import ExemptGroup, Policy, Sector, SectorClass, UrgentOffice
from strp.domain.screening.eligibility_texts import (
    COMPANY_FILES,
    EMPLOYER_EXEMPT,
    ENTER_NIB,
    FILE_ROSTER,
    FILE_WITH_LETTER,
    REVIEWED,
    SECTOR_ALLOWS,
    SECTOR_FREED,
    SHOW_INSTEAD,
    SHOW_STAFF_CARD,
    TELL_YOUR_COMPANY,
    URGENT,
    URGENT_STEP,
    WORK_FROM_HOME,
)
from strp.domain.screening.evidence import EvidenceKind, kinds_of, kinds_of_sector
from strp.domain.screening.reasons import outside_text
from strp.domain.screening.screen import classify_sector
from strp.domain.screening.sector_of import (
    OUTSIDE_CODES,
    SectorClassification,
    SectorOutcome,
    classification_of_codes,
    classify_known_sector,
)
from strp.domain.text import Text


class EligibilityOutcome(StrEnum):
    """The answer in a word."""

    FILE = "file"
    REVIEW = "review"
    ENTER_NIB = "enter-nib"
    COMPANY_FILES = "company-files"
    FILE_ALONE = "file-alone"
    EXEMPT = "exempt"
    NON_ESSENTIAL = "non-essential"


class Filer(StrEnum):
    """Who files."""

    COMPANY = "company"
    PERSON = "person"
    NOBODY = "nobody"


class Role(StrEnum):
    """Roles that every policy knows; its exempt groups are roles as well."""

    COMPANY = "company"
    WORKER = "worker"
    URGENT = "urgent"


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligibility:
    """The answer to "do I need an STRP?".

    Args:
        needed: whether the person who asks has something to file, or is filed for.
        sector: code of the sector, or None.
        name: what the sector or the group is called, or None.
        caps: share of staff that may work on site, or None.
        text: the answer in a sentence.
        citation: the article behind it.
        attachable: evidence that an employer may attach before it files.
        next_step: what to do now.
        objection: how to object, where the answer is no.
        office: where to go, where no page takes it.
    """

    needed: bool
    outcome: EligibilityOutcome
    who_files: Filer
    class_: SectorClass | None = None
    sector: str | None = None
    name: Text | None = None
    caps: Caps | None = None
    evidence: tuple[Text, ...] = ()
    text: Text
    citation: str
    next_step: Text
    objection: Text | None = None
    attachable: tuple[EvidenceKind, ...] = ()
    office: UrgentOffice | None = None


def eligibility_of_employer(policy: Policy, employer: EmployerFacts) -> Eligibility:
    """The answer for an employer of the registry.

    Args:
        policy: the rules in force.
        employer: as registry and rulings have it; evidence that only waits does not count. One of
            another region is told who issues there.
    """
    classification = classify_sector(policy, employer.without_offer())
    found = _of_classification(policy, classification)
    code = next((code for code in classification.reasons if code in OUTSIDE_CODES), None)
    if code is None:
        return found
    territory = policy.territory
    assert territory.outside is not None
    return replace(
        found,
        text=outside_text(code, territory),
        citation=territory.outside.citation,
        next_step=territory.issuer_of(employer.region),
    )


def eligibility_of_kbli(policy: Policy, codes: Sequence[str], edition: int) -> Eligibility:
    """The answer for business classes, the main one first.

    Args:
        codes: KBLI codes of 2–5 digits.
        edition: year of the classification.

    Raises:
        InvalidInput: `kbli-malformed`; a code is not 2–5 digits, or there is none.
    """
    if not codes or not all(_is_kbli_prefix(code) for code in codes):
        detail = FieldError("kbli", "kbli-malformed", _KBLI_MALFORMED)
        raise InvalidInput("kbli-malformed", _KBLI_MALFORMED, fields=[detail])
    if not policy.maps_edition(edition):
        return _review(policy, None)
    return _of_classification(policy, classification_of_codes(policy, codes, edition))


def eligibility_of_sector(policy: Policy, code: str) -> Eligibility:
    """The answer for a sector of the policy; `N` stands for "none of these".

    Args:
        policy: the rules in force.
        code: of one of its sectors, or `N`.

    Raises:
        InvalidInput: `sector-unknown`.
    """
    if code == "N":
        return _non_essential(policy)
    sector = policy.sector(code)
    if sector is None:
        raise InvalidInput("sector-unknown", _SECTOR_UNKNOWN)
    return _of_classification(policy, classify_known_sector(policy, sector))


def eligibility_of_role(policy: Policy, role: str) -> Eligibility:
    """The answer for a role: `company`, `worker`, `urgent`, or an exempt group of the policy.

    Args:
        policy: the rules in force.
        role: one of `roles(policy)`.

    Raises:
        InvalidInput: `role-unknown`.
    """
    group = policy.exempt_group(role)
    if group is not None and not group.only_at_checkpoints:
        return _exempt(group)
    match role:
        case Role.COMPANY:
            return _enter_nib(policy)
        case Role.WORKER:
            return _company_files(policy)
        case Role.URGENT:
            return _file_alone(policy)
        case _:
            raise InvalidInput("role-unknown", _ROLE_UNKNOWN)


def roles(policy: Policy) -> tuple[str, ...]:
    """Every role that `eligibility_of_role` answers."""
    return (*Role, *(group.code for group in policy.permit_free_groups))


def _of_classification(policy: Policy, classification: SectorClassification) -> Eligibility:
    match classification.outcome:
        case SectorOutcome.EXEMPT:
            return _exempt_employer(policy, classification.sector)
        case SectorOutcome.REFUSE:
            return _non_essential(policy)
        case SectorOutcome.REVIEW:
            return _review(policy, classification.sector)
        case SectorOutcome.AUTO:
            assert classification.sector is not None
            return _file(classification.sector)


def _file(sector: Sector) -> Eligibility:
    return Eligibility(
        needed=True,
        outcome=EligibilityOutcome.FILE,
        who_files=Filer.COMPANY,
        class_=sector.class_,
        sector=sector.code,
        name=sector.name,
        caps=sector.caps,
        text=_filled(SECTOR_ALLOWS, sector.name),
        citation=sector.citation,
        next_step=FILE_ROSTER,
    )


def _review(policy: Policy, sector: Sector | None) -> Eligibility:
    evidence = sector.evidence if sector else ()
    return Eligibility(
        needed=True,
        outcome=EligibilityOutcome.REVIEW,
        who_files=Filer.COMPANY,
        class_=sector.class_ if sector else None,
        sector=sector.code if sector else None,
        name=sector.name if sector else None,
        caps=sector.caps if sector else None,
        evidence=evidence,
        text=REVIEWED,
        citation=sector.citation if sector else policy.quota_citation,
        next_step=FILE_WITH_LETTER if evidence else FILE_ROSTER,
        attachable=kinds_of_sector(sector) if sector else (),
    )


def _non_essential(policy: Policy) -> Eligibility:
    rule = policy.non_essential
    return Eligibility(
        needed=False,
        outcome=EligibilityOutcome.NON_ESSENTIAL,
        who_files=Filer.NOBODY,
        name=rule.name,
        text=rule.rule,
        citation=rule.citation,
        next_step=WORK_FROM_HOME,
        objection=rule.objection,
        attachable=kinds_of(policy),
    )


def _exempt(group: ExemptGroup) -> Eligibility:
    return Eligibility(
        needed=False,
        outcome=EligibilityOutcome.EXEMPT,
        who_files=Filer.NOBODY,
        class_=SectorClass.EXEMPT,
        name=group.name,
        text=_filled(SHOW_INSTEAD, group.name),
        citation=group.citation,
        next_step=group.show_instead,
    )


def _exempt_employer(policy: Policy, sector: Sector | None) -> Eligibility:
    group = policy.exempt_groups[0]
    found = Eligibility(
        needed=False,
        outcome=EligibilityOutcome.EXEMPT,
        who_files=Filer.NOBODY,
        class_=SectorClass.EXEMPT,
        sector=sector.code if sector else None,
        name=sector.name if sector else group.name,
        text=EMPLOYER_EXEMPT,
        citation=group.citation,
        next_step=group.show_instead,
    )
    if sector is None or not sector.frees_all:
        return found
    next_step = sector.remarks or SHOW_STAFF_CARD
    text = _filled(SECTOR_FREED, sector.name)
    return replace(found, text=text, citation=sector.citation, next_step=next_step)


def _enter_nib(policy: Policy) -> Eligibility:
    return Eligibility(
        needed=True,
        outcome=EligibilityOutcome.ENTER_NIB,
        who_files=Filer.COMPANY,
        text=ENTER_NIB,
        citation=policy.quota_citation,
        next_step=FILE_ROSTER,
    )


def _company_files(policy: Policy) -> Eligibility:
    return Eligibility(
        needed=False,
        outcome=EligibilityOutcome.COMPANY_FILES,
        who_files=Filer.COMPANY,
        text=COMPANY_FILES,
        citation=policy.sla_citation,
        next_step=TELL_YOUR_COMPANY,
    )


def _file_alone(policy: Policy) -> Eligibility:
    return Eligibility(
        needed=True,
        outcome=EligibilityOutcome.FILE_ALONE,
        who_files=Filer.PERSON,
        evidence=tuple(need.evidence for need in policy.urgent_needs),
        text=URGENT,
        citation=policy.sla_citation,
        next_step=URGENT_STEP,
        office=policy.urgent_office,
    )


def _filled(text: Text, name: Text) -> Text:
    return Text(text.id.format(name=name.id), text.en.format(name=name.en))


def _is_kbli_prefix(code: str) -> bool:
    return 2 <= len(code) <= 5 and code.isascii() and code.isdigit()


_KBLI_MALFORMED = Text(
    "Kode KBLI terdiri dari 2 sampai 5 angka, misalnya 86103. Lihat dokumen NIB Anda.",
    "A KBLI code has 2 to 5 digits, such as 86103. See your NIB document.",
)
_SECTOR_UNKNOWN = Text(
    "Sektor ini tidak ada dalam aturan yang berlaku. Pilih dari daftar sektor.",
    "The rules in force know no such sector. Choose one from the list.",
)
_ROLE_UNKNOWN = Text(
    "Peran ini tidak dikenal. Pilih dari daftar peran.",
    "There is no such role. Choose one from the list.",
)
