"""Workers' private links at the JSON door, as lists for an employer to hand out."""

from typing import Any

from litestar import Request, Router, get
from litestar.response import Stream

from strp.api.actors import WHO, permitted
from strp.api.downloads import download, written
from strp.domain.employers.employer import require_nib
from strp.domain.identifiers import ApplicationId, format_nib
from strp.domain.people.account import acts_for_employers
from strp.http.route_class import API_TABLE, ROUTE
from strp.outside.spreadsheets.link_list import LinkListForm
from strp.usecases.certificates.hand_out import write_links_of_application, write_links_of_employer
from strp.usecases.process.system import System

AnyRequest = Request[Any, Any, Any]
OWNER = {WHO: acts_for_employers, ROUTE: API_TABLE}
MEDIA_TYPES = {
    LinkListForm.CSV: "text/csv; charset=utf-8",
    LinkListForm.XLSX: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}


@get("/api/v1/applications/{application_id:int}/links.csv", opt=OWNER)
async def get_links_csv(request: AnyRequest, system: System, application_id: int) -> Stream:
    """Name, last four digits, phone (62…) and private link of each worker of an application.

    Certificates that do not stand are left out.

    Args:
        application_id: of the application.
    """
    return await _of_application(request, system, application_id, LinkListForm.CSV)


@get("/api/v1/applications/{application_id:int}/links.xlsx", opt=OWNER)
async def get_links_xlsx(request: AnyRequest, system: System, application_id: int) -> Stream:
    """The same list as a workbook.

    Args:
        application_id: of the application.
    """
    return await _of_application(request, system, application_id, LinkListForm.XLSX)


@get("/api/v1/employers/{nib:str}/links.csv", opt=OWNER)
async def get_employer_links_csv(request: AnyRequest, system: System, nib: str) -> Stream:
    """The same list of all certificates of an employer that stand in the period in force.

    Args:
        nib: of the employer, 13 digits.
    """
    return await _of_employer(request, system, nib, LinkListForm.CSV)


@get("/api/v1/employers/{nib:str}/links.xlsx", opt=OWNER)
async def get_employer_links_xlsx(request: AnyRequest, system: System, nib: str) -> Stream:
    """The same list of an employer as a workbook.

    Args:
        nib: of the employer, 13 digits.
    """
    return await _of_employer(request, system, nib, LinkListForm.XLSX)


async def _of_application(
    request: AnyRequest, system: System, application_id: int, form: LinkListForm
) -> Stream:
    actor, number = permitted(request), ApplicationId(application_id)
    file, _ = await written(
        lambda path: write_links_of_application(system, actor, number, form, path)
    )
    return download(file, MEDIA_TYPES[form], f"strp-{number}-tautan.{form.value}")


async def _of_employer(request: AnyRequest, system: System, nib: str, form: LinkListForm) -> Stream:
    actor, number = permitted(request), require_nib(nib)
    file, _ = await written(lambda path: write_links_of_employer(system, actor, number, form, path))
    return download(file, MEDIA_TYPES[form], f"strp-{format_nib(number)}-tautan.{form.value}")


ROUTES = Router(
    path="/",
    route_handlers=[get_links_csv, get_links_xlsx, get_employer_links_csv, get_employer_links_xlsx],
    tags=["certificates"],
)
