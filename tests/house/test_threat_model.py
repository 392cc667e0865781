"""What `docs/threat-model.md` says a stranger can take is what the code holds."""

import re
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from strp.cli.serve import SILENT_MS
from strp.credential.cbor import MAX_DEPTH, MAX_ITEMS
from strp.credential.codec import TEXT_MAX_CHARACTERS
from strp.domain.certificates.handing_out import LISTS_WRITTEN, SLIPS_SHOWN
from strp.domain.certificates.life import MOST_REPLACEMENTS
from strp.domain.desk.objection import MOST_OPEN, TEXT_MOST_CHARACTERS
from strp.domain.employers.claims import (
    CLAIMS_PER_ACCOUNT,
    CLAIMS_PER_BLOCK,
    CLAIMS_PER_PAGE,
    LETTERS_PER_BLOCK,
    LETTERS_PER_BLOCK_AND_EMPLOYER,
    LETTERS_PER_EMPLOYER,
)
from strp.domain.notices.notice import CHOICES_CHANGED, MOST_A_DAY
from strp.domain.people.api_key import KEYS_PER_EMPLOYER
from strp.domain.people.guessing import (
    CODE_LETTERS_PER_HOUR,
    SIGN_IN_LETTERS_PER_BLOCK,
    WRONG_CLAIM_CODES_IN_ALL,
    WRONG_CODES_IN_ALL,
    WRONG_CODES_PER_BLOCK,
)
from strp.domain.people.second_factor import STEP_TRIES, WRONG_CODES_PER_ACCOUNT
from strp.domain.people.sign_in import CODE_ATTEMPTS, SESSIONS_PER_ACCOUNT
from strp.domain.rate_limit import RateLimit
from strp.domain.screening import evidence
from strp.domain.screening.hosting import MOST_ASKED, WORDS_ON_ONE
from strp.domain.screening.staff_declaration import MOST_CHANGES
from strp.front import (
    arriving,
    bodies,
    connections,
    crowd,
    page_cache,
    rate_limits,
    request,
    senders,
    server,
    shares,
)
from strp.front.ending import ANSWERED_WITHIN_S
from strp.front.waiting_room.endpoints import MOST_GIVEN
from strp.http.route_class import (
    JSON_BYTES,
    READ_FILES,
    READ_PAGES,
    READ_PICTURES,
    READ_ROWS,
    READ_SEARCHES,
    READ_TABLES,
    SIGN_IN_BYTES,
    SMALL_BYTES,
)
from strp.outside.paper import evidence_reader, photo_reader
from strp.outside.spreadsheets.form import RECORD_LINES
from strp.usecases.filing.batches import EMPLOYER_WAIT_S, MOST_ASIDE
from strp.usecases.filing.idle_filings import IDLE_PER_SENDER
from strp.usecases.filing.read_workers import MOST_WORKERS
from strp.usecases.operation.measure import READY_WITHIN_S
from strp.usecases.process.api_key_cache import MOST_KEPT as KEYS_KEPT
from strp.usecases.process.system import MOST_EMPLOYERS_KEPT
from strp.web.framework import forms
from strp.wiring.routes import shipped_routes
from tests.api.test_who_may_call import TABLE as WHO_MAY_CALL

ROOT = Path(__file__).parents[2]
MODEL = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
CODE = "\n".join(path.read_text(encoding="utf-8") for path in (ROOT / "src").rglob("*.py"))
KIB, MIB = 1 << 10, 1 << 20
DOORS = ("door", "decoder")
BOUNDS = connections.BOUNDS


def _every(limit: RateLimit) -> str:
    """An interval as the tables write it: "2 s", "10 min", "2 h", or so many a second."""
    if limit.interval == timedelta(hours=1):
        return "1 an hour"
    for unit, name in ((timedelta(hours=1), "h"), (timedelta(minutes=1), "min")):
        if limit.interval >= unit:
            return f"1 every {limit.interval // unit} {name}"
    if limit.interval > timedelta(seconds=1):
        return f"1 every {limit.interval // timedelta(seconds=1)} s"
    count = timedelta(seconds=1) // limit.interval
    return f"{count} a second"


