"""Makes golden vectors of verdicts: a text, a bundle, a moment, a kind of checkpoint, the outcome.

    python -m tests.credential.verdict_vectors NAME

writes `tests/vectors/verdicts/NAME.json` once, under keys that nobody keeps; a file that is there
is never written again. Every verifier, in whatever language, is held to each. What the outcome
should be is said here by the rule of each group, and the check must agree, or nothing is written.
"""

import json
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from pathlib import Path
from typing import Any

from strp.credential.codec import read_text, write_text
from strp.credential.make_bundle import SignedList, build_bundle
from strp.credential.signing import SigningKey
from strp.credential.status_list import pack_statuses, sign_status_list
from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.certificate import Claims, Status, exercise_issuer
from strp.domain.identifiers import PeriodId
from strp.domain.rules.checkpoint import Admits, CheckpointRule, CheckpointWindow
from strp.domain.rules.policy import Period
from strp.domain.text import Text
from tests.credential.claim_cases import ISSUER, NOW, PERIOD, PLAIN, sign_text

FOLDER = Path(__file__).parents[1] / "vectors" / "verdicts"
REVOKED, SUSPENDED, UNKNOWN_LIST = 7, 8, 9
RENEW, END = timedelta(hours=6), timedelta(hours=24)
SECOND, MINUTE = timedelta(seconds=1), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
VALID = ("VALID", "genuine")
EXPIRED = ("EXPIRED", "period-ended")
NOT_YET = ("NOT_YET_VALID", "not-yet")
STATUS_UNKNOWN = ("UNTRUSTED", "status-unknown")
TOO_OLD = ("UNTRUSTED", "data-too-old")
FORGED = ("UNTRUSTED", "signature")
NOTHING = ("UNREADABLE", "no-certificate")
OUTSIDE = ("OUTSIDE_WINDOW", "hours")
IS_REVOKED = ("REVOKED", "revoked")
WIB = timedelta(hours=7)
EXERCISE_PERIOD = Period(
    PeriodId(20), "LATIHAN", Text("Latihan", "Exercise"), date(2021, 7, 1), date(2021, 7, 19), True
)
ROAD = CheckpointRule(
    code="road",
    name=Text("Jalan", "Road"),
    from_on=date(2021, 7, 5),
    until_on=date(2021, 7, 20),
    windows=(
        CheckpointWindow(time(6), time(10), Admits.HOLDERS),
        CheckpointWindow(time(10), time(22), Admits.SECTORS, ("K-a", "E-e")),
        CheckpointWindow(time(22), time(6), Admits.EVERYONE),
    ),
    citation="Ditlantas PMJ, 15 July 2021",
)


@dataclass
class Vectors:
    """A file of vectors as it grows."""

    bundles: dict[str, bytes] = field(default_factory=dict)
    cases: list[dict[str, Any]] = field(default_factory=list)
    with_reasons: bool = False

    def add(
        self,
        name: str,
        text: str,
        bundle: str,
        at: datetime,
        verdict: str,
        code: str,
        checkpoint: str | None = None,
    ) -> None:
        """One case, whose verdict and reason are said by whoever wrote the group."""
        found = verify_text(text, read_bundle(self.bundles[bundle]), at, checkpoint=checkpoint)
        if (found.verdict, found.code) != (verdict, code):
            raise SystemExit(f"{name} at {at}: {found.verdict} {found.code}, not {verdict} {code}")
        self.cases.append(
            {
                "name": name,
                "text": text,
                "bundle": bundle,
                "clock": _stamp(at),
                "checkpoint": checkpoint,
                "verdict": found.verdict.value,
                "code": found.code.value,
                "freshness": found.freshness.state.value,
                "age_s": found.freshness.age_s,
                "judged_at": _stamp(found.checked_at),
                "clock_behind_s": found.clock_behind_s,
                "exercise": found.exercise,
                "holder": found.claims.holder if found.claims else None,
                "identity_tail": found.claims.identity_tail if found.claims else None,
            }
        )  # fmt: skip
        if self.with_reasons and checkpoint is None:
            self.cases[-1]["reason"] = found.reason._asdict()


def _stamp(at: datetime) -> str:
    return at.strftime("%Y-%m-%dT%H:%M:%SZ")


