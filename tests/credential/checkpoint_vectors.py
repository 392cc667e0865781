"""Makes golden vectors of checkpoints: operators, kinds of days, holidays, hours, cards, documents.

    python -m tests.credential.checkpoint_vectors NAME

writes `tests/vectors/verdicts/NAME.json` once, in the form of `verdict_vectors`, with what the
checkpoint asks for in `shown`.
"""

import json
import sys
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Any

from strp.credential.make_bundle import SignedList, build_bundle
from strp.credential.signing import SigningKey
from strp.credential.status_list import pack_statuses, sign_status_list
from strp.credential.trust import read_bundle, verify_text
from strp.domain.rules.checkpoint import (
    Admits,
    CheckpointRule,
    CheckpointWindow,
    DayKind,
    Document,
    Form,
    Holiday,
    Operator,
    Shown,
    ShownNow,
)
from strp.domain.rules.policy import ExemptGroup
from strp.domain.text import Text
from tests.credential.claim_cases import ISSUER, PERIOD, PLAIN, sign_text
from tests.credential.verdict_vectors import (
    END,
    FOLDER,
    HOUR,
    MINUTE,
    NOTHING,
    OUTSIDE,
    RENEW,
    SECOND,
    VALID,
    WIB,
    Vectors,
)

CITED = "a rule of the vectors"
WHOLE_DAY = (CheckpointWindow(time(0), time(0), Admits.HOLDERS),)
OPEN = (CheckpointWindow(time(0), time(0), Admits.EVERYONE),)
GAS_ONLY = (CheckpointWindow(time(0), time(0), Admits.SECTORS, ("E-e",)),)
WORKDAYS = tuple(DayKind)[:5]
DAYS_OFF = tuple(DayKind)[5:]
HOLIDAYS = [Holiday(date(2021, 7, 20), Text("Iduladha", "Eid al-Adha"), CITED)]
GROUPS = [
    ExemptGroup(
        code=code, name=Text(code, code), show_instead=Text("Kartu", "Card"), citation=CITED
    )
    for code in ("health-worker", "military-police", "civil-servant")
]
DOCUMENTS = [
    Document(code, Text(code, code), Text("Surat", "Letter"), "", CITED)
    for code in ("vaccination-certificate", "assignment-letter")
]


def _rule(code: str, windows: tuple[CheckpointWindow, ...], **parts: Any) -> CheckpointRule:
    given = {"name": Text(code, code), "from_on": None, "until_on": None, "citation": CITED}
    return CheckpointRule(code=code, windows=windows, **given | parts)


RULES = [
    _rule(
        "road",
        (
            CheckpointWindow(time(6), time(10), Admits.HOLDERS),
            CheckpointWindow(time(10), time(22), Admits.SECTORS, ("E-e",)),
            CheckpointWindow(time(22), time(6), Admits.EVERYONE),
        ),
        operator=Operator.ROAD,
        from_on=date(2021, 7, 15),
        without=(
            Shown("health-worker", CITED),
            Shown("civil-servant", CITED, time(6), time(10)),
            Shown("military-police", CITED, time(22), time(6)),
        ),
        also=(Shown("vaccination-certificate", CITED, time(6), time(22)),),
    ),
    _rule(
        "krl",
        WHOLE_DAY,
        operator=Operator.KRL,
        until_on=date(2021, 7, 14),
        instead=(Shown("assignment-letter", CITED),),
    ),
    _rule(
        "krl",
        WHOLE_DAY,
        operator=Operator.KRL,
        from_on=date(2021, 7, 15),
        form=Form.PRINTED,
        instead=(Shown("assignment-letter", CITED, time(4), time(9)),),
        also=(Shown("vaccination-certificate", CITED),),
    ),
    _rule(
        "mrt",
        WHOLE_DAY,
        operator=Operator.MRT,
        also=(
            Shown("vaccination-certificate", CITED, time(6), time(9), sectors=("E-e", "K-a")),
            Shown("assignment-letter", CITED, sectors=("K-z",)),
        ),
    ),
    _rule("office", GAS_ONLY, operator=Operator.OFFICE, days=WORKDAYS),
    _rule("office", OPEN, operator=Operator.OFFICE, days=DAYS_OFF),
]


def shown_document(shown: ShownNow | None) -> dict[str, Any] | None:
    """What a checkpoint asks for, as the vectors write it."""
    if shown is None:
        return None
    return {
        "operator": shown.rule.operator,
        "form": shown.rule.form.value,
        "opens": f"{shown.window.opens:%H:%M}",
        "closes": f"{shown.window.closes:%H:%M}",
        "admits": shown.window.admits.value,
        "without": list(shown.without),
        "instead": list(shown.instead),
        "also": list(shown.also),
    }


