"""What an inspector is reminded of beside the verdict: what is carried too, and who else passes."""

from collections.abc import Sequence

from strp.domain.certificates.certificate import Verdict
from strp.domain.rules.checkpoint import Document, Form, ShownNow
from strp.domain.rules.policy import ExemptGroup
from strp.domain.text import Text


def remind(
    verdict: Verdict,
    shown: ShownNow,
    groups: Sequence[ExemptGroup],
    documents: Sequence[Document],
) -> Text | None:
    """A sentence beside the verdict, or None where there is nothing to remind of.

    Args:
        verdict: the outcome.
        shown: what the checkpoint asks for at that moment.
        groups: who needs no certificate.
        documents: what the rules name.
    """
    if verdict in _LETS_PASS:
        carried = _names(shown.also, {each.code: each.name for each in documents})
        sentences = [
            *([_carried(carried)] if carried else []),
            *([_PRINTED] if shown.rule.form is Form.PRINTED else []),
        ]
    elif verdict is Verdict.OUTSIDE_WINDOW:
        passing = _names(shown.without, {each.code: each.name for each in groups})
        sentences = [_pass_by_card(passing)] if passing else []
    else:
        counting = _names(shown.instead, {each.code: each.name for each in documents})
        sentences = [_counts_instead(counting)] if counting else []
    if not sentences:
        return None
    return Text(" ".join(each.id for each in sentences), " ".join(each.en for each in sentences))


def _names(codes: Sequence[str], known: dict[str, Text]) -> Text | None:
    named = [known[code] for code in codes if code in known]
    if not named:
        return None
    return Text("; ".join(each.id for each in named), "; ".join(each.en for each in named))


def _carried(names: Text) -> Text:
    return Text(f"Harus dibawa juga: {names.id}.", f"To be carried too: {names.en}.")


def _pass_by_card(names: Text) -> Text:
    return Text(
        f"Pada jam ini lewat dengan kartunya: {names.id}.",
        f"At this hour these pass by their card: {names.en}.",
    )


def _counts_instead(names: Text) -> Text:
    return Text(f"Di sini berlaku juga: {names.id}.", f"Here these count as well: {names.en}.")


_LETS_PASS = frozenset({Verdict.VALID, Verdict.EXERCISE})
_PRINTED = Text("Di sini STRP harus dicetak.", "Here the STRP must be on paper.")
