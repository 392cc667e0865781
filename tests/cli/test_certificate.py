"""What `strp certificate` says of what an act came to."""

import pytest

from strp.cli.certificate import told
from strp.domain.certificates.life import Act


@pytest.mark.parametrize(
    ("status", "because", "said"),
    [
        ("standing", None, "S1 is now standing."),
        ("suspended", "Wabah", "its employer is closed (Wabah)"),
        ("suspended", "host-lapsed", "until the host"),
    ],
)
def test_restored_is_told_as_suspended_where_others_suspend_it_still(
    status: str, because: str | None, said: str
) -> None:
    changed = {"serial": "S1", "status": status, "because": because, "changed": True}
    sentence = told(Act.RESTORE, changed)
    assert said in sentence
    assert ("standing" in sentence) is (because is None)