@dataclass
class Maker:
    """Bundles and certificates under the keys of this run."""

    certificates: SigningKey
    bundles: SigningKey

    def bundle(self, at: datetime) -> bytes:
        """A bundle of a moment, in the form with a signer of its own."""
        uri = "https://strp.example/status-lists/0"
        cwt = sign_status_list(
            pack_statuses([]), uri=uri, issued_at=at, expires_at=at + END, ttl_s=300,
            key=self.certificates,
        )  # fmt: skip
        return build_bundle(
            issuer=ISSUER, issued_at=at, next_update=at + RENEW, trusted_until=at + END,
            keys=[self.certificates], periods=[PERIOD], lists=[SignedList(0, uri, at, cwt)],
            checkpoints=RULES, groups=GROUPS, documents=DOCUMENTS, holidays=HOLIDAYS,
            signers=[self.bundles], jitter_s=1800, number=int(at.timestamp() * 1000), inline=True,
        )  # fmt: skip

    def text(self, at: datetime, sector: str) -> str:
        """A certificate that was issued an hour before."""
        claims = PLAIN._replace(issued_at=at - HOUR, sector=sector)
        return sign_text(claims, self.certificates)


def make(name: str) -> Vectors:
    """All cases; those of what certificates of some sectors carry have a file of their own."""
    vectors, made = Vectors(), Maker(SigningKey.generate(), SigningKey.generate())
    for cases in (_sectors,) if name.endswith("sectors") else (_hours, _days):
        cases(vectors, made)
    for case in vectors.cases:
        found = verify_text(
            case["text"],
            read_bundle(vectors.bundles[case["bundle"]]),
            datetime.fromisoformat(case["clock"]),
            checkpoint=case["checkpoint"],
        )
        case["shown"] = shown_document(found.shown)
    return vectors


def _midnight(day: date) -> datetime:
    return datetime.fromisoformat(f"{day}T00:00:00Z") - WIB


def _hours(vectors: Vectors, made: Maker) -> None:
    for day in (date(2021, 7, 14), date(2021, 7, 15)):
        begin = _midnight(day)
        vectors.bundles[str(day)] = made.bundle(begin)
        teller, gas = made.text(begin, "E-a"), made.text(begin, "E-e")
        for hour in (0, 4, 6, 9, 10, 16, 22):
            for at in (begin + hour * HOUR, begin + hour * HOUR + HOUR - SECOND):
                closed = day == date(2021, 7, 15) and 10 <= hour < 22
                outcome = OUTSIDE if closed else VALID
                vectors.add("hours", teller, str(day), at, *outcome, "road")
                vectors.add("hours of a sector", gas, str(day), at, *VALID, "road")
                vectors.add("letters", teller, str(day), at, *VALID, "krl")
        vectors.add("no STRP", "STRP1:", str(day), begin + HOUR, *NOTHING, "krl")
        vectors.add("no kind", teller, str(day), begin + 11 * HOUR, *VALID)


def _days(vectors: Vectors, made: Maker) -> None:
    for offset in range(7):
        day = date(2021, 7, 14) + timedelta(days=offset)
        begin = _midnight(day)
        vectors.bundles[f"office {day}"] = made.bundle(begin)
        text = made.text(begin, "E-a")
        off = day.weekday() >= 5 or day == date(2021, 7, 20)
        outcome = VALID if off else OUTSIDE
        for at in (begin, begin + 12 * HOUR, begin + 24 * HOUR - MINUTE):
            name = "holiday" if day == date(2021, 7, 20) else day.strftime("%A")
            vectors.add(f"office on {name}", text, f"office {day}", at, *outcome, "office")


def _sectors(vectors: Vectors, made: Maker) -> None:
    begin = _midnight(date(2021, 7, 15))
    vectors.bundles["sectors"] = made.bundle(begin)
    for sector in ("E-a", "E-e", "K-a", "K-z"):
        text = made.text(begin, sector)
        for hour in (5, 6, 9):
            name = f"what {sector} carries too"
            vectors.add(name, text, "sectors", begin + hour * HOUR, *VALID, "mrt")
    vectors.add("no STRP", "STRP1:", "sectors", begin + 7 * HOUR, *NOTHING, "mrt")


def main() -> int:
    """Write one file of vectors, unless it is there."""
    path = FOLDER / f"{sys.argv[1]}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: vectors are added, never edited")
    vectors = make(sys.argv[1])
    bundles = {name: json.loads(bundle) for name, bundle in vectors.bundles.items()}
    document = {"bundles": bundles, "cases": vectors.cases}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n", "utf-8")
    print(f"{len(vectors.cases)} cases in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
