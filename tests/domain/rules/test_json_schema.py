"""The JSON Schema for editors: it knows every field, and lets every shipped file pass."""

from typing import Any

import pytest

from strp.domain.rules.amendment import AMEND, BASED_ON
from strp.domain.rules.json_schema import policy_schema
from strp.domain.rules.reading import FIELDS
from strp.outside.registries.policy_files import shipped_policies

jsonschema = pytest.importorskip("jsonschema")
yaml = pytest.importorskip("yaml")
FILES = sorted(shipped_policies().glob("*.yaml"))


class Dates(yaml.SafeLoader):  # type: ignore[misc, name-defined]
    """As editors read YAML 1.2: days and times are texts, and so is `on`."""


Dates.yaml_implicit_resolvers = {
    first: [
        (tag, form)
        for tag, form in forms
        if "timestamp" not in tag and not (first in "oO" and "bool" in tag)
    ]
    for first, forms in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


def test_the_schema_knows_every_field() -> None:
    assert set(policy_schema()["properties"]) == {*FIELDS, BASED_ON, AMEND}


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_shipped_file_passes(path: Any) -> None:
    document = yaml.load(path.read_text("utf-8"), Loader=Dates)
    jsonschema.validate(document, policy_schema())


@pytest.mark.parametrize(
    "change", [{"efective_from": "2021-07-13"}, {"unfit": {"then": "vanish"}}, {"id": "KRL"}]
)
def test_a_slip_is_underlined(change: dict[str, Any]) -> None:
    document = yaml.load(FILES[0].read_text("utf-8"), Loader=Dates) | change
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(document, policy_schema())
