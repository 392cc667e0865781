"""What a checkpoint asks for, as the JSON door writes it."""

import msgspec

from strp.api.field_types import ClockTime
from strp.credential.trust import TrustBundle
from strp.domain.rules.checkpoint import Admits, Form, Operator, ShownNow
from strp.domain.text import Language


class ShownOut(msgspec.Struct):
    """A group that passes by its card, or a document: its name, and how one knows it.

    `picture` names a drawing of it.
    """

    code: str
    name: str
    looks: str | None
    picture: str | None
    citation: str


class CheckpointOut(msgspec.Struct):
    """What holds at a kind of checkpoint at the moment of the check.

    Between `opens` and `closes` (WIB) it admits whom `admits` says. `without`: groups that pass by
    their card; `instead`: documents that count instead of a certificate; `also`: documents that
    holders carry too; `form`: in which form a certificate is shown.
    """

    code: str
    name: str
    operator: Operator | None
    opens: ClockTime
    closes: ClockTime
    admits: Admits
    sectors: list[str]
    without: list[ShownOut]
    instead: list[ShownOut]
    also: list[ShownOut]
    form: Form
    citation: str


def checkpoint_out(
    shown: ShownNow | None, trust: TrustBundle, language: Language
) -> CheckpointOut | None:
    """What a checkpoint asks for, in a language; None where no rule of it holds.

    Args:
        shown: the rule and window that hold now.
        trust: names the groups and documents that the rule means by code.
        language: of names and looks.
    """
    if shown is None:
        return None
    rule, window = shown.rule, shown.window
    cited = {each.code: each.citation for each in (*rule.without, *rule.instead, *rule.also)}
    groups = {
        group.code: ShownOut(
            group.code,
            group.name.in_(language),
            (group.looks or group.show_instead).in_(language),
            group.picture or None,
            cited.get(group.code, group.citation),
        )
        for group in trust.groups
    }
    documents = {
        each.code: ShownOut(
            each.code,
            each.name.in_(language),
            each.looks.in_(language),
            each.picture or None,
            cited.get(each.code, each.citation),
        )
        for each in trust.documents
    }
    return CheckpointOut(
        code=rule.code,
        name=rule.name.in_(language),
        operator=rule.operator,
        opens=f"{window.opens:%H:%M}",
        closes=f"{window.closes:%H:%M}",
        admits=window.admits,
        sectors=list(window.sectors),
        without=[groups[code] for code in shown.without if code in groups],
        instead=[documents[code] for code in shown.instead if code in documents],
        also=[documents[code] for code in shown.also if code in documents],
        form=rule.form,
        citation=rule.citation,
    )
