"""The rules of July to September 2021, one after the other, against a table written by hand.

Each change has what an employer, a worker and somebody at a checkpoint are told before and after.
Where a change touches none of a kind, the table says so by the same answer twice.
"""

from collections.abc import Callable
from functools import cache
from itertools import pairwise

import pytest

from strp.domain.rules.document import Unsound
from strp.domain.screening.replay import Step, row_of
from strp.outside.registries.policy_files import shipped_policies
from strp.usecases.rules.documents import check_policies, replay_policies

BANK, CONTRACTOR, GARMENT = (
    "Bank, KBLI 64121",
    "Building contractor, KBLI 41011",
    "Garment factory, KBLI 14111",
)
PLATFORM, MIXED = (
    "Platform, staff unknown, KBLI 63122",
    "Food factory with property, KBLI 68111 and 10710",
)
DOCTOR, SOLDIER, STAFF = "Health worker", "Soldier or police officer", "Employee"
ROAD_8 = "Road 08:00, STRP of a bank, vaccination certificate"
ROAD_8_BARE = "Road 08:00, STRP of a bank"
ROAD_14 = "Road 14:00, STRP of a bank, vaccination certificate"
ROAD_HOSPITAL = "Road 14:00, STRP of a hospital, vaccination certificate"
DRIVER = "Road 14:00, app driver without STRP"
KRL_PHONE = "KRL 07:00, STRP on the phone, vaccination certificate"
KRL_PAPER = "KRL 07:00, STRP printed, vaccination certificate"
KRL_LETTER, KRL_VACCINE = "KRL 07:00, company letter", "KRL 07:00, vaccination certificate alone"
MRT, BUS = (
    "MRT 07:00, vaccination certificate alone",
    ("TransJakarta 07:00, vaccination certificate alone"),
)
OFFICE, NO_STRP = "Office 09:00, nothing", "stopped: no STRP"
VACCINATED = "with vaccination-certificate"

