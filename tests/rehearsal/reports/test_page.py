"""Pages of reports say what was measured, and nothing of what was not."""

from strp.domain.text import Text
from strp.rehearsal.reports.page import draw, page_of, panels_of
from strp.rehearsal.reports.verdict import OF_SURGE, judge

TITLE = Text("Satu hari", "A day")


def test_what_was_not_measured_is_left_out() -> None:
    page = page_of(TITLE, {"workers": 1000, "limit_workers_per_s": None}, [])

    assert "1.000 <span lang=en>1,000</span>" in page
    assert "None" not in page
    assert "Physical limit" not in page


def test_an_empty_list_is_a_dash() -> None:
    assert "<td>–" in page_of(TITLE, {"wrong": []}, [])


def test_a_list_is_shown_item_by_item() -> None:
    assert "<td>filed, issued" in page_of(TITLE, {"wrong": ["filed", "issued"]}, [])


WHY = Text("Begini jadinya.", "So it went.")


def test_a_report_opens_with_its_verdict_against_thresholds_and_why() -> None:
    report = {"lost_receipts": 0, "errors_5xx": 0, "inversions": 0, "goodput_ratio": 0.97}
    page = page_of(TITLE, report, [], judge(report, OF_SURGE, WHY))
    assert page.index("data-verdict=good") < page.index("<table>")
    assert "So it went." in page
    assert "at least 90 %" in page


def test_what_was_missed_is_said_before_what_happened() -> None:
    report = {"lost_receipts": 3, "goodput_ratio": 0.5}
    verdict = judge(report, OF_SURGE, WHY)
    assert not verdict.is_good
    assert verdict.why.en.startswith("Receipts were not stored")
    assert verdict.why.en.endswith("So it went.")
    assert "data-verdict=bad" in page_of(TITLE, report, [], verdict)


def test_figures_have_the_units_of_their_readers() -> None:
    page = page_of(TITLE, {"peak_rss_bytes": 3 << 30, "wait_p90_s": 5400, "ratio": 0.625}, [])
    assert "3 GiB" in page
    assert "1 jam 30 menit <span lang=en>1 h 30 min</span>" in page
    assert "62,5 % <span lang=en>62.5 %</span>" in page


def test_lines_of_other_heights_have_panels_of_their_own() -> None:
    series = {"arrived": [0.0, 900.0], "admitted": [0.0, 700.0], "gave_up": [0.0, 9.0]}
    assert panels_of(series) == [["arrived", "admitted"], ["gave_up"]]
    assert draw(series, [0.0, 1.0], "s").count('id="axes_') == 2
