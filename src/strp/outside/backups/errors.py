"""What goes wrong with a backup, in one sentence that says what to do."""

from strp.domain.errors import Unavailable
from strp.domain.text import Text


def backup_failed(why: str) -> Unavailable:
    """A backup or restore did not come about."""
    return Unavailable(
        "backup-failed",
        Text(
            f"Cadangan atau pemulihan tidak jadi: {why}. Tidak ada yang hilang; perbaiki, ulangi.",
            f"The backup or restore did not come about: {why}. Nothing is lost; fix it, repeat.",
        ),
    )


def backup_broken(why: str) -> Unavailable:
    """A backup is not whole."""
    return Unavailable(
        "backup-broken",
        Text(
            f"Cadangan tidak utuh atau berubah ({why}). Pakai cadangan yang lain.",
            f"The backup is not whole or was changed ({why}). Use another one.",
        ),
    )
