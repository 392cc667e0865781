"""Settings: environment variables `STRP_…` read once at the start (12factor.net/config)."""

import difflib
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from strp.domain.certificates.authority import IssuingAuthority
from strp.domain.text import Text
from strp.setting_rules import (
    TRUE,
    Rule,
    WrongSetting,
    WrongSettings,
    anything,
    clock_time,
    contact,
    database_address,
    folder,
    in_brackets,
    issuer_code,
    left_from_example,
    mail_server,
    mailbox,
    network_addresses,
    one_of,
    switch,
    web_address,
    whole_number,
    wrong_together,
)

SHIPPED: Final = Path(__file__).with_name("shipped")
"""Folder of what comes with STRP and is no program: policies, samples, docs, files to deploy."""

# Variables of our own that are no settings of an installation.
OTHER_VARIABLES: Final = frozenset(
    {"STRP_API_KEY", "STRP_RENEW", "STRP_TEST_CITUS", "STRP_TEST_DATABASE_URL"}
)
# How alike two names are where one is taken for a slip of the other (difflib.get_close_matches).
_ALIKE: Final = 0.8
_MOST_PROCESSES: Final = 256
_MOST: Final = 1_000_000


def _setting(name: str, default: str, meaning: str, rule: Rule = anything) -> str:
    return field(default=default, metadata=_about(name, default, meaning, rule))


def _number(
    name: str, default: int, meaning: str, *, least: int = 1, most: int = _MOST, former: str = ""
) -> int:
    about = _about(name, str(default), meaning, whole_number(least, most))
    return field(default=default, metadata=about | {"former": former})


def _switch(name: str, default: str, meaning: str) -> bool:
    return field(default=False, metadata=_about(name, default, meaning, switch))


