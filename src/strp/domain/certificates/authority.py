"""The issuing authority: who answers for certificates, as one value."""

import re
from dataclasses import dataclass
from typing import Final

_ISSUER: Final = re.compile(r"(?!XX)[A-Z]{2}-[A-Z0-9]{1,3}")


@dataclass(frozen=True, slots=True, kw_only=True)
class IssuingAuthority:
    """Who answers for certificates.

    Built once, from the settings, and handed to whatever issues, prints or publishes.

    Args:
        issuer: ISO 3166-2 code of its territory; `iss` of its certificates, letters and bundles.
        name: as people read it, on certificates, letters and pages.
    """

    issuer: str
    name: str


def is_issuer_code(text: str) -> bool:
    """Whether a text can be the issuer of true certificates.

    Args:
        text: a code such as "ID-JK": two letters, a hyphen, one to three letters or digits
            (ISO 3166-2). "XX" is no country: exercises name it.
    """
    return _ISSUER.fullmatch(text) is not None
