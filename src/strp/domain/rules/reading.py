"""Turns a policy document into a policy, or into every mistake that it holds."""

from collections.abc import Collection, Sequence
from datetime import date

from strp.domain.employers.caps import (
    UNDER_HOST,
    OutsourcedCaps,
    OutsourcedRule,
    QuotaRounding,
)
from strp.domain.rules.amendment import AMEND
from strp.domain.rules.checkpoint_reading import (
    NO_SUCH_DOCUMENT,
    NO_SUCH_GROUP,
    NO_SUCH_SECTOR,
    read_checkpoints,
    read_documents,
    read_groups,
    read_holidays,
)
from strp.domain.rules.date_reading import read_dated, read_effective_until, read_period
from strp.domain.rules.document import FieldReader, Located, PolicyMistake, Unsound
from strp.domain.rules.filing_reading import (
    read_filing,
    read_sample_rates,
    read_several_kbli,
    read_unfit,
    read_worker_documents,
)
from strp.domain.rules.kbli_bridge import read_bridges
from strp.domain.rules.people_reading import (
    read_non_essential,
    read_note_effects,
    read_urgent_needs,
    read_urgent_office,
)
from strp.domain.rules.policy import (
    OBJECTION_HOURS,
    OFFLINE_HOURS,
    Citation,
    FourEyes,
    Policy,
)
from strp.domain.rules.sector_reading import read_kbli, read_sectors
from strp.domain.rules.territory import read_territory, require_regions
from strp.domain.service_hours import ServiceHours
from strp.domain.text import Text
from strp.domain.waiting_room.lanes import DEFAULT_SHARES, WAITING_LANES, Lane

ROUND_THE_CLOCK = "round-the-clock"

FIELDS = (
    "id",
    "title",
    "based_on",
    "follows_today",
    "effective_from",
    "effective_until",
    "citations",
    "period",
    "territory",
    "decision",
    "service_hours",
    "filing",
    "straight_through",
    "sample_percent",
    "sample_rates",
    "four_eyes",
    "objections",
    "offline",
    "quota",
    "nik_notes",
    "exempt",
    "unfit",
    "urgent_needs",
    "urgent_office",
    "non_essential",
    "sectors",
    "kbli",
    "several_kbli",
    "documents",
    "worker_documents",
    "holidays",
    "checkpoints",
    "waiting_room",
)


def read_policy(document: Located, activated_on: date | None = None) -> Policy | Unsound:
    """Read a policy document.

    Args:
        document: the document with lines; scalars as they were written.
        activated_on: civil day on which the policy was activated.

    Returns:
        The policy, or every mistake, in the order of the lines.
    """
    mistakes: list[PolicyMistake] = []
    policy = _policy(FieldReader(document, "", mistakes, document), activated_on)
    if mistakes:
        return Unsound(tuple(sorted(_causes(set(mistakes)))))
    return policy


def _causes(mistakes: set[PolicyMistake]) -> set[PolicyMistake]:
    """Mistakes without those that follow: of a list that cannot be read no code is known."""
    unread = {mistake.field.partition("[")[0] for mistake in mistakes if "." not in mistake.field}
    follow = {said for name, said in _LISTS.items() if name in unread}
    starts = tuple(said.en for said in follow)
    return {each for each in mistakes if not starts or not each.text.en.startswith(starts)}


def read_policies(
    documents: Sequence[Located], regions: Collection[str] = ()
) -> tuple[Policy, ...] | Unsound:
    """Read policy documents that belong together.

    Args:
        documents: of one folder.
        regions: codes of the regions that there are; none: nobody asks.

    Returns:
        The policies, in the order of the documents, or every mistake of every document; also
        those between them: a name used twice, or two names for one period.
    """
    policies: list[Policy] = []
    mistakes: list[PolicyMistake] = []
    ids = {_id_of(document) for document in documents}
    for document in documents:
        match read_policy(document):
            case Policy() as policy:
                reader = FieldReader(document, "", mistakes, document)
                _compare(reader, policy, policies)
                if regions:
                    require_regions(reader.field("territory"), regions)
                _built_on(reader.field("based_on"), ids)
                policies.append(policy)
            case Unsound() as unsound:
                mistakes.extend(unsound.mistakes)
    return Unsound(tuple(mistakes)) if mistakes else tuple(policies)


