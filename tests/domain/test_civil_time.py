from datetime import UTC, datetime, time

from strp.domain.civil_time import clock_text, moment_text, utc_text
from strp.domain.text import Language

AT = datetime(2021, 7, 20, 18, 5, 9, 250_000, tzinfo=UTC)


def test_a_time_of_day_is_that_of_jakarta_with_dots_or_colons() -> None:
    assert clock_text(AT, Language.ID) == "01.05"
    assert clock_text(AT, Language.EN) == "01:05"
    assert clock_text(AT, Language.ID, seconds=True) == "01.05.09"


def test_a_bare_time_of_day_is_one_in_jakarta_already() -> None:
    assert clock_text(time(8, 30), Language.ID) == "08.30"


def test_a_moment_in_words_has_the_day_of_jakarta() -> None:
    assert moment_text(AT).id == "21 Juli 2021 pukul 01.05 WIB"
    assert moment_text(AT).en == "21 July 2021, 01:05 WIB"


def test_a_program_reads_a_moment_in_utc_to_the_second() -> None:
    assert utc_text(AT) == "2021-07-20T18:05:09Z"
