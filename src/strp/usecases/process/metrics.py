"""Every number that `/metrics` gives: kind, meaning, labels; docs/metrics.md is made of it.

Names follow Prometheus: base units, `_total` for what only grows, no label with a value of
anybody's choice. What is read from the database is left out while it is away; the rest a process
knows.
"""

from enum import StrEnum
from typing import Final, NamedTuple


class Kind(StrEnum):
    """How a number moves (prometheus.io, metric types)."""

    GAUGE = "gauge"
    COUNTER = "counter"
    HISTOGRAM = "histogram"


class Metric(NamedTuple):
    """One number.

    Args:
        kind: how it moves.
        meaning: one sentence.
        labels: names of its labels.
        stored: read from the database, for all processes; else of the one that answers.
    """

    kind: Kind
    meaning: str
    labels: tuple[str, ...] = ()
    stored: bool = False


def _of_all(meaning: str, *labels: str) -> Metric:
    return Metric(Kind.GAUGE, meaning, labels, stored=True)


def _own(meaning: str, *labels: str) -> Metric:
    return Metric(Kind.GAUGE, meaning, labels)


def _grows(meaning: str, *labels: str) -> Metric:
    return Metric(Kind.COUNTER, meaning, labels)


FORMER_NAMES: Final = {
    "strp_room_stands": "strp_waiting_room_active",
    "strp_room_known": "strp_waiting_room_known",
    "strp_room_rate_per_second": "strp_waiting_room_rate_per_second",
    "strp_room_serving": "strp_waiting_room_serving",
    "strp_room_document_age_seconds": "strp_waiting_room_document_age_seconds",
}
"""Names of the release before, given beside the present ones for this release."""

_PRESENT: Final = {
    "strp_build_info": _own("1; the release and Python in its labels.", "version", "python"),
    "strp_process_start_time_seconds": _own("When this process started, seconds since 1970."),
    "strp_http_requests_total": _grows(
        "Requests answered, by route of ours, method and status.", "route", "method", "status"
    ),
    "strp_http_request_duration_seconds": Metric(
        Kind.HISTOGRAM, "Seconds from a request's head to its answer.", ("route", "method")
    ),
    "strp_event_loop_lag_seconds": Metric(
        Kind.HISTOGRAM, "How late the event loop of this process ran, looked at 20 times a second."
    ),
    "strp_database_up": _own("1 where the database answered this question; 0 where not."),
    "strp_database_away_seconds": _own(
        "Seconds since this process lost the database; 0: it is there."
    ),
    "strp_database_clock_offset_seconds": _own(
        "Seconds by which the database's clock is before this machine's; behind: negative."
    ),
    "strp_database_pool_connections": _own("Connections of this process.", "state"),
    "strp_database_pool_waiting": _own("Callers of this process that wait for a connection."),
    "strp_database_pool_waits_total": _grows("Callers that had to wait for a connection."),
    "strp_database_pool_errors_total": _grows("Tries to connect that failed."),
    "strp_waiting_room_active": _own("1 while visitors wait before the door; 0: all come in."),
    "strp_waiting_room_known": _own("1 while this process knows how far the lines are."),
    "strp_waiting_room_rate_per_second": _own("Visitors a second that a lane lets in.", "lane"),
    "strp_waiting_room_serving": _own("The number that a lane serves.", "lane"),
    "strp_waiting_room_document_age_seconds": _own(
        "Age of the document that the whole line reads."
    ),
    "strp_front_file_age_seconds": _own(
        "Seconds since the document of the line was written for a proxy; none: no such file."
    ),
    "strp_disk_free_bytes": _own(
        "Space left on the disk of each folder that is written; below 24 MiB the database stops, "
        "and a disk that is read-only has 0.",
        "folder",
    ),
    "strp_intake_waiting_rows": _own("Rows of filings that wait in this process."),
    "strp_refused_total": _grows("What this process refused, by what was scarce.", "reason"),
    "strp_loop_heartbeat_age_seconds": _own(
        "Seconds since a background loop last succeeded: of this web process, of any worker.",
        "process",
        "loop",
    ),
    "strp_loop_restarts_total": _grows(
        "How often it failed and was started again.", "process", "loop"
    ),
    "strp_workers": _of_all("Worker processes that gave a sign within a minute."),
    "strp_worker_sign_age_seconds": _of_all("Seconds since any worker process gave a sign."),
    "strp_desk_waiting": _of_all("Applications that wait for an officer."),
    "strp_desk_overdue": _of_all("Of these, past the time a decision was due."),
    "strp_desk_held": _of_all("Of these, held by an officer."),
    "strp_desk_leases": _of_all(
        "Applications that an officer holds, by how many minutes ago they were taken.", "age"
    ),
    "strp_desk_lease_oldest_seconds": _of_all("Seconds since the oldest of them was taken."),
    "strp_desk_on_hold": _of_all("Applications of closed employers, held."),
    "strp_desk_late_seconds": _of_all(
        "Seconds by which the most urgent of these is past its time."
    ),
    "strp_desk_missed_expected": _of_all(
        "Applications that will probably be decided late, of those that wait or come today."
    ),
    "strp_desk_officers_present": _of_all("Officers who were at work within twenty minutes."),
    "strp_desk_officers_needed": _of_all("Officers who, from now on, would keep every promise."),
    "strp_desk_forecast_age_seconds": _of_all("Seconds since the forecast was made."),
    "strp_issue_tasks": _of_all("Applications that wait for certificates."),
    "strp_issue_put_off": _of_all("Of these, put off since they failed: see doctor."),
    "strp_issuing_stopped": _of_all("1 while `strp stop-issuing` holds."),
    "strp_status_lists_used_ratio": _of_all(
        "Status lists in use, of those that a bundle holds; each has 65,536 certificates."
    ),
    "strp_archive_stalled": _of_all("1 while the archive of the log does not go on; see doctor."),
    "strp_archive_behind_bytes": _of_all(
        "Bytes of the log that the archive lacks; a part has 16 MiB."
    ),
    "strp_samples_checked": _of_all(
        "Straight-through decisions drawn at random and looked at in the last 30 days."
    ),
    "strp_samples_wrong": _of_all("Of those, certificates that were taken back."),
    "strp_error_rate_low_percent": _of_all(
        "Error rate of straight-through decisions: lower end of the 95 % interval (Wilson)."
    ),
    "strp_error_rate_high_percent": _of_all(
        "Error rate of straight-through decisions: upper end of the 95 % interval (Wilson)."
    ),
    "strp_desk_cannot_open": _of_all("Applications that the desk passes over: see doctor."),
    "strp_issue_lag_seconds": _of_all("Seconds for which the oldest of the others has been due."),
    "strp_claims_waiting": _of_all("Claims that wait for an officer."),
    "strp_claims_overdue": _of_all("Of these, past their due time."),
    "strp_objections_waiting": _of_all("Objections that wait."),
    "strp_objections_overdue": _of_all("Of these, past their due time."),
    "strp_mail_waiting": _of_all("Letters to send; past 10,000 about so many.", "queue"),
    "strp_mail_oldest_seconds": _of_all("Seconds since the oldest of them was written.", "queue"),
    "strp_mail_refused": _of_all("Letters that the mail server refused, kept.", "queue"),
    "strp_sign_in_wrong_codes": _of_all("Wrong sign-in codes of this hour."),
}

METRICS: Final = _PRESENT | {
    former: _PRESENT[name]._replace(meaning=f"Former name of `{name}`; goes with the next release.")
    for former, name in FORMER_NAMES.items()
}