def _figures() -> Iterator[tuple[str, str]]:
    """The door whose row it is, and what the row says of it; figures from the code alone."""
    for door, most in (("sign-in, sign-out", SIGN_IN_BYTES), ("`/waiting-room/…` |", SMALL_BYTES)):
        yield door, f"{most // KIB} KiB"
    yield "`POST /api/v1/verifications`, a text", f"{JSON_BYTES // KIB} KiB"
    in_all, of_block = arriving.SMALL_PLACES
    yield "sign-in, sign-out", f"{of_block} bodies of {in_all:,}"
    yield "sign-in, sign-out", f"{bodies.FIRST_S:.0f} s for what comes in one piece"
    yield "`/waiting-room/…` |", f"{arriving.SMALL_WITHIN_S:.0f} s"
    in_all, of_block = arriving.PHOTO_PLACES
    yield "a photo at `/verify`", f"{of_block} bodies of {in_all}"
    drained = f"{server.DRAIN_BYTES // KIB} KiB and {server.DRAIN_S:.0f} s are drained"
    yield "any address that is not for anyone", drained
    door = rate_limits.DOOR_PER_BLOCK
    yield "any address that is not for anyone", f"{door.burst:,} at once, {_every(door)}"
    of_key = f"{arriving.BODIES_PER_KEY} bodies, bytes of four largest rosters; "
    yield "a roster or form with a key", of_key + f"{arriving.MOST_OF_KEYS:,} bodies of all keys"
    assert (arriving.ROSTERS_PER_KEY, arriving.ROSTERS_PER_BLOCK) == (4, 4)
    assert arriving.ROSTERS_PER_ACCOUNT == 2
    session = "a roster or form with a session"
    yield session, f"{arriving.BODIES_PER_BLOCK} bodies, bytes of four"
    yield session, f"{arriving.BODIES_PER_ACCOUNT} bodies, bytes of two"
    yield session, f"{arriving.MOST_OF_ACCOUNTS:,} bodies of all accounts"
    pace = f"{bodies.SLOWEST_BYTES_PER_S} bytes a second over the last {bodies.WINDOW_S:.0f} s"
    yield "any body", f"{pace}, no {bodies.IDLE_S:.0f} s of silence"
    look_ups = senders.LOOK_UPS_PER_BLOCK
    yield (
        "keys and sessions that nobody has",
        (
            f"{look_ups.burst} at once, {_every(look_ups)}; all blocks together "
            f"{senders.LOOK_UPS_PER_S:.0f} a second and {senders.LOOK_UPS_AT_ONCE} at once"
        ),
    )
    yield "all requests of a key", "; ".join(
        f"{each.burst:,} at once and {_every(each)}" if number == 0 else
        f"{each.burst:,} and {_every(each).split()[0]}"
        for number, each in enumerate((
            rate_limits.REQUESTS_PER_KEY,
            rate_limits.REQUESTS_PER_ACCOUNT,
            rate_limits.REQUESTS_PER_SEAT,
        ))
    )  # fmt: skip
    yield from _of_connections()
    yield from _of_decoders()
    yield from _of_the_crowd()
    yield from _of_people()
    yield from _of_readers()


def _of_readers() -> Iterator[tuple[str, str]]:
    for share in (READ_PAGES, READ_ROWS, READ_TABLES, READ_FILES, READ_SEARCHES, READ_PICTURES):
        at_once = (
            f"{_bytes(share.at_once_bytes)} at once, then {_bytes(share.bytes_per_s)} a second"
        )
        yield f"reading {share.kind}", at_once
        yield f"reading {share.kind}", f"counts as {_bytes(share.least_bytes)} or more"
    yield "asking beyond one's share", f"held {shares.HELD_S:.0f} s, then refused"


def _bytes(count: int) -> str:
    return f"{count // MIB} MiB" if count >= MIB else f"{count // KIB} KiB"


