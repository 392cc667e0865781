"""What a proxy would get of the front: by the rights of its files, and over HTTP."""

import json
import ssl
import stat
import time
import urllib.error
import urllib.request
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Final

from strp.cli.findings import Finding
from strp.cli.output import told
from strp.outside.machine.disks import is_read_only
from strp.outside.machine.served_certificate import served_certificate
from strp.settings import Settings

OLD_AFTER_S: Final = 30.0
_WITHIN_S: Final = 3
_DOCUMENT: Final = "waiting-room.json"
# Certificates of 90 days are renewed 30 days before their end (Let's Encrypt, certbot).
_RENEWED_BEFORE: Final = timedelta(days=21)


def front_findings(settings: Settings) -> list[Finding]:
    """Whether another account may read the files, whether they are fresh, and what visitors get."""
    found = [_files(settings)]
    if settings.public_url.startswith("https:"):
        found += _certificate(settings.public_url)
    if settings.public_url:
        found.append(_as_visitors_do(settings.public_url))
    return found


def _certificate(public_url: str) -> list[Finding]:
    """Whether browsers take the certificate of the address, and for how long still."""
    try:
        shown = served_certificate(public_url)
    except (OSError, ValueError):  # said below, by the document
        return []
    left = shown.ends_at - datetime.now(UTC)
    until = f"{public_url}: until {told(shown.ends_at)}"
    if left <= timedelta():
        advice = "it has ended, and nobody gets in: renew it, then reload the proxy"
        return [Finding("TLS certificate", f"{until}; {advice}", "wrong")]
    if not shown.is_of_name:
        advice = "it is of another name: put that of this address into the proxy"
        return [Finding("TLS certificate", f"{until}; {advice}", "wrong")]
    if left < _RENEWED_BEFORE:
        advice = "it ends soon: does its renewal run, and does the proxy reload?"
        return [Finding("TLS certificate", f"{until}; {advice}", "note")]
    if shown.fault:
        return [Finding("TLS certificate", f"{until}; this machine says: {shown.fault}", "note")]
    return [Finding("TLS certificate", until)]


def _files(settings: Settings) -> Finding:
    path = settings.line_document
    if not path.exists():
        return Finding("front", f"{path}: not written; a proxy asks STRP for it", "note")
    closed = _closed_to_others(path)
    if closed is not None:
        advice = "a proxy gets 403: set STRP_FRONT_DIR to a folder of its own (mode 0755)"
        state = "wrong" if settings.front_dir else "note"
        return Finding("front", f"{closed} is not readable by others; {advice}", state)
    shown = f"{path}: readable, {_age_of_file(path):.0f} s since it changed"
    if _age_of_file(path) <= OLD_AFTER_S:
        return Finding("front", shown)
    if is_read_only(path.parent):
        advice = "its disk is read-only, so a proxy serves an old line: mount it for writing"
        return Finding("front", f"{shown}; {advice}", "wrong")
    return Finding("front", f"{shown}; a proxy serves an old line: does `strp serve` run?", "note")


def _closed_to_others(path: Path) -> Path | None:
    """The first folder that others may not pass, or the file itself where they may not read it."""
    for folder in reversed(path.parents):
        if not folder.stat().st_mode & stat.S_IXOTH:
            return folder
    return None if path.stat().st_mode & stat.S_IROTH else path


def _age_of_file(path: Path) -> float:
    return max(0.0, time.time() - path.stat().st_mtime)


def _whoever_answers() -> ssl.SSLContext:
    """For a public document alone: what its certificate is worth is a finding of its own."""
    context = ssl.create_default_context()
    context.check_hostname = False
    context.verify_mode = ssl.CERT_NONE
    return context


def _as_visitors_do(public_url: str) -> Finding:
    """Ask for the document at the address that people type; a line that stands still is wrong."""
    address = f"{public_url}/{_DOCUMENT}"
    try:
        opened = urllib.request.urlopen(address, timeout=_WITHIN_S, context=_whoever_answers())
        with opened as answer:
            at = datetime.fromisoformat(json.load(answer)["at"])
    except urllib.error.HTTPError as error:
        return Finding("front over HTTP", f"{address}: {error.code}", "wrong")
    except OSError as error:
        return Finding("front over HTTP", f"{address} does not answer here: {error}", "note")
    except (ValueError, KeyError, TypeError):
        return Finding("front over HTTP", f"{address} is not the document of STRP", "wrong")
    age_s = (datetime.now(UTC) - at).total_seconds()
    if age_s > OLD_AFTER_S:
        advice = "the line stands still for visitors: see docs/trouble/nginx.md"
        return Finding("front over HTTP", f"the document is {age_s:.0f} s old; {advice}", "wrong")
    return Finding("front over HTTP", f"{address}: {max(0.0, age_s):.0f} s old")