def _compare(reader: FieldReader, policy: Policy, others: Sequence[Policy]) -> None:
    if any(other.policy_id == policy.policy_id for other in others):
        reader.field("id").wrong(_TWICE)
    for other in others:
        same_number = other.period.number == policy.period.number
        if same_number != (other.period.code == policy.period.code):
            reader.field("period").field("code").wrong(_PERIOD_NAMES)
        if _share_a_day(policy, other):
            reader.field("effective_from").wrong(_same_day(other.policy_id))
        if same_number and other.follows_today != policy.follows_today:
            reader.field("period").field("number").wrong(_PERIOD_OF_EXERCISE)


def _share_a_day(one: Policy, other: Policy) -> bool:
    """Whether two regulations begin on one day and neither builds on the other."""
    built = one.policy_id in other.built_on or other.policy_id in one.built_on
    is_real = not (one.follows_today or other.follows_today)
    return is_real and one.effective_from == other.effective_from and not built


def _policy(reader: FieldReader, activated_on: date | None) -> Policy:
    _only_known(reader)
    follows_today = _optional_yes(reader.field("follows_today"))
    sectors = read_sectors(reader.field("sectors"))
    codes = frozenset(sector.code for sector in sectors)
    groups = read_groups(reader.field("exempt"))
    documents = read_documents(reader.field("documents"))
    codes_of_documents = [document.code for document in documents]
    decision, quota, kbli = (reader.field(name) for name in ("decision", "quota", "kbli"))
    hours = reader.field("service_hours")
    mappings = read_kbli(kbli.field("mappings"), codes)
    return Policy(
        policy_id=reader.field("id").word(),
        title=reader.field("title").text(),
        built_on=_built_on(reader.field("based_on")),
        filing=read_filing(reader.field("filing")),
        worker_documents=read_worker_documents(
            reader.field("worker_documents"), codes_of_documents, codes
        ),
        several_kbli=read_several_kbli(reader.field("several_kbli")),
        unfit=read_unfit(reader.field("unfit")),
        follows_today=follows_today,
        activated_on=activated_on,
        effective_from=read_dated(reader.field("effective_from"), follows_today),
        effective_until=read_effective_until(reader, follows_today),
        citations=_citations(reader.field("citations")),
        period=read_period(reader.field("period"), follows_today),
        territory=read_territory(reader.field("territory")),
        sla_hours=decision.field("hours").number(1, 240),
        sla_citation=decision.field("citation").string(),
        company_hours=_service_hours(hours.field("company")),
        urgent_hours=_service_hours(hours.field("urgent")),
        straight_through=reader.field("straight_through").yes(),
        sample_percent=reader.field("sample_percent").number(0, 100),
        sample_rates=read_sample_rates(reader.field("sample_rates")),
        four_eyes=_four_eyes(reader.field("four_eyes")),
        objection_hours=_objection_hours(reader.field("objections")),
        offline_hours=_offline_hours(reader.field("offline")),
        quota_rounding=quota.field("rounding").choice(QuotaRounding),
        quota_citation=quota.field("citation").string(),
        outsourced=_outsourced(quota.field("outsourced")),
        note_effects=read_note_effects(reader.field("nik_notes")),
        exempt_groups=groups,
        urgent_office=read_urgent_office(reader.field("urgent_office")),
        urgent_needs=read_urgent_needs(reader.field("urgent_needs")),
        non_essential=read_non_essential(reader.field("non_essential")),
        sectors=sectors,
        kbli_statement=kbli.field("statement").text(),
        kbli=mappings,
        kbli_bridges=read_bridges(kbli.field("bridges"), sorted({row.edition for row in mappings})),
        documents=documents,
        holidays=read_holidays(reader.field("holidays")),
        checkpoints=read_checkpoints(
            reader.field("checkpoints"),
            sectors=codes,
            groups=[group.code for group in groups],
            documents=codes_of_documents,
        ),
        lane_shares=_lane_shares(reader.field("waiting_room")),
    )


def _only_known(reader: FieldReader) -> None:
    reader.only(*FIELDS, AMEND)
    for name, below in _BELOW.items():
        reader.field(name).only_now(*below)


def _built_on(reader: FieldReader, ids: Collection[str] | None = None) -> tuple[str, ...]:
    """Ids of the policies that it builds on; files keep the names of the files there.

    Args:
        reader: the list.
        ids: of the policies of the folder: a file is named like its policy. None: nobody asks.
    """
    names: list[str] = []
    for row in reader.rows() if reader.given else ():
        names.append(row.word())
        if ids is not None and names[-1] not in ids:
            row.wrong(_named_else(names[-1]))
    return tuple(names)


def _id_of(document: Located) -> str:
    found = document.value.get("id") if isinstance(document.value, dict) else None
    return found.value if found is not None and isinstance(found.value, str) else ""


