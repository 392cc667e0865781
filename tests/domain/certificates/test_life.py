"""The life of one certificate, as a machine: whatever is done to it, ends are ends."""

import pytest
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from strp.domain.certificates.life import (
    Act,
    CertificateStatus,
    check_reason,
    refused,
    status_after,
)
from strp.domain.errors import InvalidInput

S = CertificateStatus
PAIRS = [(status, act) for status in S for act in Act]


class Life(RuleBasedStateMachine):
    """One certificate, and what happened to it."""

    def __init__(self) -> None:
        super().__init__()
        self.status = S.STANDING
        self.over = False

    @rule(act=st.sampled_from(Act))
    def do(self, act: Act) -> None:
        after = status_after(self.status, act)
        if after is None:
            assert refused(self.status, None).code.startswith("certificate-")
            return
        assert status_after(after, act) == after or act is Act.REPLACE
        self.over = self.over or self.status.is_over
        self.status = after

    @invariant()
    def what_is_over_stays_over(self) -> None:
        assert self.status.is_over or not self.over


TestLife = Life.TestCase


@pytest.mark.parametrize("act", Act)
def test_nothing_is_done_to_a_replaced_certificate(act: Act) -> None:
    assert status_after(S.REPLACED, act) is None


@pytest.mark.parametrize("status", [S.REVOKED, S.ENDED, S.REPLACED])
def test_what_is_over_is_not_restored(status: CertificateStatus) -> None:
    assert status_after(status, Act.RESTORE) is None


def test_a_suspended_certificate_is_not_replaced_by_one_that_stands() -> None:
    assert status_after(S.SUSPENDED, Act.REPLACE) is None


@pytest.mark.parametrize(("status", "act"), PAIRS)
def test_only_a_revocation_follows_an_end(status: CertificateStatus, act: Act) -> None:
    after = status_after(status, act)
    if status is S.ENDED and after not in (None, S.ENDED):
        assert (act, after) == (Act.REVOKE, S.REVOKED)


def test_a_refusal_names_the_successor() -> None:
    assert "ABCD-EFGH" in refused(S.REPLACED, "ABCD-EFGH").text.en


@pytest.mark.parametrize("reason", ["", "  ", "x" * 201])
def test_a_change_needs_a_reason(reason: str) -> None:
    with pytest.raises(InvalidInput, match="reason-missing"):
        check_reason(reason)