class Maker:
    """Bundles and certificates under keys of this run."""

    def __init__(self) -> None:
        self.key, self.next_key, self.stranger = (SigningKey.generate() for _ in range(3))
        self.exercise = SigningKey.generate(exercise=True)

    def bundle(self, at: datetime = NOW, *, end: timedelta | None = END, **changes: Any) -> bytes:
        """A bundle of this issuer, made at a moment."""
        signer = changes.get("keys", [self.key])[0]
        lists = [self._list(number, at, signer) for number in changes.pop("numbers", (0, 1))]
        parts: dict[str, Any] = {
            "issuer": ISSUER,
            "issued_at": at,
            "next_update": at + RENEW,
            "trusted_until": end and at + end,
            "keys": [self.key, self.next_key, self.exercise],
            "periods": [PERIOD, EXERCISE_PERIOD],
            "lists": lists,
            "checkpoints": [ROAD],
            "number": int(at.timestamp() * 1000),
            "inline": True,
        }
        return build_bundle(**parts | changes)

    def _list(self, number: int, at: datetime, signer: SigningKey) -> SignedList:
        uri = f"https://strp.example/status-lists/{number}"
        statuses = {REVOKED: Status.REVOKED, SUSPENDED: Status.SUSPENDED}
        cwt = sign_status_list(
            pack_statuses(statuses.items()),
            uri=uri, issued_at=at, expires_at=at + END, ttl_s=300, key=signer,
        )  # fmt: skip
        return SignedList(number, uri, at, cwt)

    def text(self, key: SigningKey | None = None, **claims: Any) -> str:
        """The text of a certificate."""
        return sign_text(PLAIN._replace(**claims), key or self.key)

    def exercise_claims(self) -> Claims:
        """What a certificate of the exercise says."""
        return PLAIN._replace(
            issuer=exercise_issuer(ISSUER), exercise=True, period_id=EXERCISE_PERIOD.number,
            status_list=1,
        )  # fmt: skip


def make() -> Vectors:
    """All groups."""
    made, vectors = Maker(), Vectors()
    vectors.bundles |= {
        "usual": made.bundle(),
        "prolonged": made.bundle(
            NOW + 10 * DAY, periods=[PERIOD._replace(ends_on=date(2021, 7, 25)), EXERCISE_PERIOD]
        ),
        "shortened": made.bundle(periods=[PERIOD._replace(ends_on=date(2021, 7, 5))]),
        "no periods": made.bundle(periods=[]),
        "key withdrawn": made.bundle(keys=[made.next_key]),
        "first form": made.bundle(end=None),
        "a week": made.bundle(end=7 * DAY),
        "lists elsewhere": made.bundle(inline=False),
    }
    for group in (_days, _status, _ages, _clocks, _hours, _strangers, _exercises):
        group(made, vectors)
    return vectors


def _days(made: Maker, vectors: Vectors) -> None:
    """Both days of a period belong to it, from midnight to midnight in Jakarta."""
    old = made.text(issued_at=NOW - 5 * DAY)
    start, end = (
        datetime.fromisoformat("2021-07-02T17:00Z"),
        datetime.fromisoformat("2021-07-20T17:00Z"),
    )
    vectors.bundles |= {
        "before": made.bundle(start - HOUR),
        "last evening": made.bundle(end - HOUR),
        "last evening, prolonged": made.bundle(
            end - HOUR, periods=[PERIOD._replace(ends_on=date(2021, 7, 25))]
        ),
    }
    for after in (-HOUR, -MINUTE, -SECOND):
        vectors.add("before the first day", old, "before", start + after, *NOT_YET)
        vectors.add("on the last day", old, "last evening", end + after, *VALID)
    for after in (0 * SECOND, SECOND, HOUR):
        vectors.add("on the first day", old, "before", start + after, *VALID)
        vectors.add("after the last day", old, "last evening", end + after, *EXPIRED)
        vectors.add("prolonged", old, "last evening, prolonged", end + after, *VALID)
    vectors.add("shortened", old, "shortened", NOW, *EXPIRED)
    for holder in ("Siti", "Ñandú Ångström", "A" * 40, "O'Neill-Sørensen"):
        vectors.add("a name", made.text(holder=holder), "usual", NOW, *VALID)
    for tail in ("0000", "0042", "9999", "A12", "X9"):
        vectors.add("an identity", made.text(identity_tail=tail), "usual", NOW, *VALID)
    alone = made.text(expires_at=NOW + HOUR)
    vectors.add("period unknown", alone, "no periods", NOW + HOUR - SECOND, *VALID)
    vectors.add("period unknown", alone, "no periods", NOW + HOUR, *EXPIRED)
    ended = made.text(expires_at=NOW - DAY)
    vectors.add("the period outlives the paper", ended, "usual", NOW, *VALID)