def _of_connections() -> Iterator[tuple[str, str]]:
    yield "connections at SIGTERM", f"else {ANSWERED_WITHIN_S:.0f} s"
    yield "a connection without a whole request", f"{SILENT_MS // 1000} s"
    strangers = f"{BOUNDS.block} of {BOUNDS.strangers:,} of all strangers"
    yield "connections |", f"{strangers}, looked at each second"
    yield (
        "connections |",
        (
            f"{connections.GENTLY_A_LOOK} a look while a process has less than "
            f"{BOUNDS.ample:,} of all; from there on all beyond, each {connections.BUSY_S} s"
        ),
    )
    yield (
        "connections |",
        (f"a key {BOUNDS.key:,}; an account {BOUNDS.account}, all accounts {BOUNDS.accounts:,}"),
    )
    assert connections.CALM_S == 1
    yield "answers that nobody reads", f"for {BOUNDS.unread_s:.0f} s"
    yield (
        "a body in one-byte pieces",
        (
            f"{bodies.FREE_PIECES:,} pieces, then {bodies.LEAST_PIECE_BYTES} bytes each on "
            f"average; {server.DRAIN_PIECES:,} pieces of a refused one"
        ),
    )


def _of_decoders() -> Iterator[tuple[str, str]]:
    yield "text of a QR", f"of which {TEXT_MAX_CHARACTERS:,} are looked at"
    yield "text of a QR", f"{MAX_ITEMS:,} items, {MAX_DEPTH} levels"
    for door, reader, bounds in (
        ("picture (", photo_reader, photo_reader.PHOTO_BOUNDS),
        ("evidence (", evidence_reader, evidence_reader.EVIDENCE_BOUNDS),
    ):
        spent = f"{bounds.cpu_s} s of processor, {reader.LONGEST_S:.0f} s in all"
        yield door, f"{spent}, {bounds.memory_bytes // MIB} MiB"
    yield "evidence (", f"{evidence.MOST_A_DAY} files an employer and day"
    yield "evidence (", f"{evidence.MOST_A_DAY_OF_ACCOUNT} an account and day"
    yield "a CSV whose quotes never close", f"{RECORD_LINES:,} lines"


def _of_the_crowd() -> Iterator[tuple[str, str]]:
    unqueued = rate_limits.UNQUEUED_PER_BLOCK
    yield "`GET /employer`, `POST /wait", f"{unqueued.burst} at once, then {_every(unqueued)}"
    yield "requests that wait for a turn", f"{crowd.MOST_OF_BLOCK:,}; beyond it 429"
    yield "requests that wait for a turn", f"({crowd.MOST_WAITING:,} a process)"
    kept = f"{page_cache.MOST_KEPT} pages and {page_cache.MOST_KEPT_BYTES // MIB} MiB"
    yield "the page cache", kept
    place, sent, look_up = crowd.PLACE, crowd.SENT, crowd.LOOK_UP
    of_nobody = f"{place:.0f} turns; {sent:.0f} turns; {look_up:.0f} turns"
    yield "a ticket, an admission; a body", of_nobody
    made = f"{place:.0f} turns, then {crowd.WORK:.0f} and a slot"
    yield "what a stranger makes somebody work for", made
    yield "what a stranger makes somebody work for", f"{crowd.DEAR_WORK:.0f} for a form"
    yield "counts of the limiters", f"{rate_limits.MOST_KEPT:,} a limiter"
    block, in_all = rate_limits.REPEATS_PER_BLOCK, rate_limits.REPEATS_IN_ALL
    yield (
        "`POST /waiting-room/tickets` with",
        (
            f"{crowd.KEPT_PLACE:.0f} turns; {block.burst}, then {_every(block)}; of all blocks "
            f"{in_all.burst:,}, then {_every(in_all)}, many a statement; beyond it the process "
            f"remembers, {MOST_GIVEN:,} at most"
        ),
    )
    yield "a kept page or document of somebody known", f"{senders.KEPT_WITHIN_S} s for who asks"
    yield "`/readyz` while PostgreSQL hangs", f"{READY_WITHIN_S} s each"