def _about(name: str, default: str, meaning: str, rule: Rule) -> dict[str, object]:
    return {"env": name, "default": default, "meaning": meaning, "rule": rule, "former": ""}


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator can set, each documented with unit and default."""

    data_dir: str = _setting(
        "STRP_DATA_DIR", "var", "Folder of the bundled database, files and keys."
    )
    front_dir: str = _setting(
        "STRP_FRONT_DIR",
        "",
        "Folder of what a proxy serves as files, readable by all; empty: front in STRP_DATA_DIR.",
    )
    database_url: str = _setting(
        "STRP_DATABASE_URL",
        "",
        "PostgreSQL 16 or newer; empty: the bundled PostgreSQL.",
        database_address,
    )
    database_listen: str = _setting(
        "STRP_DATABASE_LISTEN",
        "",
        "Address, port 5432, where other machines of its network reach the bundled PostgreSQL; "
        "empty: nowhere.",
    )
    database_password: str = _setting(
        "STRP_DATABASE_PASSWORD", "", "Password of other machines at the bundled PostgreSQL."
    )
    archive_dir: str = _setting(
        "STRP_ARCHIVE_DIR", "", "Folder for the log of the bundled PostgreSQL; empty: none is kept."
    )
    archive_max_bytes: int = _number(
        "STRP_ARCHIVE_MAX_BYTES", 1 << 35, "Most bytes there; the oldest go.", most=1 << 50
    )
    hit_log: str = _setting(
        "STRP_HIT_LOG", "", "nginx's log of hits; empty: the web processes count their own."
    )
    brief_at: str = _setting(
        "STRP_BRIEF_AT", "06:00", "When supervisors are sent a brief, Jakarta; or off.", clock_time
    )
    host: str = _setting("STRP_HOST", "127.0.0.1", "Address that the web processes listen on.")
    port: int = _number("STRP_PORT", 8000, "Port that the web processes listen on.", most=65535)
    public_url: str = _setting(
        "STRP_PUBLIC_URL",
        "",
        "Address that people reach, without a slash at the end; empty: http://HOST:PORT.",
        web_address,
    )
    web_processes: int = _number(
        "STRP_WEB_PROCESSES", 1, "Number of web processes.", most=_MOST_PROCESSES
    )
    worker_processes: int = _number(
        "STRP_WORKER_PROCESSES",
        1,
        "Number of worker processes, which issue and send mail.",
        least=0,
        most=_MOST_PROCESSES,
    )
    database_connections: int = _number(
        "STRP_DATABASE_CONNECTIONS",
        12,
        "Most database connections of one process.",
        least=2,
        most=1000,
    )
    slow_statement_ms: int = _number(
        "STRP_SLOW_STATEMENT_MS",
        1000,
        "Statements of the database that take so many milliseconds or more are logged by name, "
        "without values (`slow_statement`); 0: none.",
        least=0,
    )
    smtp_url: str = _setting(
        "STRP_SMTP_URL",
        "smtp://127.0.0.1:8025",
        "Mail server: smtp://, smtp+tls:// (STARTTLS) or smtps://, with user:password@ if needed.",
        mail_server,
    )
    mail_from: str = _setting(
        "STRP_MAIL_FROM", "STRP <strp@strp.example>", "Sender of all mail.", mailbox
    )
    upload_max_bytes: int = _number(
        "STRP_UPLOAD_MAX_BYTES",
        268435456,
        "Largest roster file taken, in bytes.",
        least=1024,
        most=1 << 40,
    )
    documents_max_bytes: int = _number(
        "STRP_DOCUMENTS_MAX_BYTES",
        8589934592,
        "Most bytes of PDF and zip files of large applications that are kept for some hours.",
        least=1 << 20,
        most=1 << 50,
    )
    issuer: str = _setting(
        "STRP_ISSUER", "ID-JK", "Issuer in certificates (ISO 3166-2 code).", issuer_code
    )
    issuer_name: str = _setting(
        "STRP_ISSUER_NAME",
        "Pemerintah Provinsi DKI Jakarta",
        "Issuing authority as written on certificates and pages.",
    )
    data_protection_contact: str = _setting(
        "STRP_DATA_PROTECTION_CONTACT",
        "pdp@strp.example",
        "Mail address of the data protection officer, shown on every page.",
        mailbox,
    )
    objection_contact: str = _setting(
        "STRP_OBJECTION_CONTACT",
        "keberatan@strp.example",
        "Address that an employer who was closed writes to, to object.",
    )
    security_contact: str = _setting(
        "STRP_SECURITY_CONTACT",
        "",
        "Mail address or https page for reports of security faults, told in "
        "/.well-known/security.txt; empty: no such file.",
        contact,
    )
    policies_dir: str = _setting(
        "STRP_POLICIES_DIR", "", "Policy files; empty: those shipped.", folder
    )
    exercise: bool = _switch(
        "STRP_EXERCISE",
        "0",
        "1: an installation for demonstrations, training or rehearsals; "
        "`strp db migrate` activates the exercise where no policy was ever activated.",
    )
    demo: bool = _switch("STRP_DEMO", "0", "1: show the mail catcher's inbox at /demo/inbox.")
    second_factor: str = _setting(
        "STRP_SECOND_FACTOR",
        "auto",
        "Second factor of officials: required, off, or auto (required, but not in an exercise).",
        one_of(("auto", "required", "off")),
    )
    waiting_room: str = _setting(
        "STRP_WAITING_ROOM",
        "auto",
        "Waiting room: auto (load decides), on, or off.",
        one_of(("auto", "on", "off")),
    )
    proof_of_work: bool = _switch(
        "STRP_PROOF_OF_WORK", "off", "on: a ticket costs its taker about a second of computing."
    )
    polls_per_s: int = _number(
        "STRP_POLLS_PER_S",
        10000,
        "Polls of the waiting room that the front may get, a second, however many wait.",
    )
    stranger_pages_per_s: int = _number(
        "STRP_STRANGER_PAGES_PER_S",
        2000,
        "Cached pages a second that one web process gives to strangers while somebody is inside; "
        "what has to be made counts as twenty.",
        former="STRP_CROWD_PER_S",
    )
    admit_least_per_s: int = _number(
        "STRP_ADMIT_LEAST_PER_S", 1, "Least visitors a second that are let in."
    )
    admit_most_per_s: int = _number(
        "STRP_ADMIT_MOST_PER_S", 1000, "Most visitors a second that are let in."
    )
    concurrent_requests: int = _number(
        "STRP_CONCURRENT_REQUESTS",
        16,
        "Requests that one web process works on at once; more are queued or shed.",
        former="STRP_SLOTS",
    )
    trusted_proxies: str = _setting(
        "STRP_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Network addresses, with commas between, whose X-Forwarded-For is believed.",
        network_addresses,
    )
    log_format: str = _setting(
        "STRP_LOG_FORMAT", "json", "json, or text for people.", one_of(("json", "text"))
    )

    @property
    def data_path(self) -> Path:
        """`data_dir` as an absolute path."""
        return Path(self.data_dir).expanduser().resolve()

    @property
    def front_path(self) -> Path:
        """Where the front and the document of the waiting room are written for a proxy."""
        given = Path(self.front_dir).expanduser().resolve() if self.front_dir else None
        return given or self.data_path / "front"

    @property
    def line_document(self) -> Path:
        """The document of the waiting room, as a file for a proxy."""
        return self.front_path / "waiting-room.json"

    @property
    def archive_path(self) -> Path:
        """`archive_dir` as an absolute path; only where it is set."""
        return Path(self.archive_dir).expanduser().resolve()

    @property
    def authority(self) -> IssuingAuthority:
        """Who answers for what this installation issues."""
        return IssuingAuthority(issuer=self.issuer, name=self.issuer_name)

    @property
    def is_second_factor_required(self) -> bool:
        """Whether officials sign in with a second factor."""
        return not self.exercise if self.second_factor == "auto" else self.second_factor != "off"

    @property
    def address(self) -> str:
        """The address that people reach; of IPv6 in brackets (RFC 3986, 3.2.2)."""
        return self.public_url or f"http://{in_brackets(self.host)}:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from the environment.

        Raises:
            WrongSettings: names every one that is wrong.
        """
        environment = os.environ if environment is None else environment
        wrong = [each for each in check_environment(environment) if each.is_wrong]
        if wrong:
            raise WrongSettings(wrong)
        given = with_present_names(environment)
        values: dict[str, object] = {}
        for name, spec in cls.__dataclass_fields__.items():
            if text := given.get(spec.metadata["env"]):
                values[name] = _parse(text, spec.default)
        return cls(**values)  # type: ignore[arg-type]


