"""Objections to read: an employer's or a claimant's own, and those that officials decide."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from strp.domain.desk.objection import REFUSED_BY, About, Objection, objection_unknown
from strp.domain.filing.application import Application, ApplicationState
from strp.domain.identifiers import Nib
from strp.domain.people.account import (
    Actor,
    ActorKind,
    may_file,
    may_review,
    not_your_employer,
    not_your_task,
)
from strp.domain.screening.evidence import Evidence, kind_of_objection
from strp.store.desk import objections as store
from strp.store.desk.evidence import evidence_of_kinds
from strp.store.desk.waiting_work import count_waiting_work
from strp.store.engine.database import Connection
from strp.store.filing.engagements import employer_names
from strp.usecases.process.system import System

MOST_SHOWN = 50


class ShownObjections(NamedTuple):
    """Objections, and what is attached to them.

    Args:
        total: number of all that there are, of which some are shown.
        evidence: by number of the objection.
        names: of employers, as in the registry.
        claim_only: whether the reader acts for nobody here and may object to a refused claim.
    """

    objections: Sequence[Objection]
    total: int
    evidence: Mapping[int, Evidence]
    names: Mapping[Nib, str]
    claim_only: bool = False


async def show_objection(
    system: System, actor: Actor, objection_id: int
) -> tuple[Objection, Evidence | None]:
    """An objection with its evidence, to whoever filed it, the employer, or an official.

    Args:
        actor: who reads.
        objection_id: number of the objection.

    Raises:
        NotFound: it is not there, or not for this reader.
    """
    async with system.database.connection() as conn:
        found = await store.find_objection(conn, objection_id)
        if found is None or not _may_see(actor, found):
            raise objection_unknown()
        return found, (await _evidence(conn, [found])).get(objection_id)


async def objections_of(system: System, actor: Actor, nib: Nib) -> ShownObjections:
    """Objections of an employer, the newest first; to who claimed it in vain, their own.

    Args:
        actor: who reads.
        nib: the employer.

    Raises:
        Forbidden: the actor neither acts for the employer, nor reviews, nor was refused a claim.
    """
    async with system.database.connection() as conn:
        own: list[Objection] = []
        if actor.kind is ActorKind.ACCOUNT:
            own = await store.claim_objections_of(conn, nib, actor.label, MOST_SHOWN)
        acts = may_file(actor, nib) or may_review(actor)
        if not acts and not own and await _refused_claim(conn, actor, nib) is None:
            raise not_your_employer(nib)
        found = await store.objections_of(conn, nib, MOST_SHOWN) if acts else []
        shown = sorted([*own, *found], key=lambda each: -each.objection_id)[:MOST_SHOWN]
        evidence, names = await _evidence(conn, shown), await employer_names(conn, {nib})
        return ShownObjections(shown, len(shown), evidence, names, claim_only=not acts)


async def objectable(system: System, application: Application) -> list[About]:
    """What an employer may object to in one word for all that were refused in a filing.

    Args:
        application: as it stands; its reader may see it.
    """
    if not application.refused or application.state == ApplicationState.WITHDRAWN:
        return []
    nib, number = application.nib, application.application_id
    async with system.database.connection() as conn:
        return [
            about
            for about, reasons in REFUSED_BY.items()
            if await store.is_refused_for(conn, nib, number, reasons)
        ]


async def list_open_objections(system: System, actor: Actor) -> ShownObjections:
    """Objections to decide, the nearest deadline first.

    Raises:
        Forbidden: the actor does not review.
    """
    if not may_review(actor):
        raise not_your_task()
    async with system.database.connection() as conn:
        found = await store.list_open(conn, MOST_SHOWN)
        total = (await count_waiting_work(conn, system.clock())).objections
        names = await employer_names(conn, {each.nib for each in found})
        return ShownObjections(found, total, await _evidence(conn, found), names)


async def _refused_claim(conn: Connection, actor: Actor, nib: Nib) -> str | None:
    account = actor.account_id
    return None if account is None else await store.refused_claim(conn, nib, account)


async def _evidence(conn: Connection, found: Sequence[Objection]) -> dict[int, Evidence]:
    kinds = {kind_of_objection(each.objection_id): each.objection_id for each in found}
    nibs = sorted({each.nib for each in found})
    attached = await evidence_of_kinds(conn, nibs, list(kinds))
    return {kinds[kind]: one for kind, one in attached.items()}


def _may_see(actor: Actor, objection: Objection) -> bool:
    own = actor.label == objection.filed_by
    of_employer = may_file(actor, objection.nib) and not objection.is_claimants
    return own or of_employer or may_review(actor)
