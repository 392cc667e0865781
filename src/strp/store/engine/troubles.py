"""Why PostgreSQL does not let us in: its own words, and what to do.

libpq tells no SQLSTATE of a connection that failed, so the cause is read from its words. Where the
server speaks another language than English its words are shown all the same.

These sentences are for operators, at a terminal or in `strp doctor`: visitors hear that the
database does not answer, and nothing of hosts and roles.
"""

import re
from typing import Final, NamedTuple

import psycopg

from strp.domain.errors import StrpError, Unavailable
from strp.domain.text import Text

AWAY: Final = "database-unavailable"


class Trouble(NamedTuple):
    """One cause.

    Args:
        code: of the error.
        words: in what libpq or the server says.
        mend: what to do.
        passes: whether it may go by itself, so that it is worth waiting.
    """

    code: str
    words: re.Pattern[str]
    mend: Text
    passes: bool = False


def _trouble(code: str, words: str, id_: str, en: str, *, passes: bool = False) -> Trouble:
    return Trouble(code, re.compile(words, re.IGNORECASE), Text(id_, en), passes)


TROUBLES: Final = (
    _trouble(
        "database-password-wrong",
        r"password authentication failed|no password supplied|peer authentication failed|"
        r"authentication failed for user",
        "Periksa peran dan kata sandi dalam STRP_DATABASE_URL (karakter khusus ditulis %xx).",
        "Check role and password in STRP_DATABASE_URL (write special characters as %xx).",
    ),
    _trouble(
        "database-missing",
        r"database .* does not exist",
        "Buat basis data itu, milik peran yang disebut STRP_DATABASE_URL: "
        "createdb --owner=PERAN NAMA.",
        "Make that database, owned by the role that STRP_DATABASE_URL names: "
        "createdb --owner=ROLE NAME.",
    ),
    _trouble(
        "database-role-missing",
        r"role .* does not exist",
        "Buat peran itu (createuser --pwprompt PERAN), atau perbaiki STRP_DATABASE_URL.",
        "Make that role (createuser --pwprompt ROLE), or fix STRP_DATABASE_URL.",
    ),
    _trouble(
        "database-host-unknown",
        r"failed to resolve host|could not translate host name",
        "Periksa nama server dalam STRP_DATABASE_URL, dan DNS mesin ini.",
        "Check the name of the server in STRP_DATABASE_URL, and the DNS of this machine.",
    ),
    _trouble(
        "database-host-refused",
        r"no pg_hba\.conf entry|pg_hba\.conf rejects",
        "Izinkan mesin ini, peran dan basis datanya di pg_hba.conf server, lalu muat ulang; bila "
        "server hanya menerima TLS, tambahkan sslmode=require pada STRP_DATABASE_URL.",
        "Allow this machine, role and database in pg_hba.conf of the server, then reload it; "
        "where the server takes TLS alone, add sslmode=require to STRP_DATABASE_URL.",
    ),
    _trouble(
        "database-tls",
        r"\bSSL\b|certificate|no encryption",
        "Sesuaikan sslmode dalam STRP_DATABASE_URL dengan server: verify-full dengan sslrootcert "
        "bila server memakai TLS, disable bila tidak; lihat juga pg_hba.conf.",
        "Have sslmode in STRP_DATABASE_URL agree with the server: verify-full with sslrootcert "
        "where it speaks TLS, disable where it does not; see pg_hba.conf too.",
    ),
    _trouble(
        "database-connections-used-up",
        r"too many clients|remaining connection slots|too many connections|connection limit|"
        r"no more connections allowed|pool_size|max_client_conn",
        "Naikkan max_connections di server, atau turunkan STRP_DATABASE_CONNECTIONS dan jumlah "
        "proses; hitungannya di docs/trouble/connections.md.",
        "Raise max_connections of the server, or lower STRP_DATABASE_CONNECTIONS and the numbers "
        "of processes; the sum is in docs/trouble/connections.md.",
        passes=True,
    ),
    _trouble(
        "database-starting",
        r"starting up|shutting down|recovery mode|not yet accepting|in recovery",
        "Tunggu sampai server selesai mulai; STRP akan terus mencoba.",
        "Wait until the server has started; STRP tries again.",
        passes=True,
    ),
    _trouble(
        AWAY,
        r"connection refused|no such file or directory|timeout|timed out|unreachable|no route|"
        r"closed the connection unexpectedly|terminating connection|server conn crashed|"
        r"server login",
        "Jalankan server itu, atau perbaiki host dan port dalam STRP_DATABASE_URL.",
        "Start that server, or fix host and port in STRP_DATABASE_URL.",
        passes=True,
    ),
    _trouble(
        "database-no-rights",
        r"permission denied|must be (?:owner|member) of",
        "Jadikan peran dalam STRP_DATABASE_URL pemilik basis data dan semua tabelnya: "
        "ALTER DATABASE … OWNER TO …; REASSIGN OWNED BY … TO ….",
        "Make the role in STRP_DATABASE_URL the owner of the database and all its tables: "
        "ALTER DATABASE … OWNER TO …; REASSIGN OWNED BY … TO ….",
    ),
)
_PASSWORD: Final = re.compile(r"(?<=:)[^:@/\s]+(?=@)")


def explained(error: psycopg.Error) -> Unavailable | None:
    """What to tell an operator of an error of a connection, or None where nothing is known of it.

    Args:
        error: while connecting, or for lack of rights.
    """
    said = _words(error)
    for trouble in TROUBLES:
        if trouble.words.search(said):
            return _with_words(trouble, said)
    return None


def no_rights(error: psycopg.errors.InsufficientPrivilege) -> Unavailable:
    """The role of STRP may not do what it must; says which table or schema."""
    return explained(error) or _with_words(TROUBLES[-1], _words(error))


def passes(error: StrpError) -> bool:
    """Whether it is worth waiting for a database that fails like this."""
    return any(trouble.passes and trouble.code == error.code for trouble in TROUBLES)


def address_invalid() -> Unavailable:
    """`STRP_DATABASE_URL` is nothing that PostgreSQL's library reads; not quoted: it may hold a
    password."""
    return Unavailable(
        "database-address-invalid",
        Text(
            "STRP_DATABASE_URL tidak dapat dibaca. Tulis postgresql://role:password@host/database "
            "(karakter khusus sebagai %xx), atau kosongkan untuk PostgreSQL bawaan.",
            "STRP_DATABASE_URL cannot be read. Write postgresql://role:password@host/database "
            "(special characters as %xx), or leave it empty for the bundled PostgreSQL.",
        ),
    )


def _words(error: psycopg.Error) -> str:
    """What was said, in one line, without what libpq adds and without any password."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return _PASSWORD.sub("***", " ".join(lines))


def _with_words(trouble: Trouble, said: str) -> Unavailable:
    id_, en = (f"PostgreSQL: “{said}”. {mend}" for mend in trouble.mend)
    return Unavailable(
        trouble.code,
        Text(id_, en),
        retry_after_s=5 if trouble.passes else None,
    )
