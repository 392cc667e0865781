"""`strp policy check`, `replay` and their like: policy files as they lie in a folder, unchanged."""

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from strp.cli.installation import read_settings
from strp.cli.output import ExitCode, Json, print_json, print_table, report_error, say
from strp.domain.errors import StrpError

if TYPE_CHECKING:
    from strp.domain.rules.document import PolicyMistake
    from strp.domain.screening.replay import Step

Folder = Annotated[
    Path | None,
    typer.Argument(help="Folder of policy files; default: STRP_POLICIES_DIR, or those shipped."),
]
HEADINGS = ("date", "policy", "subject", "case", "before", "after")


def add_to(group: typer.Typer) -> None:
    """Add these commands to `strp policy`."""
    for command in (check, diff, replay, schema):
        group.command()(command)


def check(folder: Folder = None, json: Json = False) -> None:
    """Read policy files and name every mistake by file, line and field; change nothing."""
    from strp.domain.rules.document import Unsound
    from strp.usecases.rules.documents import check_policies

    found = check_policies(_folder(folder))
    mistakes = found.mistakes if isinstance(found, Unsound) else ()
    if json:
        print_json({"sound": not mistakes, "mistakes": [_plain(each) for each in mistakes]})
    elif mistakes:
        for each in mistakes:
            print(f"{each.file}:{each.line}: {each.field}: {say(each.text)}")
    else:
        print("The policies are sound.")
    raise typer.Exit(ExitCode.REFUSED if mistakes else ExitCode.DONE)


def _plain(mistake: "PolicyMistake") -> dict[str, object]:
    where = {"file": mistake.file, "line": mistake.line, "field": mistake.field}
    return {**where, "detail": say(mistake.text)}


def replay(
    folder: Folder = None,
    markdown: Annotated[
        bool, typer.Option("--markdown", help="Print the page docs/policy-replay.md.")
    ] = False,
    svg: Annotated[
        bool, typer.Option("--svg", help="Print the line of time as a picture.")
    ] = False,
    json: Json = False,
) -> None:
    """Play the policies one after the other: what each changes for some cases; change nothing."""
    from strp.domain.screening.replay import row_of
    from strp.outside.paper.timeline import svg_of
    from strp.usecases.rules.documents import replay_policies, sound_documents

    try:
        place = _folder(folder)
        steps = replay_policies(place)
        policies = row_of(policy for policy, _ in sound_documents(place))
    except StrpError as error:
        raise typer.Exit(report_error(error)) from None
    if json:
        print_json([step._asdict() for step in steps])
    elif svg:
        print(svg_of(policies), end="")
    elif markdown:
        titles = {policy.policy_id: policy.title.en for policy in policies}
        print(page_of(steps, titles), end="")
    else:
        changed = [tuple(step) for step in steps if step.changes]
        print_table("What each policy changes", HEADINGS, changed)


def page_of(steps: "list[Step]", titles: dict[str, str]) -> str:
    """The row as a page: a section for each policy, a line for each case that it changes.

    Args:
        steps: of all policies, in order of time.
        titles: by id of the policy, in order of time.

    Returns:
        Markdown.
    """
    lines = [
        "# The rules of July to September 2021, one after the other",
        "",
        "Made by `make docs` from `policies/`; do not edit. Each policy answers the cases of",
        "`policies/replay/cases.yaml` on its first day; what it does not change is left out.",
        "",
        "![Line of time](policy-replay.svg)",
    ]
    for policy_id, title in titles.items():
        own = [step for step in steps if step.policy == policy_id]
        lines += ["", f"## {own[0].date} {title}" if own else f"## {title}", ""]
        lines += [f"`{policy_id}`", ""]
        changed = [step for step in own if step.changes]
        if changed:
            lines += ["| subject | case | before | after |", "|---|---|---|---|"]
            lines += [f"| {s.subject} | {s.case} | {s.before} | {s.after} |" for s in changed]
        else:
            lines.append("None of the cases changes.")
    return "\n".join(lines) + "\n"


def diff(
    before: Annotated[str, typer.Argument(help="Policy that holds first.")],
    after: Annotated[str, typer.Argument(help="Policy that takes its place.")],
    folder: Folder = None,
    json: Json = False,
) -> None:
    """Tell in sentences what one policy changes against another; both languages with --json."""
    from strp.domain.screening.policy_diff import differences
    from strp.usecases.rules.documents import policies_named

    try:
        old, new = policies_named(_folder(folder), (before, after))
    except StrpError as error:
        raise typer.Exit(report_error(error)) from None
    found = differences(old, new)
    if json:
        print_json([text._asdict() for text in found])
        return
    for text in found:
        print(say(text))
    if not found:
        print(f"{after} says the same as {before}.")


def schema() -> None:
    """Print the JSON Schema of policy files, for an editor that completes while one types."""
    from strp.domain.rules.json_schema import policy_schema

    print_json({"$schema": "http://json-schema.org/draft-07/schema#", **policy_schema()})


def _folder(given: Path | None) -> Path:
    from strp.outside.registries.policy_files import shipped_policies

    own = read_settings().policies_dir
    return given or (Path(own) if own else shipped_policies())
