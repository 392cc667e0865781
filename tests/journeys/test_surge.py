"""A small opening day against the real command, and the room as an operator steers it."""

import json

from tests.journeys.running import Installation


def test_a_rehearsal_ends_with_what_the_contract_names(city: Installation) -> None:
    done = city.run(
        "rehearse", "--url", city.url, "--visitors", "300", "--duration-s", "6", "--json"
    )
    report = json.loads(done.stdout)
    assert done.returncode == 0, done.stderr
    assert {
        "visitors",
        "admitted",
        "filed",
        "errors_5xx",
        "lost_receipts",
        "inversions",
        "goodput_ratio",
        "waiting_page_p99_ms",
        "peak_rss_bytes",
    } <= set(report)
    assert (report["errors_5xx"], report["lost_receipts"], report["inversions"]) == (0, 0, 0)
    assert report["filed"] > 0


def test_a_rehearsal_goes_to_no_other_machine(city: Installation) -> None:
    done = city.run("rehearse", "--url", "http://192.0.2.1:80", "--visitors", "1")
    assert (done.returncode, "this machine alone" in done.stderr) == (2, True)


def test_how_many_visitors_come_need_not_be_said(city: Installation) -> None:
    done = city.run("rehearse", "--url", "http://192.0.2.1:80")
    assert "this machine alone" in done.stderr


def test_an_operator_can_put_the_room_before_the_door(city: Installation) -> None:
    city.run("room", "mode", "on", "--yes")
    shown = json.loads(city.run("room", "status", "--json").stdout)
    city.run("room", "mode", "auto", "--yes")
    assert (shown["mode"], shown["promised_hours"]) == ("on", 5)


def test_anyone_can_check_the_order(city: Installation) -> None:
    done = city.run("room", "order", "--url", city.url, "--json")
    assert (done.returncode, json.loads(done.stdout)["jumped"]) == (0, 0)
