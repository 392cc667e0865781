"""Each kind of notice has a letter in both languages."""

import re
from datetime import UTC, datetime

import pytest

from strp.domain.identifiers import Nib
from strp.domain.notices.notice import TO_COME, Notice, NoticeKind, RulesChange
from strp.domain.notices.notice_letters import Told, notice_letter, title_of
from strp.domain.screening.evidence import GROUNDS, EvidenceState, RefusalGround
from strp.domain.text import Language
from tests.domain.filing.test_outcome import application

AT = datetime(2021, 7, 5, 1, tzinfo=UTC)
OF_FILINGS = {NoticeKind.RECEIPT, NoticeKind.DECIDED, NoticeKind.RETURNED}


@pytest.mark.parametrize("kind", [kind for kind in NoticeKind if kind not in OF_FILINGS])
def test_a_kind_says_what_happened_in_both_languages(kind: NoticeKind) -> None:
    notice = Notice(at=AT, kind=kind, nib=Nib(8120001110001), count=3, until_at=AT)
    letter = notice_letter(
        Told(notice=notice, employer="Bank Contoh"), "https://strp.example", Language.EN
    )
    title = title_of(kind)
    assert letter.subject == title.en
    where = "rules" if kind is NoticeKind.RULES else "employer/8120001110001"
    assert f"https://strp.example/{where}" in letter.body
    assert "{" not in letter.body and letter.body.count("Bank Contoh") == 2


@pytest.mark.parametrize("ground", list(RefusalGround))
def test_a_refusal_of_evidence_says_why_and_what_to_do_next(ground: RefusalGround) -> None:
    notice = Notice(at=AT, kind=NoticeKind.EVIDENCE, nib=Nib(8120001110001), outcome=ground)
    letter = notice_letter(Told(notice=notice, employer="Bank"), "https://s.example", Language.ID)
    assert f"tidak diterima: {GROUNDS[ground].id}" in letter.body
    assert f"not accepted: {GROUNDS[ground].en}" in letter.body
    assert "melampirkan" in letter.body and "/8120001110001/evidence" in letter.body


NEXT_STEP = re.compile(
    "Beri tahu|Baca|Unduh|Kirim|Jika|Bila|Anda dapat|[Aa]jukan|perbaiki|[Ll]ampirkan|tidak perlu|"
    "tetap dipakai|hasilnya ada|Hasilnya ada|onfirmasi|keberatan"
)
NEXT_STEP_EN = re.compile(
    "Tell the|Read|Download|Send|[Ww]here your|[Yy]ou can|file (it|the)|attach|nothing to|"
    "Keep using|receipts? (of|say)|confirm|object|Attach"
)
OUTCOMES = {
    NoticeKind.OBJECTION: ["upheld", "lifted", "over", "rejected", "no-longer", None],
    NoticeKind.EVIDENCE: [EvidenceState.ACCEPTED, *RefusalGround],
    NoticeKind.RULES: list(RulesChange),
    NoticeKind.HOSTING: ["asked", "confirmed", "declined", "withdrawn"],
    NoticeKind.CLOSED: [None, TO_COME],
    NoticeKind.SUSPENDED: [None, RulesChange.UNFIT],
}


@pytest.mark.parametrize(
    ("kind", "outcome"),
    [
        (kind, outcome)
        for kind in NoticeKind
        if kind not in OF_FILINGS
        for outcome in OUTCOMES.get(kind, [None])
    ],
)
def test_a_letter_says_what_to_do_next_in_both_languages(
    kind: NoticeKind, outcome: str | None
) -> None:
    notice = Notice(at=AT, kind=kind, nib=Nib(8120001110001), count=3, until_at=AT, outcome=outcome)
    letter = notice_letter(Told(notice=notice, employer="Bank"), "https://s.example", Language.ID)
    indonesian, english = letter.body.split("\n\nDetails:")[0].split("Selengkapnya:")
    assert NEXT_STEP.search(indonesian), indonesian
    assert NEXT_STEP_EN.search(english), english


@pytest.mark.parametrize(
    ("counts", "step", "step_en"),
    [
        ({"approved": 2}, "Bagikan surat kepada pekerjanya", "Hand the certificates"),
        ({"pending": 2}, "Tidak perlu mengirim lagi", "nothing to send again"),
        ({"pending": 2}, "bila bukti masih diminta", "evidence is still asked for"),
        ({"refused": 2}, "dapat mengajukan keberatan", "can object there"),
        ({"returned": 2}, "perbaiki, lalu ajukan lagi", "fix it, and file it again"),
        ({"rejected": 2}, "Unduh baris yang perlu diperbaiki", "Download the rows to fix"),
    ],
)
def test_a_letter_about_a_filing_says_what_to_do_with_each_part_of_it(
    counts: dict[str, int], step: str, step_en: str
) -> None:
    filing = application(**counts)
    for kind in (NoticeKind.RECEIPT, NoticeKind.DECIDED):
        if kind is NoticeKind.DECIDED and "pending" in counts:
            continue
        notice = Notice(
            at=AT, kind=kind, nib=Nib(8120001110001), application_id=filing.application_id
        )
        told = Told(notice=notice, employer="Bank", application=filing, receipt="AAAA-BBBB")
        letter = notice_letter(told, "https://s.example", Language.EN)
        assert step in letter.body and step_en in letter.body


@pytest.mark.parametrize("outcome", ["upheld", "lifted", "over", "rejected", "no-longer", None])
def test_what_became_of_an_objection_is_said_in_both_languages(outcome: str | None) -> None:
    notice = Notice(
        at=AT, kind=NoticeKind.OBJECTION, nib=Nib(8120001110001), outcome=outcome, count=2
    )
    letter = notice_letter(Told(notice=notice, employer="Bank"), "https://s.example", Language.ID)
    assert "eberatan" in letter.body and "objection" in letter.body
    assert "Bacalah di halamannya" not in letter.body and "{" not in letter.body
    assert "/8120001110001/objections" in letter.body


@pytest.mark.parametrize("change", list(RulesChange))
def test_a_change_of_the_rules_says_what_it_brings(change: RulesChange) -> None:
    notice = Notice(
        at=AT, kind=NoticeKind.RULES, nib=Nib(8120001110001), outcome=change, count=3, until_at=AT
    )
    letter = notice_letter(Told(notice=notice, employer="Bank"), "https://s.example", Language.ID)
    day = "sampai 5 Juli 2021" if change is RulesChange.SHORTENED else "mulai 5 Juli 2021"
    assert day in letter.body and "https://s.example/rules" in letter.body


@pytest.mark.parametrize(
    "kind", [NoticeKind.OBJECTION, NoticeKind.EVIDENCE, NoticeKind.HOSTING, NoticeKind.RULES]
)
def test_what_a_newer_release_tells_of_a_known_kind_leads_to_its_page(kind: NoticeKind) -> None:
    notice = Notice(at=AT, kind=kind, nib=Nib(8120001110001), outcome="of-tomorrow")
    letter = notice_letter(Told(notice=notice, employer="Bank"), "https://s.example", Language.ID)
    assert "Bacalah di halamannya" in letter.body and "https://s.example/" in letter.body
