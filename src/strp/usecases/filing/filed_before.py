"""What a filing is answered without being placed: an earlier receipt, or a refusal."""

from strp.domain.employers.closure import employer_closed, in_force
from strp.domain.errors import Conflict, StrpError
from strp.domain.identifiers import ApplicationId
from strp.domain.text import Text
from strp.store.filing import intake as store
from strp.usecases.filing.placement import FilingDraft


def answered_before(
    work: FilingDraft, before: store.KnownBefore
) -> ApplicationId | StrpError | None:
    """What a filing gets without being placed: an earlier receipt, or a refusal; None: place it.

    An employer who is closed still gets the receipt of what was filed before that.

    Args:
        work: the filing.
        before: what the database knew of its employer and key.
    """
    known = filed_before(work, before)
    if known is not None:
        return known
    closures = in_force((each for each in before.closed if each.nib == work.nib), work.submitted_at)
    return employer_closed(closures[-1], work.objection_contact) if closures else None


def filed_before(work: FilingDraft, before: store.KnownBefore) -> ApplicationId | StrpError | None:
    """What the idempotency key says: new (None), the same again (its id), or another filing.

    Source: draft-ietf-httpapi-idempotency-key-header, section 2.

    Args:
        work: the filing; noted under its key for others of the same batch.
        before: what the database knew of its employer and key.
    """
    if work.idempotency_key is None:
        return None
    key = (work.nib, work.idempotency_key)
    known = before.filed.setdefault(key, store.FiledBefore(work.application_id, work.body_digest))
    if known.body_digest != work.body_digest:
        return _key_reused()
    return None if known.application_id == work.application_id else known.application_id


def _key_reused() -> Conflict:
    return Conflict(
        "idempotency-key-reused",
        Text(
            id="Idempotency-Key ini sudah dipakai untuk isi yang lain. Pakai kunci baru untuk "
            "pengajuan baru.",
            en="This Idempotency-Key was used for something else. Use a new key for a new filing.",
        ),
    )
