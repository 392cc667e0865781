"""Status lists follow changes by what changed, and are the same as when they are read whole."""

from datetime import UTC, datetime, time, timedelta
from pathlib import Path

import pytest

from strp.credential.codec import write_text
from strp.credential.trust import read_bundle, verify_text
from strp.domain.certificates.certificate import Verdict
from strp.domain.certificates.life import CertificateStatus
from strp.domain.epochs import list_of
from strp.domain.identifiers import Nib
from strp.domain.people.account import OPERATOR
from strp.store.certificates import life, status_lists
from strp.usecases.certificates.issue import Issuer
from strp.usecases.certificates.trust import (
    _signed_at,
    current_trust,
    lists_used,
    signed_status_list,
    trust_bundle,
    verify,
)
from strp.usecases.employers.close import close_employer
from strp.usecases.employers.import_registry import import_employers
from strp.usecases.filing.file import file_workers
from strp.usecases.operation.activate_policy import activate_policy
from strp.usecases.operation.load_policies import load_reference
from strp.usecases.process.epoch_numbers import SerialNumbers
from strp.usecases.process.personal_data import certificate_aad
from strp.usecases.process.system import System
from strp.usecases.process.trust_cache import TrustCache
from strp.usecases.rules.current import current_periods
from tests.journeys.running import fresh_workers
from tests.usecases.stage import REAL, Clock

pytestmark = pytest.mark.anyio
SAMPLES = Path(__file__).parents[3] / "samples" / "employers.csv"
BANK = Nib(8120001110001)
HALF_HOUR = timedelta(minutes=30)


@pytest.fixture
async def serials(system: System) -> list[int]:
    """Serial numbers of eight certificates of the bank."""
    await load_reference(system, OPERATOR)
    await import_employers(system, OPERATOR, SAMPLES)
    await file_workers(system, OPERATOR, BANK, fresh_workers(8), digest=bytes(16))
    await Issuer(system).issue_some()
    async with system.database.connection() as conn:
        return await life.serials_of_employer(conn, BANK)


async def change(system: System, serials: list[int], status: CertificateStatus) -> None:
    async with system.database.transaction() as conn:
        await life.set_status(
            conn, serials, status, reason="uji", actor="operator", at=system.clock()
        )


async def known_and_read_whole(system: System, clock: Clock) -> tuple[object, object]:
    """What a process knows after it has followed, and what one reads that has just started."""
    seen = []
    following = system.trust
    for trust in (following, TrustCache()):
        clock.pass_(seconds=6)
        system_of_it = type(system)(**{**_parts(system), "trust": trust})
        await current_trust(system_of_it)
        seen.append(
            (
                {number: one.entries for number, one in trust.lists.items()},
                {
                    number: {cause: list(places) for cause, places in causes if places}
                    for number, causes in trust.causes.items()
                },
            )
        )
    return seen[0], seen[1]


def _parts(system: System) -> dict[str, object]:
    return {name: getattr(system, name) for name in type(system).__dataclass_fields__}


async def test_a_process_that_follows_changes_knows_what_one_knows_that_reads_all(
    system: System, serials: list[int], clock: Clock
) -> None:
    await current_trust(system)
    turns = [
        (serials[:3], CertificateStatus.SUSPENDED),
        (serials[1:2], CertificateStatus.ENDED),
        (serials[5:7], CertificateStatus.REPLACED),
        (serials[6:8], CertificateStatus.REVOKED),
        (serials[1:2], CertificateStatus.REVOKED),
    ]
    for some, status in turns:
        await change(system, some, status)
        known, read = await known_and_read_whole(system, clock)
        assert known == read
    async with system.database.transaction() as conn:
        assert await life.restore(conn, serials[0], system.clock())
    known, read = await known_and_read_whole(system, clock)
    assert known == read


