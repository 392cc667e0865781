"""What each event of the log means, and what to do; docs/log.md is made of it."""

from typing import Final

EVENTS: Final = {
    "address_broken": "The sealed address of an `account` was damaged: it gets no letters.",
    "application_can_be_opened": "An application that the desk passed over is on it again.",
    "application_cannot_be_opened": "The desk passes over an application; `doctor` names it.",
    "archive_begun": "A new series of the archive of the log begins, the first or after a hole: "
    "make a backup that it goes on from: docs/backup.md.",
    "archive_goes_on": "It goes on.",
    "archive_pruned": "STRP_ARCHIVE_MAX_BYTES was reached: its oldest parts were removed.",
    "archive_stalled": "The archive of the log stalls; `said` has why. Filings go on. "
    "See docs/backup.md.",
    "certificates_put_off": "A filing's certificates failed twice alone; `doctor` names it.",
    "clock_agrees": "The database's clock and this machine's agree again.",
    "clock_differs": "The database's clock, by which all go, is `off_s` seconds before this "
    "machine's (behind: negative): set both by a time service.",
    "clock_jumped": "The database's clock jumped by `by_s` seconds, and with it every due time: "
    "set it right by a time service; `strp doctor` says whether it went back.",
    "codes_replaced": "Somebody guesses codes: links replace them for an hour.",
    "connections_cut_at_end": "A process that ends had waited long enough for slow senders.",
    "connections_not_bounded": "This system does not show connections; only Linux does.",
    "officials_missing": "`applications` that none of the accounts may decide: who proposed or "
    "differed does not decide alone. Add an account of an officer or a supervisor.",
    "deadlines_at_risk": "`missed` applications will probably be decided late: call officers in; "
    "/office/forecast has the hours.",
    "database_away": "The database does not answer; `said` has its words. Once an outage.",
    "database_back": "It answers again, after `away_s` seconds; nothing is to be done.",
    "database_not_started": "The bundled PostgreSQL did not start again; it is tried again.",
    "document_not_written": "The document of the line cannot be written (`error`); it was removed "
    "where `stands` is false, and a proxy asks STRP. Make room.",
    "document_not_made": "A file of a large application could not be made; tried again.",
    "document_written": "It is written again.",
    "filing_failed": "A filing could not be stored, by the kind of failure; its sender was told.",
    "hit_log_lost": "The log of hits (`path`) that was being counted is gone; what it had more is "
    "not counted. Rotate with `delaycompress`, and keep a worker running.",
    "intake_set_failed": "Filings that shared a commit failed; each is tried by itself.",
    "intake_set_turned_away": "Filings were turned away with `code`; their senders come back.",
    "issuers_not_woken": "The workers were not woken; they look by themselves every few seconds.",
    "issuing_failed": "Certificates were not made; tried again in a moment.",
    "issuing_resumed": "An operator had certificates signed again.",
    "issuing_stopped": "An operator stopped issuing: no certificate is signed.",
    "letter_refused": "The mail server refused a letter for good (`smtp`); it is kept: "
    "docs/trouble/mail.md.",
    "letters_late": "Letters of a `queue` wait too long: docs/trouble/mail.md.",
    "letters_on_time": "They go out again.",
    "library_said": "A line of a library: `said`, and which one.",
    "loop_failed": "A background loop fails, by its kind and place; told again only where it fails "
    "in another way.",
    "loop_goes_on": "It goes on, after so many failures.",
    "migration_waits": "A migration waits for a lock; filings go on meanwhile.",
    "page_failed": "A page could not be made, by its route and the place: tell the developers.",
    "process_ended": "A process of ours ended with `code`; it is started again.",
    "process_failed": "An error that nobody caught ended this process.",
    "process_killed": "A process of ours did not end in time and was killed: tell the developers.",
    "process_said": "A child said what is no document: a traceback, a library's words.",
    "request_failed": "A request failed where nobody answers for it: tell the developers.",
    "room_opened": "A planned opening has begun.",
    "room_turned": "The waiting room stands before the door, or no longer.",
    "rows_forgotten": "Rows whose time was over were removed.",
    "setting_odd": "A setting is still that of the example, or unsafe or of no use as it is.",
    "setting_unknown": "A variable looks like a setting and is none of this release.",
    "slow_statement": "A statement took longer than STRP_SLOW_STATEMENT_MS allows; by its name.",
    "start_failed": "A process cannot start, or ends at each start; `said` has why.",
    "trust_not_read": "Keys and status lists were not read; the last ones stay.",
    "unexpected_error": "A fault of ours, by its kind and place: tell the developers.",
    "upload_not_kept": "A disk is full: what was sent could not be stored. Make room.",
}
