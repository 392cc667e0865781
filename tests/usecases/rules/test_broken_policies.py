"""Policy files as they are really written: each slip is a sentence with its file and line."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from strp.domain.rules.document import MOST_MISTAKES, Unsound, located, plain
from strp.domain.rules.reading import read_policy
from strp.outside.registries.policy_files import read_policy_documents, shipped_policies
from strp.usecases.rules.documents import check_policies

BASE = (shipped_policies() / "inmendagri-18-2021.yaml").read_text("utf-8")
OWN = """id: x
based_on: inmendagri-18-2021
title: {id: a, en: b}
effective_from: 2021-08-01
citations: [{text: a}]
"""
Told = list[tuple[str, int, str, str]]


@pytest.fixture
def told(tmp_path: Path) -> Callable[..., Told]:
    """What is said of a file x.yaml beside that of the second instruction."""

    def tell(text: str, base: str = BASE) -> Told:
        (tmp_path / "inmendagri-18-2021.yaml").write_text(base, "utf-8")
        (tmp_path / "x.yaml").write_bytes(text.encode())
        return mistakes_of(tmp_path)

    return tell


def mistakes_of(folder: Path) -> Told:
    found = check_policies(folder)
    mistakes = found.mistakes if isinstance(found, Unsound) else ()
    return [(each.file, each.line, each.field, each.text.en) for each in mistakes]


@pytest.mark.parametrize(
    ("added", "field", "said"),
    [
        ("decision: {hours: 5 jam, citation: a}", "decision.hours", "Did you mean 5?"),
        ("decision: {hours: 5, citation: a, our: 3}", "decision.our", "no field of this name"),
        ("straight_through: yes", "straight_through", "Did you mean true?"),
        ("straight_through: tidak", "straight_through", "Did you mean false?"),
        ("ammend: {sectors: []}", "ammend", "Did you mean amend?"),
        ("sectors: none", "sectors", "Must be a list."),
        ("sectors: [none]", "sectors[1]", "Must hold fields"),
        ("filing: nobody", "filing", "Must hold fields"),
        (
            "amend: {urgent_office: {place: here}}",
            "urgent_office.place",
            "Must be in both languages",
        ),
        ("amend: none", "amend", "Must hold fields"),
        ("amend: {checkpoints: [none]}", "checkpoints[2]", "Must hold fields"),
        ("amend: {quota: {outsorced: {caps: host}}}", "quota.outsorced", "Did you mean outsourced"),
        ("amend: {kbli: {mapping: []}}", "kbli.mapping", "Did you mean mappings?"),
        ("amend: {nik_notes: {nik-agee: refer}}", "nik_notes.nik-agee", "Did you mean nik-age?"),
        ("amend: {service_hours: {compny: x}}", "service_hours.compny", "Did you mean company?"),
        ("amend: {period: {until: 31 Juli 2021}}", "period.until", "Did you mean 2021-07-31?"),
        ("amend: {period: {until: 20210731}}", "period.until", "Did you mean 2021-07-31?"),
        ("amend: {period: {until: 2021-W30-6}}", "period.until", "Did you mean 2021-07-31?"),
        ("amend: {period: {until: 2021-07-32}}", "period.until", "Must be a day"),
        (
            "amend: {worker_documents: [{document: vaccination-certificate, sectors: [E-aa]}]}",
            "worker_documents[1].sectors[1]",
            "no sector of this code. Did you mean E-a?",
        ),
        (
            "amend: {checkpoints: [{code: road, also: [{document: assignment-letter, "
            "sectors: [], citation: a}]}]}",
            "checkpoints[1].also[1].sectors",
            "must not be empty",
        ),
        ("decision: *nope", "-", "Nothing above gives this alias"),
        ("decision:\n  <<: {hours: 5}", "-", "Merging (<<) is not read."),
        ("decision:\n\thours: 5", "-", "There is a tab here."),
        ("decision: {hours: 5", "-", "A bracket above this line is not closed"),
        ("decision:\n  hours: 5\n citation: a", "-", "is not indented like those above it"),
        ("title: {id: a, en: b}", "-", "'title' is there in line 3 already."),
        ('x: "never closed', "-", "The quotation mark here has no other"),
        ("id: a: b", "-", "A colon where none is expected."),
        ("? [a, b]\n: c", "-", "The name of a field must be a word."),
        ("x: \0", "-", "Holds a character that no text file has"),
        ("---\nid: y", "-", "A file holds one policy"),
    ],
)
def test_a_slip_is_told_with_its_line(
    told: Callable[..., Told], added: str, field: str, said: str
) -> None:
    [(file, line, where, sentence)] = told(f"{OWN}{added}\n")
    assert (file, where) == ("x.yaml", field)
    assert said in sentence
    assert line >= 6


@pytest.mark.parametrize("clock", ["07:00+07:00", "7.00", "0700", "07:00:00", "07:00 WIB"])
def test_a_time_is_hours_and_minutes(told: Callable[..., Told], clock: str) -> None:
    hours = f'amend: {{service_hours: {{company: {{opens: "{clock}"}}}}}}'
    [(_, _, field, sentence)] = told(f"{OWN}{hours}\n")
    assert field == "service_hours.company.opens"
    assert sentence.endswith("Did you mean 07:00?")


@pytest.mark.parametrize(
    ("old", "new", "field", "said"),
    [
        ("caps: {service: 50,", "caps: {service: 50 %,", "sectors[1].caps.service", "mean 50?"),
        ("caps: {service: 50,", "caps: {service: 150,", "sectors[1].caps.service", "0–100."),
        ("service: 50,", f"service: {'9' * 6_000},", "sectors[1].caps.service", "0–100."),
        ("code: bereavement", "code: sick-visit", "urgent_needs[2].code", "Was there before."),
        ("roster: [tni", "roster: [ASN", "exempt[2].roster", "Another group has one"),
        ('prefix: "01"', 'prefix: "04"', "kbli.mappings[1].prefix", "has no such division"),
        ('  code: "31"', '  code: "99"', "territory.code", "no region of this code"),
        ('  code: "31"', '  code: "3199"', "territory.code", "no region of this code"),
        ('{code: "32"', '{code: "20"', "territory.outside.issuers[1].code", "no region of this"),
        ("  - document: vacc", "  - document: vac", "worker_documents[1].document", "no document"),
    ],
)
def test_a_slip_in_a_whole_file_is_told(
    told: Callable[..., Told], old: str, new: str, field: str, said: str
) -> None:
    assert old in BASE
    [(file, line, where, sentence)] = told(OWN, BASE.replace(old, new, 1))
    assert (file, where) == ("inmendagri-18-2021.yaml", field)
    assert line == BASE[: BASE.index(old)].count("\n") + 1
    assert said in sentence


@pytest.mark.parametrize("text", [None, "kode;nama\n31;DKI\n", "code,name\n31\n", "\0"])
def test_regions_that_cannot_be_read_are_told(tmp_path: Path, text: str | None) -> None:
    (tmp_path / "inmendagri-18-2021.yaml").write_text(BASE, "utf-8")
    (tmp_path / "regions").mkdir()
    if text is not None:
        for name in ("provinsi", "kabkota", "kecamatan", "dki_kelurahan"):
            (tmp_path / "regions" / f"{name}.csv").write_text(text, "utf-8")
    [(file, _, _, sentence)] = mistakes_of(tmp_path)
    assert file == "regions"
    assert "columns code and name" in sentence


def test_a_policy_rests_on_a_citation(told: Callable[..., Told]) -> None:
    [(_, _, field, sentence)] = told(OWN.replace("[{text: a}]", "[]"))
    assert (field, sentence[:26]) == ("citations", "Name what it rests on: one")


def test_a_rule_that_gets_days_is_written_whole(told: Callable[..., Told]) -> None:
    [(_, line, field, sentence)] = told(
        f"{OWN}amend:\n  checkpoints:\n    - {{code: road, days: [monday]}}\n"
    )
    assert (line, field) == (8, "amend.checkpoints[1]")
    assert "take it out first ({code: …, remove: true})" in sentence


def test_other_files_build_on_the_name_of_a_policy(told: Callable[..., Told]) -> None:
    base = BASE.replace("id: inmendagri-18-2021", "id: inmendagri-18", 1)
    [(file, line, field, _)] = told(OWN, base)
    assert (file, line, field) == ("x.yaml", 2, "based_on[1]")


@pytest.mark.parametrize("name", ["x.yml", "x.YAML"])
def test_a_file_that_is_not_read_is_told(tmp_path: Path, name: str) -> None:
    (tmp_path / "inmendagri-18-2021.yaml").write_text(BASE, "utf-8")
    (tmp_path / name).write_text(OWN, "utf-8")
    assert [file for file, *_ in mistakes_of(tmp_path)] == [name]


@pytest.mark.parametrize("what", ["folder", "pipe", "link"])
def test_what_is_no_file_is_told(tmp_path: Path, what: str) -> None:
    (tmp_path / "inmendagri-18-2021.yaml").write_text(BASE, "utf-8")
    path = tmp_path / "x.yaml"
    if what == "folder":
        path.mkdir()
    elif what == "pipe":
        os.mkfifo(path)
    else:
        path.symlink_to("nowhere")
    assert mistakes_of(tmp_path) == [("x.yaml", 0, "-", "Is no file.")]


def test_a_file_that_is_wrong_everywhere_is_told_its_first_mistakes(
    told: Callable[..., Told],
) -> None:
    assert len(told(OWN + "".join(f"k{n}: 1\n" for n in range(3_000)))) == MOST_MISTAKES


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("  hours: 5\n", "  hours: 5\n  our: 3\n"),
        ('opens: "07:30"', 'opens: "0730"'),
        ("effective_from: 2021-07-09", "effective_from: 20210709"),
        ('prefix: "01"', 'prefix: "04"'),
        ("code: bereavement", "code: sick-visit"),
    ],
)
def test_what_an_earlier_release_took_and_stored_is_still_read(
    tmp_path: Path, old: str, new: str
) -> None:
    assert old in BASE
    (tmp_path / "x.yaml").write_text(BASE.replace(old, new, 1), "utf-8")
    documents = read_policy_documents(tmp_path)
    assert not isinstance(documents, Unsound)
    assert isinstance(read_policy(documents[0]), Unsound)
    assert not isinstance(read_policy(located(plain(documents[0]), "database")), Unsound)