def _status(made: Maker, vectors: Vectors) -> None:
    for number in (0, 1):
        for index, verdict, code in (
            (REVOKED, *IS_REVOKED),
            (SUSPENDED, "SUSPENDED", "suspended"),
            (0, *VALID),
            (6, *VALID),
            (9, *VALID),
            ((1 << 20) - 1, *VALID),
        ):
            text = made.text(status_list=number, status_index=index)
            vectors.add("status", text, "usual", NOW, verdict, code)
            if verdict != "VALID":
                late = NOW + 3650 * DAY
                vectors.add("status, years later", text, "usual", late, verdict, code)
                vectors.add("status, at night", text, "usual", NOW, verdict, code, "road")
    text = made.text(status_list=UNKNOWN_LIST)
    vectors.add("list unknown", text, "usual", NOW, *STATUS_UNKNOWN)
    vectors.add("list elsewhere", made.text(), "lists elsewhere", NOW, *STATUS_UNKNOWN)


def _ages(made: Maker, vectors: Vectors) -> None:
    """Stale from the next update on; nothing passes once the bundle or its list has ended."""
    text, ended = made.text(), made.text(status_index=REVOKED)
    for after in (0 * SECOND, HOUR, RENEW - SECOND, RENEW, RENEW + SECOND, END - SECOND):
        vectors.add("age", text, "usual", NOW + after, *VALID)
    for after in (END, END + SECOND, 3 * DAY, 7 * DAY):
        vectors.add("too old", text, "usual", NOW + after, *TOO_OLD)
        vectors.add("list too old", text, "a week", NOW + after, *TOO_OLD)
        vectors.add("revoked stays", ended, "usual", NOW + after, *IS_REVOKED)
        vectors.add("the first form ends nothing", text, "first form", NOW + after, *VALID)
    vectors.add("too old, ended", text, "usual", NOW + 30 * DAY, *EXPIRED)


def _clocks(made: Maker, vectors: Vectors) -> None:
    """The moment is the later of the clock and what was signed."""
    text = made.text()
    for behind in (SECOND, MINUTE, 2 * MINUTE, 2 * MINUTE + SECOND, HOUR, DAY, 3650 * DAY):
        vectors.add("slow clock", text, "usual", NOW - behind, *VALID)
        vectors.add("slow clock, ended", text, "shortened", NOW - behind, *EXPIRED)
        vectors.add("slow clock, no STRP", "STRP1:", "usual", NOW - behind, *NOTHING)
    for ahead in (MINUTE, 3 * MINUTE, 5 * HOUR, RENEW):
        text = made.text(issued_at=NOW + ahead)
        vectors.add("issued after the bundle", text, "usual", NOW, *VALID)
    text = made.text(issued_at=NOW + END)
    vectors.add("issued long after the bundle", text, "usual", NOW, *TOO_OLD)
    before = made.text(issued_at=NOW - 5 * DAY)
    vectors.add("first form, slow", before, "first form", NOW - 4 * DAY, *NOT_YET)


def _hours(made: Maker, vectors: Vectors) -> None:
    """Hours of a checkpoint are Jakarta's; one window goes over midnight."""
    day = datetime.fromisoformat("2021-07-15T00:00Z") - WIB
    vectors.bundles["15 July"] = made.bundle(day)
    teller, gas = made.text(sector="E-a"), made.text(sector="E-e")
    for hour, minute in ((0, 0), (5, 59), (6, 0), (9, 59), (10, 0), (21, 59), (22, 0), (23, 59)):
        at = day + timedelta(hours=hour, minutes=minute)
        passes = not 10 <= hour < 22
        outcome = VALID if passes else OUTSIDE
        vectors.add("hours", teller, "15 July", at, *outcome, "road")
        vectors.add("hours of a sector", gas, "15 July", at, *VALID, "road")
        vectors.add("no checkpoint", teller, "15 July", at, *VALID)
    early = datetime.fromisoformat("2021-07-04T12:00Z") - WIB
    vectors.bundles["4 July"] = made.bundle(early)
    held = made.text(sector="E-a", issued_at=early - HOUR)
    vectors.add("before the rule", held, "4 July", early, *VALID, "road")
    vectors.add(
        "a sector of its own word",
        made.text(sector="bank"),
        "15 July",
        day + 11 * HOUR,
        "OUTSIDE_WINDOW",
        "hours",
        "road",
    )
    vectors.add(
        "no sector",
        made.text(sector=""),
        "15 July",
        day + 11 * HOUR,
        "OUTSIDE_WINDOW",
        "hours",
        "road",
    )


