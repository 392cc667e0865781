"""The brief of the day before by mail, each morning at the set time, once."""

from datetime import date, datetime, time, timedelta
from typing import Final

import structlog

from strp.domain.civil_time import WIB, day_text
from strp.domain.desk.brief import FIGURES, Brief, unusual, value_of
from strp.domain.desk.day_figures import NOTHING
from strp.domain.notices.letters import Letter, of_exercise, write_letter
from strp.domain.people.account import OPERATOR, Role
from strp.domain.text import Language, Text
from strp.store.desk.figures import mark_sent
from strp.store.people.accounts import officials_to_tell
from strp.usecases.desk.brief import in_words, make_brief
from strp.usecases.notices.email_addresses import letter_address
from strp.usecases.notices.send import post
from strp.usecases.process.system import System

log = structlog.get_logger()

LOOK_EVERY_S: Final = 30.0
READERS: Final = frozenset({Role.SUPERVISOR, Role.AUDITOR})


async def send_briefs_forever(system: System) -> None:
    """Send each morning's brief; until cancelled."""
    await system.loops.every(
        "briefs", lambda: send_brief(system), lambda: LOOK_EVERY_S, within_s=120, bound_s=600
    )


def day_to_send(now: datetime, at: str) -> date | None:
    """The day whose brief is due: yesterday, from a time of today on.

    Args:
        now: aware.
        at: time in Jakarta such as 06:00, or `off`.
    """
    local = now.astimezone(WIB)
    if at == "off" or local.time() < time.fromisoformat(at):
        return None
    return local.date() - timedelta(days=1)


async def send_brief(system: System) -> bool:
    """Send the brief that is due, to each supervisor and auditor, unless it was sent.

    A day on which nothing was counted gets none: the installation was not open yet.
    """
    now = system.clock()
    day = day_to_send(now, system.settings.brief_at)
    if day is None:
        return False
    async with system.database.transaction() as conn:
        if not await mark_sent(conn, day, now):
            return False
        brief = await make_brief(system, OPERATOR, day.isoformat())
        if brief.figures.totals == NOTHING:
            return False
        exercise = brief.figures.exercise
        for account in await officials_to_tell(conn, READERS, exercise=exercise):
            letter = brief_letter(brief, system.settings.address, account.language)
            letter = of_exercise(letter) if exercise else letter
            if to := letter_address(system, account):
                await post(conn, system, to, letter)
    return True


def brief_letter(brief: Brief, address: str, language: Language) -> Letter:
    """The brief as a letter: what stands out, each number, and where the page is.

    Args:
        brief: of a day.
        address: of STRP's pages.
        language: of the reader.
    """
    day = day_text(brief.figures.day)
    link = f"{address}/office/brief?date={brief.figures.day}"
    body = Text(*(_body(brief, each) for each in (Language.ID, Language.EN)))
    return write_letter(
        Text(f"Ringkasan STRP {day.id}", f"STRP brief of {day.en}"),
        Text(
            f"{body.id}\n\nArti setiap angka dan grafiknya: {link}",
            f"{body.en}\n\nWhat each number means, and the plots: {link}",
        ),
        language,
    )


def _body(brief: Brief, language: Language) -> str:
    numbers = [
        f"{each.name.in_(language)}: {in_words(value_of(brief, each.code), language)}"
        for each in FIGURES
    ]
    mark = ["LATIHAN – EXERCISE", ""] if brief.figures.exercise else []
    return "\n".join([*mark, *(each.in_(language) for each in unusual(brief)), "", *numbers])
