"""Reads who files and with what, and what becomes of who fits the rules no more."""

from collections.abc import Collection, Sequence

from strp.domain.rules.checkpoint_reading import NO_SUCH_DOCUMENT, read_sectors_of
from strp.domain.rules.document import FieldReader
from strp.domain.rules.filing_rules import (
    AN_OFFICER_NAMES,
    COMPANIES_FILE,
    THEY_RUN_OUT,
    FilingRule,
    MixedRule,
    SampleRisk,
    SeveralKbli,
    Unfit,
    UnfitRule,
    WorkerDocument,
    WorkerFiler,
)
from strp.domain.text import Text


def read_filing(reader: FieldReader) -> FilingRule:
    """Who files; a company for everybody where the policy does not say."""
    if not reader.given:
        return COMPANIES_FILE
    reader.only("workers", "partners", "citation")
    return FilingRule(
        workers=reader.field("workers").choice(WorkerFiler),
        partners=reader.field("partners").choice(WorkerFiler),
        citation=reader.field("citation").string(),
    )


def read_worker_documents(
    reader: FieldReader, documents: Sequence[str], sectors: Collection[str]
) -> tuple[WorkerDocument, ...]:
    """What each worker has; nothing where the policy does not say.

    Args:
        reader: the list.
        documents: codes of the documents that the policy names.
        sectors: codes of its sectors.
    """
    found: list[WorkerDocument] = []
    for row in reader.rows() if reader.given else ():
        row.only("document", "or", "sectors", "citation")
        others = row.field("or")
        named = [row.field("document"), *(others.rows() if others.given else ())]
        codes = [each.one_of(documents, NO_SUCH_DOCUMENT) for each in named]
        if any(codes[0] == other.document for other in found):
            row.field("document").slip(_TWICE)
        asked_of = read_sectors_of(row.field("sectors"), sectors)
        citation = row.field("citation").string()
        found.append(WorkerDocument(codes[0], tuple(codes[1:]), citation, asked_of))
    return tuple(found)


def read_several_kbli(reader: FieldReader) -> MixedRule:
    """Which business class counts of several; an officer says where the policy does not."""
    if not reader.given:
        return AN_OFFICER_NAMES
    reader.only("by", "citation")
    return MixedRule(reader.field("by").choice(SeveralKbli), reader.field("citation").string())


def read_sample_rates(reader: FieldReader) -> tuple[tuple[SampleRisk, int], ...]:
    """Shares of samples among who carries a risk; none where the policy does not say."""
    if not reader.given:
        return ()
    reader.only(*SampleRisk)
    rates = [(risk, reader.field(risk)) for risk in SampleRisk]
    return tuple((risk, rate.number(0, 100)) for risk, rate in rates if rate.given)


def read_unfit(reader: FieldReader) -> UnfitRule:
    """What becomes of who no longer fits; it runs out where the policy does not say."""
    if not reader.given:
        return THEY_RUN_OUT
    reader.only("then", "notice_hours", "citation")
    then, notice = reader.field("then").choice(Unfit), reader.field("notice_hours")
    if (then is Unfit.SUSPEND) != notice.given:
        notice.wrong(_NOTICE_WITH_SUSPEND)
    hours = notice.number(1, 720) if notice.given else 0
    return UnfitRule(then, hours, reader.field("citation").string())


_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")
_NOTICE_WITH_SUSPEND = Text(
    "Tulis notice_hours bila then bernilai suspend, dan hanya di sana.",
    "Write notice_hours where then is suspend, and only there.",
)
