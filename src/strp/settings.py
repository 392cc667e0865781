"""Settings: environment variables `STRP_…` read once at the start (12factor.net/config)."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


def _setting(name: str, default: str, meaning: str) -> str:
    return field(default=default, metadata={"env": name, "default": default, "meaning": meaning})


def _number(name: str, default: int, meaning: str) -> int:
    return field(
        default=default, metadata={"env": name, "default": str(default), "meaning": meaning}
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """Everything that an operator can set, each documented with unit and default."""

    data_dir: str = _setting(
        "STRP_DATA_DIR", "var", "Folder of the bundled database, files and keys."
    )
    database_url: str = _setting(
        "STRP_DATABASE_URL", "", "PostgreSQL 16 or newer; empty: the bundled PostgreSQL."
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
    host: str = _setting("STRP_HOST", "127.0.0.1", "Address that the web processes listen on.")
    port: int = _number("STRP_PORT", 8000, "Port that the web processes listen on.")
    public_url: str = _setting(
        "STRP_PUBLIC_URL",
        "",
        "Address that people reach, without a slash at the end; empty: http://HOST:PORT.",
    )
    web_processes: int = _number("STRP_WEB_PROCESSES", 1, "Number of web processes.")
    worker_processes: int = _number(
        "STRP_WORKER_PROCESSES", 1, "Number of worker processes, which issue and send mail."
    )
    database_connections: int = _number(
        "STRP_DATABASE_CONNECTIONS", 12, "Most database connections of one process."
    )
    smtp_url: str = _setting(
        "STRP_SMTP_URL",
        "smtp://127.0.0.1:8025",
        "Mail server: smtp://, smtp+tls:// (STARTTLS) or smtps://, with user:password@ if needed.",
    )
    mail_from: str = _setting("STRP_MAIL_FROM", "STRP <strp@strp.example>", "Sender of all mail.")
    upload_max_bytes: int = _number(
        "STRP_UPLOAD_MAX_BYTES", 268435456, "Largest roster file taken, in bytes."
    )
    issuer: str = _setting("STRP_ISSUER", "ID-JK", "Issuer in certificates (ISO 3166-2 code).")
    issuer_name: str = _setting(
        "STRP_ISSUER_NAME",
        "Pemerintah Provinsi DKI Jakarta",
        "Issuing authority as written on certificates and pages.",
    )
    data_protection_contact: str = _setting(
        "STRP_DATA_PROTECTION_CONTACT",
        "pdp@strp.example",
        "Mail address of the data protection officer, shown on every page.",
    )
    objection_contact: str = _setting(
        "STRP_OBJECTION_CONTACT",
        "keberatan@strp.example",
        "Address that an employer who was closed writes to, to object.",
    )
    policies_dir: str = _setting("STRP_POLICIES_DIR", "", "Policy files; empty: those shipped.")
    exercise: bool = field(
        default=False,
        metadata={
            "env": "STRP_EXERCISE",
            "default": "0",
            "meaning": "1: an installation for demonstrations, training or rehearsals; "
            "`strp db migrate` activates the exercise where no policy was ever activated.",
        },
    )
    demo: bool = field(
        default=False,
        metadata={
            "env": "STRP_DEMO",
            "default": "0",
            "meaning": "1: show the mail catcher's inbox at /demo/inbox.",
        },
    )
    waiting_room: str = _setting(
        "STRP_WAITING_ROOM",
        "auto",
        "Waiting room: auto (load decides), on, or off.",
    )
    proof_of_work: bool = field(
        default=False,
        metadata={
            "env": "STRP_PROOF_OF_WORK",
            "default": "off",
            "meaning": "on: a ticket costs its taker about a second of computing.",
        },
    )
    polls_per_s: int = _number(
        "STRP_POLLS_PER_S",
        10000,
        "Polls of the waiting room that the front may get, a second, however many wait.",
    )
    crowd_per_s: int = _number(
        "STRP_CROWD_PER_S",
        2000,
        "Kept pages a second that one web process gives to strangers while somebody is inside; "
        "what has to be made counts as twenty.",
    )
    admit_least_per_s: int = _number(
        "STRP_ADMIT_LEAST_PER_S", 1, "Least visitors a second that are let in."
    )
    admit_most_per_s: int = _number(
        "STRP_ADMIT_MOST_PER_S", 1000, "Most visitors a second that are let in."
    )
    slots: int = _number(
        "STRP_SLOTS", 16, "Requests that one web process works on at once; more are queued or shed."
    )
    trusted_proxies: str = _setting(
        "STRP_TRUSTED_PROXIES",
        "127.0.0.1,::1",
        "Network addresses, with commas between, whose X-Forwarded-For is believed.",
    )
    log_format: str = _setting("STRP_LOG_FORMAT", "json", "json, or text for people.")

    @property
    def data_path(self) -> Path:
        """`data_dir` as an absolute path."""
        return Path(self.data_dir).expanduser().resolve()

    @property
    def address(self) -> str:
        """The address that people reach."""
        return self.public_url or f"http://{self.host}:{self.port}"

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] | None = None) -> "Settings":
        """Read the settings from the environment.

        Raises:
            ValueError: a number is not a number; names the variable.
        """
        given = os.environ if environment is None else environment
        values: dict[str, object] = {}
        for name, spec in cls.__dataclass_fields__.items():
            text = given.get(spec.metadata["env"])
            if text is None or text == "":
                continue
            values[name] = _parse(spec.metadata["env"], text, spec.default)
        return cls(**values)  # type: ignore[arg-type]


def _parse(variable: str, text: str, default: object) -> object:
    if isinstance(default, bool):
        return text.lower() in {"1", "true", "yes", "on"}
    if isinstance(default, int):
        try:
            return int(text)
        except ValueError:
            raise ValueError(f"{variable} must be a whole number, not {text!r}") from None
    return text
