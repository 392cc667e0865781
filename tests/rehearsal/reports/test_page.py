"""Pages of reports say what was measured, and nothing of what was not."""

from strp.domain.text import Text
from strp.rehearsal.reports.page import page_of

TITLE = Text("Satu hari", "A day")


def test_what_was_not_measured_is_left_out() -> None:
    page = page_of(TITLE, {"workers": 1000, "limit_workers_per_s": None}, [])

    assert "1,000" in page
    assert "None" not in page
    assert "Physical limit" not in page


def test_an_empty_list_is_a_dash() -> None:
    assert "<td>–" in page_of(TITLE, {"wrong": []}, [])


def test_a_list_is_shown_item_by_item() -> None:
    assert "<td>filed, issued" in page_of(TITLE, {"wrong": ["filed", "issued"]}, [])
