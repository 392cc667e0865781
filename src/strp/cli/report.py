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
    form: Annotated[ComplianceForm, typer.Option("--format")] = ComplianceForm.JSON,
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
