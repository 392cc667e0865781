"""Templates, compiled once in each language."""

from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from typing import Any

from babel.dates import format_date
from babel.numbers import format_decimal
from jinja2 import ChoiceLoader, Environment, PackageLoader, PrefixLoader, Undefined, UndefinedError
from jinja2.utils import missing

from strp.domain.civil_time import WIB, clock_text
from strp.domain.desk.lateness import late_in_words
from strp.domain.durations import span_in_words
from strp.domain.employers.activities import ACTIVITIES, UNKNOWN, activity_of
from strp.domain.employers.caps import UNLIMITED
from strp.domain.employers.employer import EmployerFacts
from strp.domain.filing.application import Application
from strp.domain.identifiers import format_nib
from strp.domain.roster.row import line_of
from strp.domain.text import Language, Text
from strp.web.framework.assets import Assets
from strp.web.framework.languages import load_translations

_NO_CAP = Text("Tanpa batas", "No limit")
# Names that GOV.UK's macros test for without having been given them.
_MAY_BE_MISSING = {"undefined", "caller"}


class MissingName(Undefined):
    """A missing name is a mistake, except among the options of GOV.UK's macros, which are dicts."""

    def __bool__(self) -> bool:
        self._refuse_mistake()
        return False

    def __str__(self) -> str:
        self._refuse_mistake()
        return ""

    def _refuse_mistake(self) -> None:
        name, owner = self._undefined_name, self._undefined_obj
        if owner is missing and name in _MAY_BE_MISSING:
            return
        if not isinstance(owner, dict):
            raise UndefinedError(self._undefined_message)


def load_templates(assets: Assets) -> Mapping[Language, Environment]:
    """Environments of both languages, with the filters that page copy uses."""
    return {language: _environment(language, assets) for language in Language}


def _environment(language: Language, assets: Assets) -> Environment:
    environment = Environment(
        loader=ChoiceLoader(
            [
                PackageLoader("strp.web"),
                PrefixLoader({"govuk_frontend_jinja": PackageLoader("govuk_frontend_jinja")}),
            ]
        ),
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
        autoescape=True,
        auto_reload=False,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=MissingName,
    )
    environment.policies["ext.i18n.trimmed"] = True
    translations = load_translations(language)
    environment.install_gettext_translations(translations, newstyle=True)  # type: ignore[attr-defined]
    environment.globals["asset"] = assets.address
    environment.filters.update(_filters(language))
    return environment


def _filters(language: Language) -> Mapping[str, Any]:
    locale = language.value

    def moment(at: datetime) -> str:
        """Day and time in Jakarta."""
        local = at.astimezone(WIB)
        return f"{format_date(local, 'EEEE, d MMMM y', locale=locale)}, {clock(local)}"

    def short_moment(at: datetime) -> str:
        local = at.astimezone(WIB)
        return f"{format_date(local, 'd MMM', locale=locale)}, {clock(local)}"

    def clock(at: datetime | time, *, zone: bool = True) -> str:
        """Time of day in Jakarta; a bare time of day is one there already."""
        written = clock_text(at, language)
        return f"{written} WIB" if zone else written

    def day(on: date) -> str:
        return format_date(on, "d MMMM y", locale=locale)

    def number(value: float) -> str:
        return format_decimal(value, locale=locale)

    def cap(percent: int) -> str:
        """A share of staff that may be at work."""
        return f"{percent}%" if percent < UNLIMITED else _NO_CAP.in_(language)

    def sentence(text: Text) -> str:
        return text.in_(language)

    def span(seconds: int) -> str:
        return span_in_words(timedelta(seconds=seconds)).in_(language)

    def late(decided: Application) -> str:
        """By how much it was decided late, and why; empty where it was in time."""
        if decided.late_s is None or decided.late_because is None:
            return ""
        return late_in_words(decided.late_s, decided.late_because).in_(language)

    def branches(employer: EmployerFacts) -> str:
        """What an employer's classes are about; empty where no edition of ours knows them."""
        codes = (activity_of(each, employer.kbli_edition) for each in employer.kbli)
        known = dict.fromkeys(code for code in codes if code != UNKNOWN)
        return "; ".join(ACTIVITIES[code].in_(language) for code in known)

    return {
        "moment": moment,
        "short_moment": short_moment,
        "line": line_of,
        "clock": clock,
        "day": day,
        "number": number,
        "cap": cap,
        "sentence": sentence,
        "span": span,
        "late": late,
        "branches": branches,
        "nib": format_nib,
    }