def _four_eyes(reader: FieldReader) -> frozenset[FourEyes]:
    """What a second official confirms; nothing where the policy does not say."""
    if not reader.given:
        return frozenset()
    return frozenset(row.choice(FourEyes) for row in reader.rows())


def _outsourced(reader: FieldReader) -> OutsourcedRule:
    """How people of other employers are counted; under the host's caps where nobody says."""
    if not reader.given:
        return UNDER_HOST
    reader.only("caps", "host_confirms_percent")
    return OutsourcedRule(
        reader.field("caps").choice(OutsourcedCaps),
        reader.field("host_confirms_percent").number(0, 1000),
    )


def _objection_hours(reader: FieldReader) -> int:
    """Hours of service for an objection; those of the product where the policy does not say."""
    if not reader.given:
        return OBJECTION_HOURS
    reader.only("hours")
    return reader.field("hours").number(1, 720)


def _offline_hours(reader: FieldReader) -> int:
    """Hours that a bundle is trusted for; those of the product where the policy does not say."""
    if not reader.given:
        return OFFLINE_HOURS
    reader.only("hours")
    return reader.field("hours").number(7, 720)


def _lane_shares(reader: FieldReader) -> tuple[tuple[Lane, int], ...]:
    """Parts of the lines that wait, in percent; those of the product where none are written."""
    if not reader.given:
        return tuple(DEFAULT_SHARES.items())
    reader.only(*(lane.value for lane in WAITING_LANES))
    return tuple((lane, reader.field(lane.value).number(1, 100)) for lane in WAITING_LANES)


def _service_hours(reader: FieldReader) -> ServiceHours | None:
    if not reader.given or not reader.names():
        if reader.string(ROUND_THE_CLOCK) != ROUND_THE_CLOCK:
            reader.wrong(_SERVICE_HOURS)
        return None
    reader.only("opens", "closes")
    hours = ServiceHours(reader.field("opens").clock(), reader.field("closes").clock())
    if hours.closes <= hours.opens:
        reader.field("closes").wrong(_CLOSES_EARLY)
    return hours


def _citations(reader: FieldReader) -> tuple[Citation, ...]:
    citations = tuple(_citation(row) for row in reader.rows())
    if reader.given and not citations:
        reader.slip(_NO_CITATION)
    return citations


def _citation(reader: FieldReader) -> Citation:
    reader.only("text", "url")
    url = reader.field("url")
    return Citation(reader.field("text").string(), url.string() if url.given else "")


def _optional_yes(reader: FieldReader) -> bool:
    return reader.yes() if reader.given else False


_BELOW = {
    "decision": ("hours", "citation"),
    "quota": ("rounding", "citation", "outsourced"),
    "kbli": ("statement", "mappings", "bridges"),
    "service_hours": ("company", "urgent"),
}
"""Fields of fields that earlier releases read, and no others."""
_LISTS = {"sectors": NO_SUCH_SECTOR, "exempt": NO_SUCH_GROUP, "documents": NO_SUCH_DOCUMENT}
"""What is said of a code that a list does not hold, by the list."""
_NO_CITATION = Text(
    "Sebut dasar hukumnya: sekurangnya satu kutipan, {text: …, url: …}.",
    "Name what it rests on: one citation at least, {text: …, url: …}.",
)
_PERIOD_OF_EXERCISE = Text(
    "Latihan dan aturan nyata tidak boleh berbagi satu masa berlaku.",
    "An exercise and a regulation must not share one period.",
)
_SERVICE_HOURS = Text(
    "Tulis round-the-clock, atau opens dan closes.",
    "Write round-the-clock, or opens and closes.",
)
_CLOSES_EARLY = Text("Harus setelah opens.", "Must be later than opens.")
_PERIOD_NAMES = Text(
    "Nomor dan kode masa berlaku harus berpasangan sama di semua berkas.",
    "Number and code of a period must go together in all files.",
)
_TWICE = Text("Sudah ada sebelumnya.", "Was there before.")


def _named_else(name: str) -> Text:
    return Text(
        f"Aturan di {name}.yaml bernama lain. Samakan id dengan nama berkasnya.",
        f"The policy in {name}.yaml has another name. Make its id that of the file.",
    )


def _same_day(other: str) -> Text:
    return Text(
        f"{other} mulai pada hari yang sama. Beri hari lain, atau tulis based_on: {other}.",
        f"{other} begins on the same day. Give it another day, or write based_on: {other}.",
    )
