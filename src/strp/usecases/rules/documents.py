"""Policy files on their way into the database; what is loaded counts only once it is activated."""

from collections.abc import Sequence
from pathlib import Path

from strp.domain.civil_time import civil_day
from strp.domain.desk.reasons import read_reasons
from strp.domain.errors import NotFound
from strp.domain.rules.document import Located, Plain, PolicyMistake, Unsound, plain
from strp.domain.rules.policy import Policy, policy_on
from strp.domain.rules.reading import read_policies
from strp.domain.rules.words import did_you_mean
from strp.domain.screening.replay import Step, read_cases, replay
from strp.domain.text import Text
from strp.outside.registries.policy_files import (
    read_case_document,
    read_policy_documents,
    read_reasons_document,
    shipped_policies,
)
from strp.outside.registries.region_files import read_regions, region_codes
from strp.store.engine.database import Connection
from strp.store.rules import policies, regions
from strp.usecases.process.decision_reasons import policy_mistakes
from strp.usecases.process.system import System


def policies_folder(system: System) -> Path:
    """Folder of the policy files: the operator's, or those shipped."""
    given = system.settings.policies_dir
    return Path(given) if given else shipped_policies()


def check_policies(folder: Path) -> tuple[Policy, ...] | Unsound:
    """Read every policy file of a folder and change nothing.

    Returns:
        The policies, or every mistake of every file; the reasons of decisions are read as well.
    """
    documents, reasons = read_policy_documents(folder), read_reasons_document(folder)
    found = documents if isinstance(documents, Unsound) else _read_policies(folder, documents)
    reading = reasons if isinstance(reasons, Unsound) else read_reasons(reasons)
    unsound = [each.mistakes for each in (found, reading) if isinstance(each, Unsound)]
    if unsound:
        return Unsound(tuple(sorted({one for mistakes in unsound for one in mistakes})))
    return found


def replay_policies(folder: Path) -> list[Step]:
    """What each policy of a folder changes for the cases of its folder; changes nothing.

    Raises:
        InvalidInput: `policy-mistakes`.
    """
    document = read_case_document(folder)
    cases = document if isinstance(document, Unsound) else read_cases(document)
    if isinstance(cases, Unsound):
        raise policy_mistakes(cases)
    return list(replay((policy for policy, _ in sound_documents(folder)), cases))


def policies_named(folder: Path, names: Sequence[str]) -> list[Policy]:
    """Policies of a folder by their ids.

    Args:
        folder: of policy files.
        names: ids, in the order of the answer.

    Raises:
        InvalidInput: `policy-mistakes`.
        NotFound: `policy-unknown`; names the nearest there is.
    """
    known = {policy.policy_id: policy for policy, _ in sound_documents(folder)}
    for name in names:
        if name not in known:
            raise NotFound("policy-unknown", did_you_mean(_UNKNOWN, name, known))
    return [known[name] for name in names]


def sound_documents(folder: Path) -> list[tuple[Policy, Located]]:
    """The policies of a folder, each with its document.

    Raises:
        InvalidInput: `policy-mistakes`.
    """
    documents = read_policy_documents(folder)
    if isinstance(documents, Unsound):
        raise policy_mistakes(documents)
    found = _read_policies(folder, documents)
    if isinstance(found, Unsound):
        raise policy_mistakes(found)
    return list(zip(found, documents, strict=True))


async def save_documents(
    system: System, conn: Connection, documents: Sequence[tuple[Policy, Located]]
) -> None:
    """Save regions, and policies under their ids; what is active stays as it was activated."""
    await save_known_regions(system, conn)
    await save_plain(system, conn, [(policy, plain(document)) for policy, document in documents])


async def save_known_regions(system: System, conn: Connection) -> None:
    """Save the regions that come with the policy files."""
    await regions.save_regions(conn, read_regions(_regions_folder(policies_folder(system))))


async def save_plain(
    system: System, conn: Connection, documents: Sequence[tuple[Policy, Plain]]
) -> None:
    """Save policies under their ids, from documents that lost the lines of their file."""
    now = system.clock()
    for policy, document in documents:
        first_day = policy_on(policy, civil_day(now)).effective_from
        await policies.save_policy(conn, policy.policy_id, first_day, document, now)


def _read_policies(folder: Path, documents: Sequence[Located]) -> tuple[Policy, ...] | Unsound:
    codes = region_codes(_regions_folder(folder))
    if isinstance(codes, PolicyMistake):
        return Unsound((codes,))
    return read_policies(documents, codes)


def _regions_folder(folder: Path) -> Path:
    own = folder / "regions"
    return own if own.is_dir() else shipped_policies() / "regions"


_UNKNOWN = Text(
    "Tidak ada aturan dengan nama ini di folder aturan.",
    "There is no policy of this name in the folder.",
)
