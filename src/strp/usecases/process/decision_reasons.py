"""The reasons of decisions as this installation has them."""

from functools import lru_cache
from pathlib import Path

from strp.domain.desk.reasons import DecisionReasons, read_reasons
from strp.domain.errors import FieldError, InvalidInput
from strp.domain.rules.document import PolicyMistake, Unsound
from strp.domain.text import Text
from strp.outside.registries.policy_files import read_reasons_document, shipped_policies


@lru_cache(maxsize=8)
def decision_reasons(policies_dir: str = "") -> DecisionReasons:
    """The reasons that officials choose from.

    Args:
        policies_dir: folder of the operator's policy files; where it holds no list, or none is
            named, the one shipped counts.

    Raises:
        InvalidInput: `policy-mistakes`: the list is not sound.
    """
    folder = shipped_policies() if not policies_dir else Path(policies_dir)
    document = read_reasons_document(folder)
    found = document if isinstance(document, Unsound) else read_reasons(document)
    if isinstance(found, Unsound):
        raise policy_mistakes(found)
    return found


def policy_mistakes(unsound: Unsound) -> InvalidInput:
    """Files that are refused, with everything that is wrong with them."""
    fields = [
        FieldError(_place(mistake), "policy-mistake", mistake.text) for mistake in unsound.mistakes
    ]
    count = len(fields)
    return InvalidInput(
        "policy-mistakes",
        Text(
            f"Berkas aturan memuat {count} kesalahan; tidak ada yang dimuat.",
            f"The policy files hold {count} mistakes; nothing was loaded.",
        ),
        fields=fields,
    )


def _place(mistake: PolicyMistake) -> str:
    return f"{mistake.file}:{mistake.line} {mistake.field}"
