"""`strp submit`: file a roster, over the network with a key, or here as the operator."""

import mimetypes
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from strp.cli.apikey import NibOption, read_nib
from strp.cli.installation import open_system, read_settings, run
from strp.cli.output import (
    ExitCode,
    Json,
    print_json,
    print_table,
    reader_language,
    told,
    wrong_use,
)
from strp.domain.errors import Unavailable
from strp.domain.identifiers import Nib
from strp.domain.text import Text

_LEDGER = ("rows", "accepted", "unchanged", "duplicate", "exempt", "rejected")
_TIMEOUT_S = 300
_AGAIN = frozenset({425, 429, 502, 503, 504})
"""Answers that ask to come back; 502 and 504 are those of a proxy whose STRP is away."""
_WAITS_S = (1, 2, 4, 8)
"""Between two tries, unless the answer names a longer wait."""
_LONGEST_WAIT_S = 60
"""Who is asked to wait longer is told so instead."""
_SPREADSHEETS = {
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    ".xls": "application/vnd.ms-excel",
    ".ods": "application/vnd.oasis.opendocument.spreadsheet",
    ".csv": "text/csv",
    ".json": "application/json",
}


def submit(
    file: Annotated[Path, typer.Argument(help="Roster: csv, xlsx, xls, ods or json.")],
    nib: NibOption,
    url: Annotated[str | None, typer.Option(help="Address of STRP; default: ours.")] = None,
    key: Annotated[
        str | None,
        typer.Option(envvar="STRP_API_KEY", help="API key; without one, files as the operator."),
    ] = None,
    json: Json = False,
) -> None:
    """File a roster; shows where every row went and how to fix what is wrong."""
    if not file.is_file():
        wrong_use(f"There is no file {file}.")
    number = read_nib(nib)
    if key is None and url is not None:
        wrong_use("Filing at another address needs --key, or STRP_API_KEY.")
    if key is None:
        answer = run(_file_here(file, number, _digest(file)))
    else:
        address = (url or read_settings().address).rstrip("/")
        status, answer = _send(f"{address}/api/v1/applications?nib={nib}", file, key)
        if status != 202:
            raise typer.Exit(_refused(status, answer, json=json))
    if json:
        print_json(answer)
    else:
        _show(answer)


async def _file_here(file: Path, nib: Nib, digest: bytes) -> dict[str, Any]:
    import msgspec

    from strp.api.applications import receipt_out
    from strp.domain.people.account import OPERATOR
    from strp.usecases.filing.file import file_roster

    async with open_system() as system:
        receipt = await file_roster(system, OPERATOR, nib, file, filename=file.name, digest=digest)
    answer: dict[str, Any] = msgspec.to_builtins(receipt_out(receipt, reader_language()))
    return answer


def _digest(file: Path) -> bytes:
    from strp.usecases.filing.file import body_digest

    return body_digest(file.read_bytes())


def _send(address: str, file: Path, key: str) -> tuple[int, dict[str, Any]]:
    """Send the file until it is taken or refused; a busy STRP is asked again, five times in all.

    Each try bears the same Idempotency-Key: what was taken, and whose answer was lost, is answered
    by the same receipt.

    Args:
        address: whole, http or https.
        file: the roster.
        key: API key of the employer.

    Returns:
        HTTP status and document of the last answer.

    Raises:
        Unavailable: `server-unreachable`: no try had an answer that came whole.
    """
    import random
    import time
    import uuid

    if not address.startswith(("http://", "https://")):
        wrong_use("--url starts with http:// or https://.")
    headers = {
        "Authorization": f"Bearer {key}",
        "Content-Type": _content_type(file),
        "Content-Length": str(file.stat().st_size),
        "X-Filename": file.name.encode("ascii", "replace").decode(),
        "Idempotency-Key": str(uuid.uuid4()),
        "Accept-Language": reader_language().value,
    }
    for wait_s in _WAITS_S:
        answer = _post(address, file, headers)
        if answer is not None and answer[0] not in _AGAIN:
            return answer[:2]
        asked_s = 0 if answer is None else answer[2]
        if answer is not None and asked_s > _LONGEST_WAIT_S:
            return answer[:2]
        # Not all who were turned away at once come back at once.
        pause_s = max(asked_s, wait_s) * random.uniform(1.0, 1.25)
        print(f"STRP is busy or away; sending again in {pause_s:.0f} s.", file=sys.stderr)
        time.sleep(pause_s)
    last = _post(address, file, headers)
    if last is None:
        raise _no_answer(address)
    return last[:2]


def _post(
    address: str, file: Path, headers: Mapping[str, str]
) -> tuple[int, dict[str, Any], int] | None:
    """Send the file once.

    Returns:
        HTTP status, document and seconds of Retry-After (0: none); None where no answer came whole.
    """
    from http.client import HTTPException
    from urllib.error import HTTPError
    from urllib.request import Request, urlopen

    with file.open("rb") as body:
        request = Request(address, data=body, headers=dict(headers), method="POST")
        try:
            with urlopen(request, timeout=_TIMEOUT_S) as response:
                return response.status, _document(response.read()), 0
        except HTTPError as error:
            with error:
                return error.code, _document(error.read()), _seconds(error.headers["Retry-After"])
        except (HTTPException, OSError):
            return None


def _seconds(retry_after: str | None) -> int:
    """Seconds of a Retry-After; STRP and its proxy never send a date."""
    known = retry_after is not None and retry_after.isascii() and retry_after.isdigit()
    return int(retry_after) if retry_after is not None and known else 0


def _document(body: bytes) -> dict[str, Any]:
    import json

    try:
        document = json.loads(body)
    except ValueError:
        document = None
    return document if isinstance(document, dict) else {"code": "not-strp", "detail": ""}


def _content_type(file: Path) -> str:
    known = _SPREADSHEETS.get(file.suffix.lower())
    return known or mimetypes.guess_type(file.name)[0] or "application/octet-stream"


def _refused(status: int, problem: Mapping[str, Any], *, json: bool) -> ExitCode:
    if json:
        print_json(problem)
    else:
        said = problem.get("detail") or problem.get("title") or ""
        print(f"Refused: {said} [{problem.get('code', status)}]")
        _show_problems(problem.get("problems") or [])
    return ExitCode.UNAVAILABLE if status >= 500 or status in {425, 429} else ExitCode.REFUSED


def _show(answer: Mapping[str, Any]) -> None:
    print(f"Receipt {answer['receipt']}; a decision is due by {told(answer['due_at'])}.")
    print_table("Rows", _LEDGER, [[answer["ledger"][column] for column in _LEDGER]])
    _show_problems(answer["problems"])
    left_out = answer.get("problems_total", 0) - len(answer["problems"])
    if left_out > 0:
        print(f"{left_out} more problems: see the corrections file.")


def _show_problems(problems: list[Mapping[str, Any]]) -> None:
    if problems:
        columns = ("row", "column", "code", "detail")
        rows = [[each.get(column) for column in columns] for each in problems]
        print_table("Problems", ("row", "column", "code", "how to fix it"), rows)


def _no_answer(address: str) -> Unavailable:
    where = address.partition("?")[0]
    return Unavailable(
        "server-unreachable",
        Text(
            f"{where} tidak menjawab. Kirim lagi nanti; kiriman yang sama tidak tercatat dua kali.",
            f"{where} does not answer. Send it again later; the same rows are not filed twice.",
        ),
        retry_after_s=10,
    )
