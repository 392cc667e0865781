"""`strp verify`: check certificates, by the text of their QR or by a picture of it."""

import asyncio
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from strp.cli.bundle_file import read_bundle_file
from strp.cli.installation import open_system, read_settings, run
from strp.cli.output import ExitCode, Json, print_json, read_moment, say, wrong_use
from strp.domain.errors import StrpError
from strp.domain.text import Text, clean_line

if TYPE_CHECKING:
    from collections.abc import Collection

    from strp.credential.trust import Inspection, TrustBundle
    from strp.domain.rules.checkpoint import ShownNow
    from strp.outside.machine.trusted_signers import Remembered

_PICTURES = {".png", ".jpg", ".jpeg", ".webp", ".pdf", ".svg"}
TEXT_FILE_BYTES = 4096


def verify(
    given: Annotated[
        list[str], typer.Argument(metavar="TEXT-OR-IMAGE…", help="Texts of QRs, or pictures.")
    ],
    bundle: Annotated[
        Path | None, typer.Option(help="Trust bundle to check with, without any network.")
    ] = None,
    pin: Annotated[
        list[str] | None,
        typer.Option(metavar="THUMBPRINT", help="Key that may sign the bundle (RFC 7638)."),
    ] = None,
    checkpoint: Annotated[
        str | None, typer.Option(metavar="CODE", help="Kind of checkpoint whose hours count.")
    ] = None,
    at: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="Check for this time, as 2021-07-15T09:00+07:00."),
    ] = None,
    json: Json = False,
) -> None:
    """Check certificates; exit code 0 only where every one of them is VALID."""
    items = [item for each in given for item in _read(each)]
    if len(items) == 1 and items[0].is_missing:
        wrong_use(f"There is no file {items[0].name}.")
    options = VerifyOptions(checkpoint, read_moment(at) if at else None)
    if bundle is None:
        if pin:
            wrong_use("--pin names the signer of a bundle: give --bundle too.")
        documents = run(_verify_here(items, options))
    else:
        documents = _verify_offline(items, read_bundle_file(bundle), pin or [], options)
    if json:
        print_json(documents[0] if len(documents) == 1 else _together(documents))
    else:
        for document in documents:
            _show(document)
    if any(item.is_missing for item in items):
        raise typer.Exit(ExitCode.WRONG_USE)
    all_valid = all(document["verdict"] == "VALID" for document in documents)
    raise typer.Exit(ExitCode.DONE if all_valid else ExitCode.REFUSED)


class VerifyOptions(NamedTuple):
    """What `strp verify` was asked for beside the certificates.

    Args:
        checkpoint: kind of checkpoint whose hours count; None: no hours.
        at: aware; the time to check for; None: now.
    """

    checkpoint: str | None
    at: datetime | None


async def _verify_here(items: list["Item"], options: VerifyOptions) -> list[dict[str, Any]]:
    from strp.usecases.certificates.trust import current_trust
    from strp.usecases.certificates.trust import verify as verify_text

    async with open_system() as system:
        trust = await current_trust(system)
        return [
            _document(
                await verify_text(system, item.text, checkpoint=options.checkpoint, at=options.at),
                trust,
                item,
            )
            for item in items
        ]


def _verify_offline(
    items: list["Item"], data: bytes, pins: list[str], options: VerifyOptions
) -> list[dict[str, Any]]:
    from strp.credential.trust import read_bundle, verify_text

    trust, now = read_bundle(data, pins=pins), options.at or datetime.now(UTC)
    if not pins:
        _hold_to_known_signers(trust)
    trust.known_checkpoint(options.checkpoint)
    return [
        _document(verify_text(item.text, trust, now, checkpoint=options.checkpoint), trust, item)
        for item in items
    ]


def _hold_to_known_signers(trust: "TrustBundle") -> None:
    """Trust who signed an issuer's first bundle and whom they name since, and nobody else.

    Raises:
        Forbidden: `signer-changed`.
    """
    from strp.domain.errors import Forbidden
    from strp.outside.machine.trusted_signers import FILE, remember_signers, remembered_signers

    folder = read_settings().data_path
    try:
        known = remembered_signers(folder, trust.issuer)
        if known is not None and known.signers.isdisjoint(trust.signed_by):
            raise Forbidden("signer-changed", _signer_changed(known.signers, trust.signer))
        if known is None or trust.number > known.number:
            remember_signers(folder, trust.issuer, trust.signers, trust.number)
    except (OSError, ValueError) as error:
        said = (
            f"The signer {trust.signer} is not held to an earlier one: {folder / FILE} cannot be "
            f"used ({error}). Name it with --pin."
        )
    else:
        said = _said_of_signers(trust, known, folder / FILE)
    if said:
        print(said, file=sys.stderr)


def _said_of_signers(trust: "TrustBundle", known: "Remembered | None", path: Path) -> str:
    if known is None or (trust.number > known.number and trust.signers != known.signers):
        return (
            f"Signer {_listed(trust.signers)} of {trust.issuer} is remembered in {path}. "
            "From now on a bundle that another key signed is refused; --pin names one."
        )
    if trust.number < known.number:
        return "A newer bundle of this issuer was used here before; this one knows less."
    return ""


