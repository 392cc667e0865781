"""The morning brief as a page that needs nothing beside itself, and as PDF set by typst."""

import html
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

import msgspec
import typst

from strp.outside.paper.pdf import STANDARDS, set_pages
from strp.outside.paper.plot import bars

TEMPLATE: Final = Path(__file__).parent / "templates" / "brief.typ"
COLOUR: Final = "#0f4c5c"
_STYLE: Final = (
    "body{font:15px/1.45 system-ui,sans-serif;margin:1.5rem auto;max-width:62rem;padding:0 1rem;"
    "color:#16232b}h1{color:#0f4c5c;margin:0}h2{font-size:1.1rem;margin:1.25rem 0 .4rem}"
    "table{border-collapse:collapse;width:100%}th,td{text-align:right;padding:.2rem .6rem;"
    "border-bottom:1px solid #c5d0d5;font-variant-numeric:tabular-nums;vertical-align:top}"
    "th:first-child,td:first-child{text-align:left;font-weight:400}thead th{font-weight:600}"
    ".strp-brief__mark{background:#5b2a86;color:#fff;padding:.5rem 1rem;font-weight:700}"
    ".strp-brief__plots{display:grid;grid-template-columns:repeat(auto-fit,minmax(17rem,1fr));"
    "gap:.5rem 1.5rem}figure{margin:0}figcaption{font-weight:600}svg{max-width:100%;height:auto}"
    "dl{font-size:.85rem;columns:19rem 2;margin:0}dt{font-weight:600}dd{margin:0 0 .4rem;"
    "break-inside:avoid}@media print{body{font-size:10px;margin:0}}"
)


def brief_page(sheet: Mapping[str, Any]) -> str:
    """The brief as one HTML file.

    Args:
        sheet: texts and numbers, from `usecases.desk.brief.sheet_of`.
    """
    return (
        f'<!DOCTYPE html><html lang="{sheet["language"]}"><meta charset="utf-8">'
        f"<title>{html.escape(sheet['title'])}, {html.escape(sheet['day'])}</title>"
        f'<meta name="viewport" content="width=device-width"><style>{_STYLE}</style>'
        f"<main>{brief_body(sheet)}</main></html>\n"
    )


def brief_body(sheet: Mapping[str, Any]) -> str:
    """What stands on it, for a page of the site as well.

    Args:
        sheet: texts and numbers, from `usecases.desk.brief.sheet_of`.
    """
    say = html.escape
    mark = f'<p class="strp-brief__mark">{say(sheet["mark"])}</p>' if sheet["mark"] else ""
    origin = f"<p><strong>{say(sheet['origin'])}</strong></p>" if sheet["origin"] else ""
    figures = "".join(
        f"<figure><figcaption>{say(plot['title'])}</figcaption>"
        f"{bars(plot['values'], plot['labels'], COLOUR, plot['title'])}</figure>"
        for plot in sheet["plots"]
    )
    definitions = "".join(
        f"<dt>{say(name)}</dt><dd>{say(meaning)}</dd>" for name, meaning in sheet["definitions"]
    )
    return (
        f"{mark}<p>{say(sheet['office'])}</p><h1>{say(sheet['title'])}: {say(sheet['day'])}</h1>"
        f"<p>{say(sheet['made'])}</p>{origin}<h2>{say(sheet['unusual_title'])}</h2><ul>"
        + "".join(f"<li>{say(each)}</li>" for each in sheet["unusual"])
        + f"</ul>{_table(sheet['heads'], sheet['rows'], sheet['title'])}"
        f'<div class="strp-brief__plots">{figures}</div>'
        + (
            f"<h2>{say(sheet['reasons_title'])}</h2>"
            + _table((), sheet["reasons"], sheet["reasons_title"])
            if sheet["reasons"]
            else ""
        )
        + f"<h2>{say(sheet['definitions_title'])}</h2><dl>{definitions}</dl>"
    )


def _table(heads: Sequence[str], rows: Sequence[Sequence[str]], label: str) -> str:
    head = "".join(f'<th scope="col">{html.escape(each)}</th>' for each in heads)
    body = "".join(
        f'<tr><th scope="row">{html.escape(first)}</th>'
        + "".join(f"<td>{html.escape(each)}</td>" for each in rest)
        + "</tr>"
        for first, *rest in rows
    )
    thead = f"<thead><tr>{head}</tr></thead>" if heads else ""
    return (
        f'<table class="strp-brief__table" aria-label="{html.escape(label)}">{thead}'
        f"<tbody>{body}</tbody></table>"
    )


def print_brief(sheet: Mapping[str, Any]) -> bytes:
    """The brief as PDF/UA-1 and PDF/A-2a, without them where no font has a letter.

    Args:
        sheet: texts and numbers, from `usecases.desk.brief.sheet_of`.
    """
    plots = [
        {"title": plot["title"], "svg": bars(plot["values"], plot["labels"], COLOUR, plot["title"])}
        for plot in sheet["plots"]
    ]
    inputs = {"data": msgspec.json.encode({**sheet, "plots": plots}).decode()}
    try:
        return set_pages(TEMPLATE, inputs, STANDARDS)
    except typst.TypstError:
        return set_pages(TEMPLATE, inputs, ())
