"""Who may do what, and where a claim goes."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from strp.domain.identifiers import Nib
from strp.domain.people.account import (
    OPERATOR,
    Actor,
    ActorKind,
    ClaimReason,
    RepresentationState,
    Role,
    first_step,
    mask_email,
    may_claim_employers,
    may_decide_claims,
    may_file,
    may_manage_accounts,
    may_manage_keys,
    may_review,
    parse_email,
    step_after_dispute,
)

OURS, THEIRS = Nib(8120001110001), Nib(8120001110002)
KEY = Actor(kind=ActorKind.API_KEY, id=3, nibs=frozenset({OURS}))


def signed_in(role: Role, *nibs: Nib) -> Actor:
    return Actor(kind=ActorKind.ACCOUNT, id=7, role=role, nibs=frozenset(nibs))


REPRESENTATIVE = signed_in(Role.REPRESENTATIVE, OURS)
OFFICIALS = [signed_in(role) for role in Role if role is not Role.REPRESENTATIVE]


@pytest.mark.parametrize("actor", [REPRESENTATIVE, KEY], ids=["representative", "key"])
def test_files_for_its_own_employer(actor: Actor) -> None:
    assert may_file(actor, OURS)


@pytest.mark.parametrize("actor", [REPRESENTATIVE, KEY, *OFFICIALS])
def test_nobody_files_for_an_employer_that_is_not_theirs(actor: Actor) -> None:
    assert not may_file(actor, THEIRS)


@pytest.mark.parametrize("role", Role)
def test_officers_and_supervisors_review_and_nobody_else(role: Role) -> None:
    assert may_review(signed_in(role)) == (role in {Role.OFFICER, Role.SUPERVISOR})


def test_a_representative_does_not_decide_claims() -> None:
    assert not may_decide_claims(REPRESENTATIVE)


@pytest.mark.parametrize("actor", OFFICIALS)
def test_officials_do_not_become_representatives(actor: Actor) -> None:
    assert not may_claim_employers(actor)


def test_an_api_key_does_not_make_api_keys() -> None:
    assert not may_manage_keys(KEY, OURS)


@pytest.mark.parametrize("role", Role)
def test_of_all_roles_only_the_administrator_manages_accounts(role: Role) -> None:
    assert may_manage_accounts(signed_in(role)) == (role is Role.ADMINISTRATOR)


def test_records_name_actors_by_number() -> None:
    assert [each.label for each in (REPRESENTATIVE, KEY, OPERATOR)] == [
        "account:7",
        "key:3",
        "operator",
    ]


def test_a_key_has_no_account() -> None:
    assert KEY.account_id is None


def test_a_claim_waits_for_the_code_where_the_registry_holds_an_address() -> None:
    assert first_step(has_address=True, before=None).state is RepresentationState.PENDING_CODE


def test_an_officer_decides_where_the_registry_holds_no_address() -> None:
    assert first_step(has_address=False, before=None).reason is ClaimReason.NO_ADDRESS


def test_a_code_does_not_overrule_the_refusal_of_an_officer() -> None:
    step = first_step(has_address=True, before=RepresentationState.REFUSED)
    assert step.state is RepresentationState.PENDING_OFFICER


def test_claiming_again_does_not_end_an_active_representation() -> None:
    step = first_step(has_address=True, before=RepresentationState.ACTIVE)
    assert step.state is RepresentationState.ACTIVE


def test_a_dispute_does_not_stop_who_acts_but_reaches_an_officer() -> None:
    step = step_after_dispute(RepresentationState.ACTIVE)
    assert (step.state, step.reason) == (RepresentationState.ACTIVE, ClaimReason.DISPUTED)


@pytest.mark.parametrize(
    "state", [RepresentationState.PENDING_CODE, RepresentationState.PENDING_OFFICER]
)
def test_a_disputed_claim_waits_for_an_officer(state: RepresentationState) -> None:
    step = step_after_dispute(state)
    assert (step.state, step.reason) == (
        RepresentationState.PENDING_OFFICER,
        ClaimReason.DISPUTED,
    )


@pytest.mark.parametrize("typed", ["Ani@Contoh.Example", "  ani@contoh.example "])
def test_an_address_has_one_spelling(typed: str) -> None:
    assert parse_email(typed) == "ani@contoh.example"


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "ani",
        "ani@",
        "@contoh.example",
        "ani@contoh",
        "ani@@contoh.example",
        "a ni@contoh.example",
        "ani@contoh.example\nBcc: lain@contoh.example",
        "ani@contoh.example, lain@contoh.example",
        "a" * 65 + "@contoh.example",
        "ani@" + "a." * 130 + "example",
        "an\u0131@contoh.example",
        "ani@\u212aontoh.example",
    ],
)
def test_what_is_no_single_plain_address_is_not_read(typed: str) -> None:
    assert parse_email(typed) is None


@given(st.emails())
def test_a_read_address_reads_as_itself(typed: str) -> None:
    address = parse_email(typed)
    assert address is None or parse_email(address) == address


def test_a_masked_address_shows_one_letter_and_the_domain() -> None:
    assert mask_email("hrd@perusahaan.example") == "h•••@perusahaan.example"