class Item(NamedTuple):
    """What one argument stands for.

    Args:
        name: how the answer names it.
        text: text of the QR; empty where there is none to read.
        unreadable: why there is none; None otherwise.
        is_missing: whether it names a picture that is not there.
    """

    name: str
    text: str
    unreadable: Text | None = None
    is_missing: bool = False


def _read(given: str) -> list[Item]:
    """An argument: itself, each code that a picture shows, or what a text file holds."""
    path = Path(given)
    if given.startswith("STRP1:") or not _is_file(path):
        if path.suffix.lower() in _PICTURES:
            return [Item(_printable(given), "", _NO_FILE, is_missing=True)]
        return [Item("text", given)]
    from strp.outside.paper.photo_reader import read_photo
    from strp.outside.paper.picture_refusals import IMAGE_MAX_BYTES

    name = _printable(path.name)
    try:
        with path.open("rb") as file:
            data = file.read(IMAGE_MAX_BYTES + 1)
        if data.startswith(b"STRP1:"):
            return [Item(name, data[:TEXT_FILE_BYTES].decode(errors="replace").strip())]
        read = asyncio.run(read_photo(data))
    except OSError:
        return [Item(name, "", _NOT_READ)]
    except StrpError as error:
        return [Item(name, "", error.text)]
    if len(read.texts) == 1:
        return [Item(name, read.texts[0])]
    return [Item(f"{name} ({number})", text) for number, text in enumerate(read.texts, 1)]


def _printable(name: str) -> str:
    """A name without the bytes of a file name that are no text, which no terminal prints."""
    return name.encode(errors="replace").decode()


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except (OSError, ValueError):  # longer than any file name, or with a zero byte
        return False


def _document(found: "Inspection", trust: "TrustBundle", item: Item) -> dict[str, Any]:
    """What a check found, in the words of the JSON door."""
    claims = found.claims
    period = trust.periods.get(claims.period_id) if claims else None
    return {
        "input": item.name,
        "verdict": found.verdict.value,
        "exercise": found.exercise,
        "reason": say(item.unreadable or found.reason),
        "reason_code": found.cause or found.code.value,
        "holder": claims.holder if claims else None,
        "identity_tail": claims.identity_tail if claims else None,
        "employer": claims.employer if claims else None,
        "serial": claims.serial_text if claims else None,
        "period": period
        and {
            "number": period.number,
            "code": period.code,
            "from": period.starts_on.isoformat(),
            "until": period.ends_on.isoformat(),
        },
        "freshness": found.freshness.state.value,
        "age_s": found.freshness.age_s,
        "clock_behind_s": found.clock_behind_s,
        "checkpoint": found.shown and _checkpoint(found.shown),
        "checked_at": found.checked_at.isoformat(timespec="seconds"),
    }


def _checkpoint(shown: "ShownNow") -> dict[str, Any]:
    """What the checkpoint asks for, by codes; the reason says it in words."""
    rule, window = shown.rule, shown.window
    return {
        "code": rule.code,
        "name": say(rule.name),
        "operator": rule.operator,
        "opens": f"{window.opens:%H:%M}",
        "closes": f"{window.closes:%H:%M}",
        "admits": window.admits,
        "sectors": list(window.sectors),
        "without": list(shown.without),
        "instead": list(shown.instead),
        "also": list(shown.also),
        "form": rule.form,
        "citation": rule.citation,
    }


def _together(documents: list[dict[str, Any]]) -> dict[str, Any]:
    verdicts = [document["verdict"] for document in documents]
    worst = next((verdict for verdict in verdicts if verdict != "VALID"), "VALID")
    return {"verdict": worst, "results": documents}


def _show(document: dict[str, Any]) -> None:
    """Each as lines of their own: names that others chose begin no line, and steer no terminal."""
    mark = " (LATIHAN / EXERCISE)" if document["exercise"] else ""
    lines = [f"{document['verdict']}{mark}  {document['input']}: {document['reason']}"]
    if document["holder"]:
        lines.append(f"{document['holder']} (…{document['identity_tail']}), {document['employer']}")
    if document["period"]:
        lines.append(f"{document['period']['from']} to {document['period']['until']}")
    first, *others = map(
        clean_line, [*lines, f"{document['freshness']}, {document['age_s']} s old"]
    )
    print(first, *(f"  {line}" for line in others), sep="\n")


def _listed(thumbprints: "Collection[str]") -> str:
    return ", ".join(sorted(thumbprints))


def _signer_changed(known: "Collection[str]", signer: str) -> Text:
    before = _listed(known)
    return Text(
        id=f"Berkas data pemeriksa ini ditandatangani kunci {signer}, bukan {before} seperti "
        "sebelumnya. Tanyakan sidik kunci yang benar kepada penerbit, lalu pakai --pin.",
        en=f"This trust bundle is signed by the key {signer}, not by {before} as before. Ask the "
        "issuer for the thumbprint of its key, then use --pin.",
    )


_NO_FILE = Text(
    id="Berkas ini tidak ada. Periksa nama dan foldernya.",
    en="There is no such file. Check its name and folder.",
)
_NOT_READ = Text(
    id="Berkas ini tidak dapat dibaca. Periksa apakah Anda boleh membukanya.",
    en="This file cannot be read. Check whether you may open it.",
)