async def test_one_change_is_followed_without_reading_the_list(
    system: System, serials: list[int], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await change(system, serials[:4], CertificateStatus.REVOKED)
    await current_trust(system)
    before = {number: one.entries for number, one in system.trust.lists.items()}
    monkeypatch.setattr(status_lists, "STATUSES_OF_LIST", "SELECT 'nobody asks this' FROM nowhere")
    await change(system, serials[4:5], CertificateStatus.REVOKED)
    clock.pass_(seconds=6)

    await current_trust(system)

    assert system.trust.read_at == clock.now
    assert {number: one.entries for number, one in system.trust.lists.items()} != before


async def test_changes_that_nobody_noted_are_read_with_the_whole_list(
    system: System, serials: list[int], clock: Clock
) -> None:
    await current_trust(system)
    await change(system, serials[:4], CertificateStatus.REVOKED)
    async with system.database.connection() as conn:
        await conn.execute("DELETE FROM status_change")

    known, read = await known_and_read_whole(system, clock)

    assert known == read


async def test_changes_beside_a_closure_are_read_with_the_whole_list(
    system: System, serials: list[int], clock: Clock
) -> None:
    await current_trust(system)
    await close_employer(system, OPERATOR, BANK, reason="uji", citation="uji")
    known, read = await known_and_read_whole(system, clock)
    assert known == read
    await change(system, serials[:4], CertificateStatus.REVOKED)

    known, read = await known_and_read_whole(system, clock)

    assert known == read


def another_process(system: System) -> System:
    return type(system)(**{**_parts(system), "trust": TrustCache()})  # type: ignore[arg-type]


async def tokens(system: System) -> dict[int, bytes]:
    """The list tokens that a process serves now, by number."""
    trust = await current_trust(system)
    return {number: (await signed_status_list(system, number)).cwt for number in trust.lists}


async def test_every_process_serves_the_same_bytes_of_a_list(
    system: System, serials: list[int], clock: Clock
) -> None:
    await change(system, serials[:2], CertificateStatus.REVOKED)
    before = await tokens(system)
    clock.pass_(seconds=6)
    assert await tokens(another_process(system)) == before


async def test_an_hour_later_only_the_lists_that_changed_are_other_bytes(
    system: System, serials: list[int], clock: Clock
) -> None:
    before = await tokens(system)
    clock.pass_(minutes=1)
    await change(system, serials[:1], CertificateStatus.REVOKED)
    clock.pass_(minutes=20)
    after = await tokens(system)
    changed = {number for number in after if after[number] != before.get(number)}
    due = {
        number
        for number in after
        if _signed_at(system, number, system.trust.versions[number]) > system.clock() - HALF_HOUR
    }
    assert {list_of(serials[0])} <= changed <= {list_of(serials[0])} | due


async def test_a_list_that_is_kept_for_hours_does_not_end_before_the_bundles_that_name_it(
    system: System, serials: list[int], clock: Clock
) -> None:
    for _ in range(8):
        clock.pass_(minutes=50)
        bundle = read_bundle(await trust_bundle(system, inline=True))
        ends = [one.expires_at for one in bundle.lists.values() if one.expires_at]
        assert bundle.trusted_until and min(ends) >= bundle.trusted_until


@pytest.fixture
async def drawn(city: System) -> int:
    """A list that is not the first of the installation, and has certificates of a regulation."""
    await SerialNumbers().take(city.database, 1)
    await activate_policy(city, OPERATOR, REAL)
    await file_workers(city, OPERATOR, BANK, fresh_workers(3), digest=bytes(16))
    await Issuer(city).issue_some()
    async with city.database.connection() as conn:
        [number] = set(map(list_of, await life.serials_of_employer(conn, BANK)))
    return number


async def text_of_one(system: System) -> str:
    """The text of the first certificate of the bank."""
    async with system.database.connection() as conn:
        cursor = await conn.execute(
            "SELECT nib, application_id, row_no, sealed FROM certificate ORDER BY row_no LIMIT 1"
        )
        [(nib, application, row, sealed)] = await cursor.fetchall()
    return write_text(system.keys.open(sealed, certificate_aad(nib, application, row)))


async def test_a_list_of_periods_that_ended_long_ago_leaves_the_bundle(
    city: System, drawn: int, clock: Clock
) -> None:
    text, used = await text_of_one(city), await lists_used(city)
    [period] = [
        one
        for one in await current_periods(city)
        if one.starts_on <= clock.now.date() <= one.ends_on
    ]
    ended = datetime.combine(period.ends_on, time(), UTC)
    for inline in (True, False):
        clock.now = ended + timedelta(days=30)
        assert drawn in read_bundle(await trust_bundle(city, inline=inline)).listed
        clock.now = ended + timedelta(days=31)
        assert drawn not in read_bundle(await trust_bundle(city, inline=inline)).listed
    assert await lists_used(city) == used - 1

    bundle = read_bundle(await trust_bundle(city, inline=True))
    off_line, on_line = verify_text(text, bundle, clock.now), await verify(city, text)
    assert (off_line.verdict, off_line.code) == (on_line.verdict, on_line.code)
    assert off_line.verdict is Verdict.EXPIRED
    assert (await signed_status_list(city, drawn)).cwt  # by its number it is to be had for ever

    clock.now = ended  # as where the period was prolonged
    assert drawn in read_bundle(await trust_bundle(city, inline=True)).listed
    assert await lists_used(city) == used


async def test_a_certificate_of_a_new_period_brings_its_list_back(city: System, drawn: int) -> None:
    async with city.database.connection() as conn:
        assert await status_lists.ended_lists(conn, [1, 2, 3, 4, 5, 6]) == {drawn}
        await status_lists.note_periods(conn, [drawn], [99])
        assert await status_lists.ended_lists(conn, [1, 2, 3, 4, 5, 6]) == set()
