"""`strp report`: numbers for those who answer for the city."""

import sys
from enum import StrEnum
from typing import Annotated

import typer

from strp.cli.installation import open_system, run
from strp.cli.output import wrong_use

group = typer.Typer(no_args_is_help=True, help="Make reports; they go to standard output.")


class ComplianceForm(StrEnum):
    """Forms of the compliance report."""

    JSON = "json"
    CSV = "csv"
    XLSX = "xlsx"
    PDF = "pdf"


BINARY = frozenset({ComplianceForm.XLSX, ComplianceForm.PDF})


@group.command()
def compliance(
    from_: Annotated[str, typer.Option("--from", help="First day (2021-07-05), in Jakarta.")],
    until: Annotated[str, typer.Option(help="Last day; it belongs to the report.")],
    form: Annotated[
        ComplianceForm, typer.Option("--format", help="A workbook or PDF goes into a file.")
    ] = ComplianceForm.JSON,
) -> None:
    """Say which employers were refused by sector or cap; a list of suspicions, not of guilt."""
    if form in BINARY and sys.stdout.isatty():
        wrong_use(f"A {form} is no text: write it to a file, as in > kepatuhan.{form}.")
    sys.stdout.buffer.write(run(_compliance(from_, until, form)))


async def _compliance(first: str, last: str, form: ComplianceForm) -> bytes:
    from strp.domain.desk.handover import ReportForm
    from strp.domain.people.account import OPERATOR
    from strp.usecases.desk.compliance import report_on
    from strp.usecases.desk.compliance_files import report_file

    async with open_system() as system:
        report = await report_on(system, OPERATOR, first, last)
        return await report_file(system, report, ReportForm(form))


class BriefForm(StrEnum):
    """Forms of the brief."""

    HTML = "html"
    PDF = "pdf"
    JSON = "json"


class BriefLanguage(StrEnum):
    """Languages of the brief."""

    ID = "id"
    EN = "en"


@group.command()
def brief(
    day: Annotated[str, typer.Option("--date", help="Day in Jakarta (2021-07-05).")],
    language: Annotated[
        BriefLanguage, typer.Option("--lang", help="Of its words.")
    ] = BriefLanguage.ID,
    form: Annotated[
        BriefForm, typer.Option("--format", help="A PDF goes into a file.")
    ] = BriefForm.HTML,
) -> None:
    """Say on one page what happened on a day, what each number means and what is unusual."""
    if form is BriefForm.PDF and sys.stdout.isatty():
        wrong_use("A pdf is no text: write it to a file, as in > ringkasan.pdf.")
    sys.stdout.buffer.write(run(_brief(day, language, form)))


async def _brief(day: str, language: BriefLanguage, form: BriefForm) -> bytes:
    from strp.domain.people.account import OPERATOR
    from strp.domain.text import Language
    from strp.usecases.desk.brief import BriefForm as Form
    from strp.usecases.desk.brief import brief_file, make_brief

    async with open_system() as system:
        made = await make_brief(system, OPERATOR, day)
        return await brief_file(system, made, Language(language), Form(form))