def _of_people() -> Iterator[tuple[str, str]]:
    yield "letters about filings", f"{MOST_A_DAY} a civil day and account"
    yield "`POST /sign-in` | letters to one", f"{CODE_LETTERS_PER_HOUR} codes, then links"
    letters = SIGN_IN_LETTERS_PER_BLOCK
    yield "`POST /sign-in` | letters in all", f"{letters.burst} at once, then {_every(letters)}"
    wrong = f"{WRONG_CODES_PER_BLOCK.most} wrong codes an hour, then links for an hour; "
    yield "`POST /sign-in/code`", wrong + f"{WRONG_CODES_IN_ALL.most} in all"
    yield "`POST /sign-in/code`", f"{CODE_ATTEMPTS} for each letter"
    for limit in (CLAIMS_PER_BLOCK, CLAIMS_PER_ACCOUNT):
        yield "`POST /employer/claim` | places", f"{limit.burst} at once, then {_every(limit)}"
    to_company, in_all = LETTERS_PER_BLOCK_AND_EMPLOYER, LETTERS_PER_BLOCK
    yield (
        "`POST /employer/claim` | letters",
        (
            f"{to_company.burst} to one company, then {_every(to_company)}; "
            f"{in_all.burst} in all, then {_every(in_all)}"
        ),
    )
    company = f"a company gets {LETTERS_PER_EMPLOYER.burst}, then {_every(LETTERS_PER_EMPLOYER)}"
    yield "`POST /employer/claim` | letters", company
    yield "`POST /employer/{nib}/claim`", f"{WRONG_CLAIM_CODES_IN_ALL.most} wrong ones an hour"
    yield "`GET /office/claims`", f"{CLAIMS_PER_PAGE} claims, 1 row"
    yield "`POST /api/v1/certificates/{serial}/replacement`", f"{MOST_REPLACEMENTS} replacements"
    idle = IDLE_PER_SENDER
    yield "`POST /api/v1/applications` that brings nothing", f"{idle.burst} for each key"
    yield "`POST /api/v1/applications` that brings nothing", f"then {_every(idle)}"
    yield "`GET …/links.csv`", f"{LISTS_WRITTEN.burst} lists, then 1 a minute"
    yield "`GET …/links.csv`", f"{SLIPS_SHOWN.burst} pages of slips, then {_every(SLIPS_SHOWN)}"
    yield "`POST /employer/{nib}/keys`", f"{KEYS_PER_EMPLOYER} living"
    words, choices = WORDS_ON_ONE, CHOICES_CHANGED
    yield "`PUT /api/v1/employers/{nib}/sites", f"{words.burst} words on one employer"
    yield "`PUT /api/v1/employers/{nib}/sites", f"then {_every(words)}"
    yield "`PUT /api/v1/employers/{nib}/sites", f"{MOST_ASKED} hosts waiting"
    yield "`PUT /api/v1/employers/{nib}/staff", f"{MOST_CHANGES} changes"
    yield "`POST /api/v1/objections`", f"1 of {TEXT_MOST_CHARACTERS:,} characters"
    yield "`POST /api/v1/objections`", f"{MOST_OPEN} open an employer, of claims {MOST_OPEN} open"
    yield "`POST /employer/letters`", f"{choices.burst} changes, then {_every(choices)}"
    second = "second step of a sign-in, passkeys"
    yield second, f"{STEP_TRIES} tries a step"
    yield second, f"{WRONG_CODES_PER_ACCOUNT.most} wrong codes of an app a day"
    yield "pages and answers about what", f"{MOST_WORKERS:,} workers an answer"
    kept = f"{MOST_EMPLOYERS_KEPT:,} employers, {KEYS_KEPT:,} keys, {KEYS_KEPT:,} sessions"
    yield "many employers, keys, sessions", f"{kept}, {MOST_GIVEN:,} tickets"
    yield "sign-in | `session` rows", f"{SESSIONS_PER_ACCOUNT}; the oldest ends"
    yield "filing for an employer that is locked", f"after {EMPLOYER_WAIT_S:.0f} s"
    yield "a filing that fails in its set", f"{MOST_ASIDE} sets at a time"