def variables() -> frozenset[str]:
    """Names of all settings."""
    return frozenset(s.metadata["env"] for s in Settings.__dataclass_fields__.values())


def former_names() -> dict[str, str]:
    """Names of the release before that still count in this one, with the present name of each."""
    specs = (spec.metadata for spec in Settings.__dataclass_fields__.values())
    return {spec["former"]: spec["env"] for spec in specs if spec["former"]}


def with_present_names(environment: Mapping[str, str]) -> dict[str, str]:
    """The environment with each former name replaced; where both are set, the present one counts.

    Args:
        environment: variables of the process.
    """
    former = former_names()
    carried = {former[name]: text for name, text in environment.items() if name in former}
    rest = {name: text for name, text in environment.items() if name not in former}
    return carried | {name: text for name, text in rest.items() if text or name not in carried}


def _renamed(former: str) -> WrongSetting:
    present = former_names()[former]
    return WrongSetting(
        former,
        Text(
            f"kini bernama {present}; nama lama masih dibaca dalam rilis ini saja.",
            f"is called {present} now; the old name is still read in this release, no longer.",
        ),
        is_wrong=False,
    )


def check_environment(environment: Mapping[str, str]) -> list[WrongSetting]:
    """Everything that is wrong with the settings, and what is only odd.

    Args:
        environment: variables; an empty one counts as not set.
    """
    given = {name: text for name, text in environment.items() if text}
    renamed = [_renamed(name) for name in sorted(former_names().keys() & given.keys())]
    given = with_present_names(given)
    found = [*renamed, *_misspelt(given), *_by_rule(given)]
    known_wrong = {each.variable for each in found if each.is_wrong}
    together = wrong_together(_with_defaults(given))
    return [*found, *(each for each in together if each.variable not in known_wrong)]


def odd_for_a_city(environment: Mapping[str, str]) -> list[WrongSetting]:
    """What works, and is still that of the example or of nobody; nothing is refused for it.

    Args:
        environment: variables; an empty one counts as not set.
    """
    given = {name: text for name, text in environment.items() if text}
    return list(left_from_example(_with_defaults(with_present_names(given))))


def _with_defaults(given: Mapping[str, str]) -> dict[str, str]:
    about = (spec.metadata for spec in Settings.__dataclass_fields__.values())
    return {each["env"]: each["default"] for each in about} | dict(given)


def _by_rule(given: Mapping[str, str]) -> Iterator[WrongSetting]:
    for spec in Settings.__dataclass_fields__.values():
        variable, rule = spec.metadata["env"], spec.metadata["rule"]
        if variable in given and (said := rule(given[variable])) is not None:
            yield WrongSetting(variable, said)


def _misspelt(given: Mapping[str, str]) -> Iterator[WrongSetting]:
    """Names that look like ours and are none.

    One that is far from every name is only told: after going back to an older release, it may be
    a setting of the newer one.
    """
    known = variables()
    for name in sorted(given.keys() - known - OTHER_VARIABLES):
        if not name.startswith("STRP_"):
            continue
        near = difflib.get_close_matches(name, known, n=1, cutoff=_ALIKE)
        if near:
            yield WrongSetting(
                name,
                Text(
                    f"tidak ada; maksudnya {near[0]}?",
                    f"is no setting; did you mean {near[0]}?",
                ),
            )
        else:
            text = Text("bukan setelan rilis ini.", "is no setting of this release.")
            yield WrongSetting(name, text, is_wrong=False)


def _parse(text: str, default: object) -> object:
    if isinstance(default, bool):
        return text.lower() in TRUE
    return int(text) if isinstance(default, int) else text
