"""When an account wants letters of each kind."""

from collections.abc import Mapping

from strp.domain.notices.notice import CHOICES_CHANGED, Delivery, NoticeKind, usual_delivery
from strp.domain.overload import too_many_requests
from strp.domain.people.account import AccountId, Actor, may_claim_employers, not_your_task
from strp.store import audit
from strp.store.notices import notices
from strp.usecases.process.shared_limits import count
from strp.usecases.process.system import System


async def chosen_letters(system: System, actor: Actor) -> Mapping[NoticeKind, Delivery]:
    """What an account gets, kind by kind.

    Raises:
        Forbidden: the actor is no representative.
    """
    account_id = _account(actor)
    async with system.database.connection() as conn:
        chosen = await notices.choices_of(conn, [account_id])
    return {kind: chosen.get((account_id, kind), usual_delivery(kind)) for kind in NoticeKind}


async def choose_letters(
    system: System, actor: Actor, wanted: Mapping[NoticeKind, Delivery]
) -> None:
    """Remember what an account wants; kinds that are not named stay as they are.

    Args:
        actor: the representative.
        wanted: how each kind is to come.

    Raises:
        Forbidden: the actor is no representative.
        TooMany: the account changed its choices over and over.
    """
    account_id = _account(actor)
    async with system.database.transaction() as conn:
        chosen = await notices.choices_of(conn, [account_id])
        wanted = {
            kind: delivery
            for kind, delivery in wanted.items()
            if chosen.get((account_id, kind), usual_delivery(kind)) is not delivery
        }
        if not wanted:
            return
        retry_after_s = await count(conn, system, CHOICES_CHANGED, f"letters of {account_id}")
        if retry_after_s:
            raise too_many_requests(retry_after_s)
        for kind, delivery in wanted.items():
            await notices.choose(conn, account_id, kind, delivery)
        await audit.record(
            conn,
            at=system.clock(),
            actor=actor.label,
            action="letters-chosen",
            subject=actor.label,
            detail={kind.value: delivery.value for kind, delivery in wanted.items()},
        )


def _account(actor: Actor) -> AccountId:
    if actor.account_id is None or not may_claim_employers(actor):
        raise not_your_task()
    return actor.account_id
