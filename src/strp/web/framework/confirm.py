"""Asking before what no next click takes back, and saying afterwards what was done."""

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from litestar import Response

from strp.domain.text import Text
from strp.web.framework.page import Page

SURE = "yes"
"""What the field `sure` of a form holds once its sender has read what it will do."""


class Question(NamedTuple):
    """What a form is about to do.

    Args:
        title: the question itself.
        about: whom or what it concerns, as the page before showed it.
        effects: what will happen, to whom, a sentence each.
        button: what the button says that carries it out.
        back: path of the page where nothing happens.
        items: each that it concerns, where there are several, a line each.
    """

    title: Text
    about: str
    effects: Sequence[Text]
    button: Text
    back: str
    items: Sequence[str] = ()


def ask_first(page: Page, question: Question, fields: Mapping[str, object]) -> Response[bytes]:
    """Show what a form will do, with a button that sends it again and a way back.

    Args:
        page: of the form.
        question: what it will do.
        fields: what was sent, but for `sure`.
    """
    return page.show("confirm.html", question=question, fields=fields, sure=SURE)
