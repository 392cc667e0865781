"""Each kind of notice has a letter in both languages."""

from datetime import UTC, datetime

import pytest

from strp.domain.identifiers import Nib
from strp.domain.notice_letters import Told, notice_letter, title_of
from strp.domain.notices import Notice, NoticeKind
from strp.domain.text import Language

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
    assert "https://strp.example/employer/8120001110001" in letter.body
    assert "{" not in letter.body and letter.body.count("Bank Contoh") == 2
