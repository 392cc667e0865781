"""JSON Schema of policy files, for editors that complete and underline while one types.

`strp policy check` has the last word: no schema says what refers to another entry or another file.
What else only one of the two sees is listed in docs/policies.md; a test changes the shipped files
in thousands of ways and compares them.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from strp.domain.employers.caps import WHOLE_STAFF, OutsourcedCaps, QuotaRounding
from strp.domain.rules.amendment import AMEND, BASED_ON, KEYS, OWN, REMOVE
from strp.domain.rules.checkpoint import Admits, DayKind, Form, Operator
from strp.domain.rules.checkpoint_reading import GROUPS
from strp.domain.rules.date_reading import TODAY
from strp.domain.rules.filing_rules import SampleRisk, SeveralKbli, Unfit, WorkerFiler
from strp.domain.rules.kbli_mapping import DIVISIONS, DIVISIONS_OF, MappingDecision
from strp.domain.rules.people_reading import NIK_NOTES
from strp.domain.rules.policy import FourEyes, NoteEffect, SectorClass
from strp.domain.rules.reading import ROUND_THE_CLOCK
from strp.domain.rules.sector_reading import NO_LIMIT, ExemptFor
from strp.domain.rules.territory import Abroad

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "pattern": "\\S"}
_WORD: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"}
_YES: Schema = {"type": "boolean"}


def policy_schema() -> Schema:
    """The schema of one policy file."""
    fields = _fields()
    amended = {name: _changed(each, name) for name, each in fields.items() if name not in OWN}
    own: Schema = {BASED_ON: _WORD, AMEND: _open(amended)}
    alone: Schema = {"not": {"required": [BASED_ON]}}
    return {
        "title": "STRP policy file",
        **_open({**fields, **own}),
        "required": ["id", "title", "effective_from", "citations"],
        "dependencies": {AMEND: [BASED_ON]},
        "allOf": [
            {"if": alone, "then": {"required": list(WHOLE)}},
            {"if": _says("follows_today", True), "then": _dates_of(_TODAY)},
            {
                "if": {
                    "anyOf": [
                        _says("follows_today", False),
                        {**alone, "properties": {"follows_today": False}},
                    ]
                },
                "then": _dates_of(_DAY),
            },
        ],
    }


def _dates_of(day: Schema) -> Schema:
    """The dates that an exercise leaves to the day, and a regulation names."""
    period: Schema = {"properties": {"from": day, "until": day}}
    return {"properties": {"effective_from": day, "effective_until": day, "period": period}}


def _fields() -> Mapping[str, Schema]:
    both, cited = _object(id=_TEXT, en=_TEXT), {"citation": _TEXT}
    hours = {"opens": _CLOCK, "closes": _CLOCK}
    return {
        **_dates(both, cited),
        **_service(both, cited, hours),
        **_people(both, cited),
        **_sectors(both, cited),
        "holidays": _list(_object(on=_DAY, name=both, **cited)),
        "checkpoints": _list(_checkpoint(both, hours, cited)),
        "waiting_room": _object(employers=_number(1, 100), individuals=_number(1, 100)),
    }


def _dates(both: Schema, cited: Schema) -> Mapping[str, Schema]:
    return {
        "id": _WORD,
        "title": both,
        "follows_today": _YES,
        "effective_from": _DATED,
        "effective_until": _DATED,
        "citations": _list(_object(["text"], text=_TEXT, url=_TEXT), least=1),
        "period": _object(
            ["number", "code", "name", "from", "until"],
            number=_number(1, 32767),
            code=_TEXT,
            name=both,
            until=_DATED,
            **{"from": _DATED},
            **cited,
        ),
        "territory": _object(
            ["code", "name"],
            code=_digits(2, 10),
            name=both,
            outside=_object(
                ["then", "elsewhere", "citation"],
                then=_one_of(Abroad),
                issuers=_list(_object(code=_digits(2, 4), name=both)),
                elsewhere=both,
                **cited,
            ),
        ),
    }


def _service(both: Schema, cited: Schema, hours: Schema) -> Mapping[str, Schema]:
    service: Schema = {"anyOf": [{"const": ROUND_THE_CLOCK}, _object(**hours)]}
    return {
        "decision": _object(hours=_number(1, 240), **cited),
        "service_hours": _object(company=service, urgent=service),
        "filing": _object(workers=_one_of(WorkerFiler), partners=_one_of(WorkerFiler), **cited),
        "worker_documents": _list(
            _object(
                ["document", "citation"],
                document=_TEXT,
                sectors=_list(_TEXT, least=1),
                **{"or": _list(_TEXT)},
                **cited,
            )
        ),
        "several_kbli": _object(by=_one_of(SeveralKbli), **cited),
        "unfit": {
            **_object(
                ["then", "citation"],
                then=_one_of(Unfit),
                notice_hours=_number(1, 720),
                **cited,
            ),
            **_only_where("then", [Unfit.SUSPEND], "notice_hours", always=True),
        },
        "straight_through": _YES,
        "sample_percent": _number(0, 100),
        "sample_rates": _object([], **{risk: _number(0, 100) for risk in SampleRisk}),
        "four_eyes": _list(_one_of(FourEyes)),
        "objections": _object(hours=_number(1, 720)),
        "offline": _object(hours=_number(7, 720)),
        "quota": _object(
            ["rounding", "citation"],
            rounding=_one_of(QuotaRounding),
            outsourced=_object(
                caps=_one_of(OutsourcedCaps), host_confirms_percent=_number(0, 1000)
            ),
            **cited,
        ),
        "nik_notes": _object([], **{note: _one_of(NoteEffect) for note in NIK_NOTES}),
        "urgent_office": _object(place=both, telephone=_TEXT, hours=both, **cited),
    }


def _people(both: Schema, cited: Schema) -> Mapping[str, Schema]:
    needed = ("code", "name", "citation")
    shown = {"name": both, "looks": both, "picture": _WORD, **cited}
    return {
        "exempt": _list(
            _object(
                [*needed, "show_instead"],
                code=_WORD,
                show_instead=both,
                only_at_checkpoints=_YES,
                roster=_list(_TEXT),
                **shown,
            ),
            least=1,
        ),
        "urgent_needs": _list(_object(code=_WORD, name=both, evidence=both)),
        "documents": _list(_object([*needed, "looks"], code=_WORD, **shown)),
    }


def _sectors(both: Schema, cited: Schema) -> Mapping[str, Schema]:
    return {
        "non_essential": _object(name=both, rule=both, objection=both, **cited),
        "sectors": _list(
            {
                **_object(
                    ["code", "name", "citation", "class", "caps"],
                    code=_TEXT,
                    name=both,
                    caps=_object(service=_CAP, administration=_CAP),
                    evidence=_list(both),
                    remarks=both,
                    exempt_for=_one_of(ExemptFor),
                    **{"class": _one_of(SectorClass)},
                    **cited,
                ),
                **_only_where("class", [SectorClass.EXEMPT], "exempt_for"),
            }
        ),
        "kbli": _object(
            ["statement", "mappings"],
            statement=both,
            mappings=_list(_mapping(both)),
            bridges=_list(
                _object(
                    ["edition", "from", "citation"],
                    edition=_number(1968, 2100),
                    same=_list(_digits(2, 5)),
                    rows=_list(_object(prefix=_digits(2, 5), **{"from": _list(_digits(2, 5))})),
                    **{"from": _number(1968, 2100)},
                    **cited,
                )
            ),
        ),
    }


def _mapping(both: Schema) -> Schema:
    row = _object(
        ["prefix", "edition", "decision", "note"],
        prefix=_digits(2, 5),
        edition=_number(1968, 2100),
        sector=_TEXT,
        decision=_one_of(MappingDecision),
        note=both,
    )
    known: Schema = {"properties": {"prefix": {"pattern": f"^({'|'.join(sorted(DIVISIONS))})"}}}
    auto = MappingDecision.AUTO.value
    return {
        **row,
        "allOf": [
            {"if": _says("edition", DIVISIONS_OF), "then": known},
            {"if": _says("decision", auto), "then": {"required": ["sector"]}},
        ],
    }


def _checkpoint(both: Schema, hours: Schema, cited: Schema) -> Schema:
    def shown(name: str, **more: Schema) -> Schema:
        entry = _object([name, "citation"], **{name: _TEXT}, **hours, **more, **cited)
        return _list({**entry, "dependencies": {"opens": ["closes"], "closes": ["opens"]}})

    admits: Schema = {"enum": [*(member.value for member in Admits), GROUPS]}
    window: Schema = {
        **_object(
            ["opens", "closes", "admits"], admits=admits, sectors=_list(_TEXT, least=1), **hours
        ),
        **_only_where("admits", [Admits.SECTORS], "sectors", always=True),
    }
    return _object(
        ["code", "name", "windows", "citation"],
        code=_WORD,
        operator=_one_of(Operator),
        name=both,
        until=_DAY,
        days={**_list(_one_of(DayKind), least=1), "uniqueItems": True},
        windows=_list(window, least=1),
        without=shown("group"),
        instead=shown("document"),
        also=shown("document", sectors=_list(_TEXT, least=1)),
        form=_one_of(Form),
        **{"from": _DAY},
        **cited,
    )


def _changed(schema: Schema, name: str) -> Schema:
    """The same for an amendment, which says what changes and leaves the rest.

    Args:
        schema: of a field of a whole file.
        name: of the field, such as `kbli.mappings`; a list whose entries have no name of their own
            is written whole.
    """
    if "anyOf" in schema:
        return {"anyOf": [_changed(each, name) for each in schema["anyOf"]]}
    if "properties" in schema:
        return _open(
            {
                field: _changed(each, f"{name}.{field}")
                for field, each in schema["properties"].items()
            }
        )
    if "items" not in schema or name not in KEYS:
        return schema
    entry, keys = _changed(schema["items"], name), KEYS[name]
    removed: Schema = {"propertyNames": {"enum": [*keys, REMOVE]}}
    return _list(
        {
            **_open({**entry["properties"], REMOVE: {"const": True}}),
            "required": [keys[0]],
            "if": {"required": [REMOVE]},
            "then": removed,
        }
    )


def _says(field: str, value: object) -> Schema:
    """Whether a field is there and says this."""
    return {"properties": {field: {"const": value}}, "required": [field]}


def _only_where(
    field: str, words: Iterable[StrEnum], other: str, *, always: bool = False
) -> Schema:
    """A field that goes with some words of another.

    Args:
        field: the other.
        words: that it may say.
        other: the field that goes with these words alone.
        always: whether it must be there with them.
    """
    said: Schema = {"properties": {field: {"enum": [word.value for word in words]}}}
    there: Schema = {"required": [other]} if always else {}
    return {"if": said, "then": there, "else": {"properties": {other: False}}}


def _object(required: Iterable[str] | None = None, /, **fields: Schema) -> Schema:
    """A mapping with these fields; all of them must be there unless some are named."""
    return {**_open(fields), "required": list(fields if required is None else required)}


def _open(fields: Mapping[str, Schema]) -> Schema:
    """A mapping with these fields and no others, none of which must be there."""
    return {"type": "object", "properties": {**fields}, "additionalProperties": False}


def _list(items: Schema, *, least: int = 0) -> Schema:
    """A list with so many entries at least."""
    return {"type": "array", "items": items, **({"minItems": least} if least else {})}


def _one_of(words: type[StrEnum]) -> Schema:
    return {"enum": [word.value for word in words]}


def _number(lowest: int, highest: int) -> Schema:
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def _digits(shortest: int, longest: int) -> Schema:
    return {"type": "string", "pattern": f"^[0-9]{{{shortest},{longest}}}$"}


_TODAY: Schema = {"const": TODAY}
_DAY: Schema = {
    "type": "string",
    "pattern": "^2[0-9]{3}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])$",
    "format": "date",
}
_DATED: Schema = {"anyOf": [_DAY, _TODAY]}
_CLOCK: Schema = {"type": "string", "pattern": "^([01][0-9]|2[0-3]):[0-5][0-9]$"}
_CAP: Schema = {"anyOf": [_number(0, WHOLE_STAFF), {"const": NO_LIMIT}]}
WHOLE = (
    "period",
    "territory",
    "decision",
    "service_hours",
    "straight_through",
    "sample_percent",
    "quota",
    "nik_notes",
    "exempt",
    "urgent_needs",
    "non_essential",
    "sectors",
    "kbli",
    "checkpoints",
)
"""What a file that builds on no other says."""