# policy, case, what the answer begins or ends with before, and after
TABLE = [
    ("inmendagri-15-2021", CONTRACTOR, "no rules", "auto K-k caps 100/100"),
    ("inmendagri-15-2021", STAFF, "no rules", "nobody files"),
    ("inmendagri-15-2021", ROAD_8_BARE, "no rules", "no check"),
    ("2021-07-05-strp", BANK, "auto E-a caps 50/50", "auto E-a caps 50/50"),
    ("2021-07-05-strp", STAFF, "nobody files", "company files, round the clock"),
    ("2021-07-05-strp", ROAD_8_BARE, "no check", "passes with STRP"),
    ("2021-07-05-strp", "Road 08:00, civil servant", "no check", "passes by card"),
    ("2021-07-08-edaran", BANK, "auto E-a caps 50/50", "auto E-a caps 50/50"),
    ("2021-07-08-edaran", STAFF, "company files, round", "company files, 07:30-21:00"),
    ("2021-07-08-edaran", DOCTOR, "company files", "exempt: Show your health worker's card"),
    ("2021-07-08-edaran", "Road 08:00, health worker", NO_STRP, "passes by card"),
    ("inmendagri-18-2021", BANK, "auto E-a caps 50/50", "auto E-a caps 50/25"),
    ("inmendagri-18-2021", CONTRACTOR, "auto K-k caps 100/100", "review K-k caps 100/25"),
    ("inmendagri-18-2021", GARMENT, "review E-e caps 50/50", "review E-e caps 50/10"),
    ("inmendagri-18-2021", "Waste, KBLI 38110", "review K-l", "auto K-l"),
    ("inmendagri-18-2021", SOLDIER, "exempt", "exempt"),
    ("inmendagri-18-2021", ROAD_8_BARE, "passes with STRP", "passes with STRP"),
    ("2021-07-12-stasiun", BANK, "auto E-a", "auto E-a"),
    ("2021-07-12-stasiun", STAFF, "company files", "company files"),
    ("2021-07-12-stasiun", KRL_PHONE, "no check", "passes with STRP"),
    ("2021-07-12-stasiun", KRL_LETTER, "no check", "passes with assignment-letter"),
    ("2021-07-12-vaksin", BANK, "auto E-a", "auto E-a"),
    ("2021-07-12-vaksin", STAFF, "company files", "company files"),
    ("2021-07-12-vaksin", ROAD_8_BARE, "passes with STRP", "stopped: carries no vaccination"),
    ("2021-07-12-vaksin", ROAD_8, "passes with STRP", "passes with STRP"),
    ("2021-07-13-krl-cetak", BANK, "auto E-a", "auto E-a"),
    ("2021-07-13-krl-cetak", STAFF, "company files", "company files"),
    ("2021-07-13-krl-cetak", KRL_PHONE, "passes with STRP", "stopped: must be printed"),
    ("2021-07-13-krl-cetak", KRL_PAPER, "passes with STRP", "passes with STRP"),
    ("2021-07-14-krl-antrean", "KRL 07:00, to be vaccinated today", NO_STRP, "passes by card"),
    ("2021-07-15-jam", BANK, "auto E-a", "auto E-a"),
    ("2021-07-15-jam", STAFF, "company files", "company files"),
    ("2021-07-15-jam", ROAD_8, "passes with STRP", "passes with STRP"),
    ("2021-07-15-jam", ROAD_14, "passes with STRP", "stopped: not at this hour"),
    ("2021-07-15-jam", ROAD_HOSPITAL, "passes with STRP", "stopped: not at this hour"),
    ("2021-07-15-jam", "Road 14:00, health worker", "passes by card", "passes by card"),
    ("2021-07-15-jam", "Road 14:00, civil servant", "passes by card", NO_STRP),
    ("2021-07-15-jam", "Road 23:00, nothing", NO_STRP, "passes (everyone)"),
    ("2021-07-15-pengemudi", PLATFORM, "auto E-c", "auto E-c"),
    ("2021-07-15-pengemudi", "Partner driver of an app", "company files", "company files"),
    ("2021-07-15-pengemudi", DRIVER, NO_STRP, "passes by card"),
    ("2021-07-16-mitra", PLATFORM, "auto E-c caps 50/50", "auto K-o caps unlimited/25 workers all"),
    ("2021-07-16-mitra", "Partner driver of an app", "company files", "company files"),
    ("2021-07-16-mitra", DRIVER, "passes by card", "passes by card"),
    ("2021-07-19-pengemudi", DRIVER, "passes by card", NO_STRP),
    ("2021-07-21-level-4", BANK, "auto E-a", "auto E-a"),
    ("2021-07-21-level-4", STAFF, "valid until 2021-07-20 (over)", "valid until 2021-07-25"),
    ("2021-07-21-level-4", ROAD_8, "stopped: STRP expired", "passes with STRP"),
    ("2021-07-26-perpanjangan", STAFF, "until 2021-07-25 (over)", "valid until 2021-08-02"),
    ("2021-07-26-perpanjangan", ROAD_8, "stopped: STRP expired", "passes with STRP"),
    ("2021-07-30-proses", MIXED, "review (kbli-mixed)", "review (kbli-by-site)"),
    ("2021-07-30-proses", STAFF, "company files", "company files"),
    ("2021-07-30-proses", ROAD_8, "passes with STRP", "passes with STRP"),
    ("2021-08-03-perpanjangan", STAFF, "until 2021-08-02 (over)", "valid until 2021-08-09"),
    ("2021-08-03-perpanjangan", ROAD_8, "stopped: STRP expired", "passes with STRP"),
    ("2021-08-10-perpanjangan", STAFF, "until 2021-08-09 (over)", "valid until 2021-08-16"),
    ("2021-08-10-perpanjangan", ROAD_8, "stopped: STRP expired", "passes with STRP"),
    ("2021-08-11-jalan", BANK, "auto E-a", "auto E-a"),
    ("2021-08-11-jalan", STAFF, "company files", "company files"),
    ("2021-08-11-jalan", ROAD_14, "stopped: not at this hour", "no check"),
    ("2021-08-12-kantor", OFFICE, "no check", NO_STRP),
    ("2021-08-13-mrt", BANK, "auto E-a", "auto E-a"),
    ("2021-08-13-mrt", STAFF, "company files", "company files"),
    ("2021-08-13-mrt", MRT, NO_STRP, "passes with vaccination-certificate"),
    ("2021-08-13-mrt", BUS, NO_STRP, NO_STRP),
    ("2021-08-16-transjakarta", BUS, NO_STRP, "passes with vaccination-certificate"),
    ("2021-08-17-ekspor", GARMENT, "review E-e caps 50/10", "or a contract to supply an exporter"),
    ("2021-08-17-ekspor", STAFF, "until 2021-08-16 (over)", "valid until 2021-08-23"),
    ("2021-08-17-ekspor", KRL_PAPER, "stopped: STRP expired", "passes with STRP"),
    ("2021-09-08-krl-peralihan", BANK, "auto E-a", "auto E-a"),
    ("2021-09-08-krl-peralihan", STAFF, "(over)", "valid until 2021-09-10"),
    ("2021-09-08-krl-peralihan", KRL_VACCINE, NO_STRP, "passes with vaccination-certificate"),
    ("2021-09-08-krl-peralihan", "KRL 07:00, STRP on the phone", "expired", "passes with STRP"),
    ("2021-09-11-krl-vaksin", BANK, "auto E-a", "auto E-a"),
    ("2021-09-11-krl-vaksin", STAFF, "(over)", "(over)"),
    ("2021-09-11-krl-vaksin", KRL_LETTER, "passes with assignment-letter", NO_STRP),
    ("2021-09-11-krl-vaksin", KRL_PAPER, "passes with vaccination", "passes with vaccination"),
]


@cache
def steps() -> dict[tuple[str, str], Step]:
    return {(step.policy, step.case): step for step in replay_policies(shipped_policies())}


@pytest.mark.parametrize(("policy", "case", "before", "after"), TABLE)
def test_a_change_says_what_the_sources_say(
    policy: str, case: str, before: str, after: str
) -> None:
    step = steps()[policy, case]
    assert before in step.before and after in step.after, step


def test_every_policy_of_the_row_is_in_the_table() -> None:
    policies = check_policies(shipped_policies())
    assert not isinstance(policies, Unsound)
    assert {policy.policy_id for policy in row_of(policies)} == {row[0] for row in TABLE}


def test_an_answer_before_is_that_of_the_policy_before_it() -> None:
    case = "Ministry"
    own = [step for (_, name), step in steps().items() if name == case]
    assert all(one.after == two.before for one, two in pairwise(own))


@pytest.mark.parametrize("text", [lambda step: step.before, lambda step: step.after])
def test_every_answer_is_a_sentence(text: Callable[[Step], str]) -> None:
    assert all(text(step) for step in steps().values())
