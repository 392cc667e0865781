"""Requests and answers of a day come back from their files as they went in."""

from pathlib import Path

from strp.domain.identifiers import Nib
from strp.rehearsal.load_run.plan import DayEmployer, DayFiling
from strp.rehearsal.load_run.spool import (
    Answer,
    pack_answer,
    read_answers,
    read_requests,
    write_requests,
)

EMPLOYER = DayEmployer(Nib(9_000_000_000_001), "10710", 1_000)
FILINGS = [DayFiling(EMPLOYER, 0, 3, False), DayFiling(EMPLOYER, 3, 250, False)]


def test_each_request_is_found_where_the_index_says(tmp_path: Path) -> None:
    write_requests(tmp_path, FILINGS, {EMPLOYER.nib: "key"}, seed=1)
    content = (tmp_path / "requests").read_bytes()
    starts = [content[request.offset :][:5] for request in read_requests(tmp_path)]
    assert starts == [b"POST ", b"POST "]


def test_the_index_says_how_many_rows_a_request_brings(tmp_path: Path) -> None:
    write_requests(tmp_path, FILINGS, {EMPLOYER.nib: "key"}, seed=1)
    assert [request.rows for request in read_requests(tmp_path)] == [3, 250]


def test_a_request_carries_its_employers_key(tmp_path: Path) -> None:
    write_requests(tmp_path, FILINGS, {EMPLOYER.nib: "the-key"}, seed=1)
    assert (tmp_path / "requests").read_bytes().count(b"Bearer the-key\r\n") == 2


def test_answers_come_back_as_they_were(tmp_path: Path) -> None:
    answer = Answer(7, 202, 1_500, 1 << 40, 9, 5, 1, 1, 1, 1)
    (tmp_path / "answers").write_bytes(pack_answer(answer) * 2)
    assert list(read_answers(tmp_path)) == [answer, answer]