def _rows() -> list[list[str]]:
    """Cells of every row of the tables of doors and decoders."""
    rows, is_ours = list[list[str]](), False
    for line in MODEL.splitlines():
        cells = [cell.strip() for cell in line.strip().strip("|").split(" | ")]
        if not line.startswith("|"):
            is_ours = False
        elif cells[0] in DOORS and "what is scarce" in cells:
            is_ours = True
        elif is_ours and not line.startswith("|-"):
            rows.append(cells)
    return rows


@pytest.mark.parametrize(("door", "figure"), list(_figures()))
def test_the_bound_of_a_door_is_written_as_the_code_has_it(door: str, figure: str) -> None:
    rows = [line for line in MODEL.splitlines() if line.startswith(f"| {door}")]
    assert rows, f"no row begins with {door!r}"
    assert any(figure in row for row in rows), f"{figure!r} is not in: {rows}"


def test_every_door_names_the_code_that_holds_it_and_the_test_that_tries_it() -> None:
    rows = _rows()
    assert len(rows) > 60
    for row in rows:
        held, tried = row[-2], row[-1]
        assert "`" in held, row
        assert "`" in tried or tried == "the same", row
        gone = [name for name in re.findall(r"`([^`]+)`", f"{held} {tried}") if not _is_there(name)]
        assert not gone, (row[0], gone)


def test_every_body_that_a_route_takes_is_of_a_size_that_the_tables_name() -> None:
    """So a route with a bound of its own, however it came to it, has a row."""
    table = "\n".join(" | ".join(row) for row in _rows())
    sizes = {
        declared.route.body.most_bytes: declared.path
        for declared in shipped_routes()
        if declared.method in {"POST", "PUT", "PATCH"}
    }
    written = {
        f"{most // MIB} MiB" if most >= MIB else f"{most // KIB} KiB": path
        for most, path in sizes.items()
    }
    assert len(written) > 4
    assert {size: path for size, path in written.items() if size not in table} == {}


def _lines_of_addresses() -> Iterator[tuple[list[str], list[str]]]:
    """Addresses that share their bounds, and how the rows begin that bound them."""
    table = MODEL.partition("| address | bounded by |")[2].partition("\n\n")[0]
    for line in table.splitlines()[2:]:
        addresses, bounds = line.strip("| ").split(" | ")
        yield re.findall(r"`([^`]+)`", addresses), bounds.split("; ")


def test_every_address_that_a_stranger_or_any_account_reaches_names_its_bounds() -> None:
    refused = {
        row
        for row, told in WHO_MAY_CALL.items()
        if told.split()[0] in {"401", "303"} and told.split()[1:3] == ["403", "403"]
    }
    routes = {f"{declared.method} {declared.path}" for declared in shipped_routes()}
    reached = sorted(re.sub(r":\w+}", "}", route) for route in routes - refused)
    lines = list(_lines_of_addresses())
    assert sorted(address for addresses, _ in lines for address in addresses) == reached
    doors = [f"{row[0]}: {row[1]}".replace("`", "") for row in _rows()]
    named = {bound for _, bounds in lines for bound in bounds}
    assert [one for one in named if not any(door.startswith(one) for door in doors)] == []


def test_the_bounds_of_forms_are_written_as_the_code_has_them() -> None:
    (row,) = [line for line in MODEL.splitlines() if line.startswith("| the fields of a form")]
    assert f"{forms.MOST_FIELDS:,} fields and {forms.MOST_FILES} files" in row
    (row,) = [line for line in MODEL.splitlines() if line.startswith("| an address, a query")]
    assert f"{request.MOST_PAIRS} `&` in a query" in row


def _is_there(name: str) -> bool:
    """Whether a file, a bench or a name of the code exists."""
    if name.startswith("bench."):
        return (ROOT / "bench" / f"{name.split()[0][6:]}.py").exists()
    if name.endswith(".py") and "/" not in name:
        return any((ROOT / "src").rglob(name))
    if "/" in name:
        return any((folder / name).exists() for folder in (ROOT, ROOT / "src" / "strp"))
    if name.startswith("test_"):
        tests = (ROOT / "tests").rglob("test_*.py")
        return any(f"def {name}(" in path.read_text(encoding="utf-8") for path in tests)
    last = name.split(".")[-1]
    return re.search(rf"\b{last.replace('*', '')}", CODE) is not None