def _strangers(made: Maker, vectors: Vectors) -> None:
    """What no trusted key signed, and what is no certificate at all."""
    genuine = made.text()
    for key, name in ((made.stranger, "a stranger's key"), (made.next_key, "the next key")):
        outcome = FORGED if key is made.stranger else VALID
        vectors.add(name, made.text(key), "usual", NOW, *outcome)
    vectors.add("key withdrawn", genuine, "key withdrawn", NOW, *FORGED)
    token = read_text(genuine) or b""
    for place in range(0, len(token), 7):
        edited = write_text(token[:place] + bytes((token[place] ^ 1,)) + token[place + 1 :])
        found = verify_text(edited, read_bundle(vectors.bundles["usual"]), NOW)
        if found.verdict not in {"UNTRUSTED", "UNREADABLE"}:
            raise SystemExit(f"an edited certificate is {found.verdict}")
        vectors.add("edited", edited, "usual", NOW, found.verdict.value, found.code.value)
    for text in _no_certificates(genuine, token):
        vectors.add("no certificate", text, "usual", NOW, *NOTHING)
    for text in _copies(genuine):
        vectors.add("a careless copy", text, "usual", NOW, *VALID)
    vectors.add("a refusal", "STRPNO1:" + genuine[6:], "usual", NOW, "UNTRUSTED", "refusal")


def _no_certificates(genuine: str, token: bytes) -> Iterator[str]:
    yield from (
        "",
        " ",
        "STRP1:",
        "STRP1: ",
        "STRP2:" + genuine[6:],
        genuine[6:],
        "HC1:" + genuine[6:],
    )
    yield from (genuine[:-1], genuine[:-3], genuine + "0", genuine + "00", genuine + ":::")
    yield from (write_text(token[:-1]), write_text(token + b"\0"), write_text(b"\xd2" + token))
    yield from ("https://strp.example/c/abc", "STRP1:" + "A" * 2000, "STRP1:\u0000")
    yield from (write_text(data) for data in (b"", b"\xd2\x84", b"\xd2\x80", b"\xa0", b"\xf6"))


def _copies(genuine: str) -> Iterator[str]:
    yield from (f" {genuine} ", f"{genuine}\n", f"\ufeff{genuine}", f"\u202d{genuine}\u202c")
    yield from (genuine[:60] + "\n" + genuine[60:], genuine[:90] + "\r\n" + genuine[90:])
    yield from (genuine.replace(" ", "\u00a0"), "\u200b".join((genuine[:30], genuine[30:])))
    yield from (genuine.lower(), "> " + genuine[:76] + "\n> " + genuine[76:])
    wrapped = [genuine[at : at + 64] for at in range(0, len(genuine), 64)]
    yield from ("\n    ".join(wrapped), " \n".join(wrapped), "\r\n\t".join(wrapped))


def _exercises(made: Maker, vectors: Vectors) -> None:
    """A certificate of an exercise is never VALID."""
    drill = made.exercise_claims()
    held = sign_text(drill, made.exercise)
    vectors.add("exercise", held, "usual", NOW, "EXERCISE", "exercise")
    vectors.add("exercise, too old", held, "usual", NOW + END, *TOO_OLD)
    vectors.add("exercise, key withdrawn", held, "key withdrawn", NOW, *FORGED)
    for index, verdict in ((REVOKED, "REVOKED"), (SUSPENDED, "SUSPENDED")):
        text = sign_text(drill._replace(status_index=index), made.exercise)
        vectors.add("exercise", text, "usual", NOW, verdict, verdict.lower())
    before = sign_text(drill._replace(issued_at=NOW - 20 * DAY), made.exercise)
    vectors.add("exercise that began anew", before, "usual", NOW, "EXPIRED", "exercise-began-anew")
    marked = made.text(period_id=EXERCISE_PERIOD.number)
    vectors.add("true key, period of an exercise", marked, "usual", NOW, "EXERCISE", "exercise")


def write_once(name: str, vectors: Vectors) -> int:
    """Write one file of vectors, unless it is there."""
    path = FOLDER / f"{name}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: vectors are added, never edited")
    bundles = {name: json.loads(bundle) for name, bundle in vectors.bundles.items()}
    document = {"bundles": bundles, "cases": vectors.cases}
    path.write_text(json.dumps(document, indent=1, ensure_ascii=True) + "\n", "utf-8")
    print(f"{len(vectors.cases)} cases in {path}")
    return 0


if __name__ == "__main__":
    raise SystemExit(write_once(sys.argv[1], make()))
