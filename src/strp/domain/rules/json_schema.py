"""JSON Schema of policy files, for editors that complete and underline while one types.

`strp policy check` has the last word: what refers to another entry, or follows from several fields,
no schema says.
"""

from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from strp.domain.employers.caps import WHOLE_STAFF, OutsourcedCaps, QuotaRounding
from strp.domain.rules.amendment import AMEND, BASED_ON, REMOVE
from strp.domain.rules.checkpoint import Admits, DayKind, Form, Operator
from strp.domain.rules.checkpoint_reading import GROUPS
from strp.domain.rules.filing_rules import SampleRisk, SeveralKbli, Unfit, WorkerFiler
from strp.domain.rules.kbli_mapping import MappingDecision
from strp.domain.rules.policy import FourEyes, NoteEffect, SectorClass
from strp.domain.rules.reading import ROUND_THE_CLOCK, TODAY
from strp.domain.rules.sector_reading import NO_LIMIT, ExemptFor
from strp.domain.rules.territory import Abroad

Schema = dict[str, Any]
_TEXT: Schema = {"type": "string", "minLength": 1}
_WORD: Schema = {"type": "string", "pattern": "^[a-z0-9][a-z0-9-]*$"}
_YES: Schema = {"type": "boolean"}


def policy_schema() -> Schema:
    """The schema of one policy file."""
    fields = _fields()
    amended = {name: _loosened(schema) for name, schema in fields.items()}
    own: Schema = {BASED_ON: _WORD, AMEND: {"type": "object", "properties": amended}}
    return {
        "title": "STRP policy file",
        "type": "object",
        "properties": {**fields, **own},
        "additionalProperties": False,
        "required": ["id", "title", "effective_from", "citations"],
    }


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
        "effective_from": _DAY,
        "effective_until": _DAY,
        "citations": _list(_object(["text"], text=_TEXT, url=_TEXT)),
        "period": _object(
            ["number", "code", "name", "from", "until"],
            number=_number(1, 32767),
            code=_TEXT,
            name=both,
            until=_DAY,
            **{"from": _DAY},
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
                document=_WORD,
                sectors=_list(_TEXT),
                **{"or": _list(_WORD)},
                **cited,
            )
        ),
        "several_kbli": _object(by=_one_of(SeveralKbli), **cited),
        "unfit": _object(
            ["then", "citation"],
            then=_one_of(Unfit),
            notice_hours=_number(1, 720),
            **cited,
        ),
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
        "nik_notes": {"type": "object", "additionalProperties": _one_of(NoteEffect)},
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
            )
        ),
        "urgent_needs": _list(_object(code=_WORD, name=both, evidence=both)),
        "documents": _list(_object([*needed, "looks"], code=_WORD, **shown)),
    }


def _sectors(both: Schema, cited: Schema) -> Mapping[str, Schema]:
    return {
        "non_essential": _object(name=both, rule=both, objection=both, **cited),
        "sectors": _list(
            _object(
                ["code", "name", "citation", "class", "caps"],
                code=_TEXT,
                name=both,
                caps=_object(service=_CAP, administration=_CAP),
                evidence=_list(both),
                remarks=both,
                exempt_for=_one_of(ExemptFor),
                **{"class": _one_of(SectorClass)},
                **cited,
            )
        ),
        "kbli": _object(
            statement=both,
            mappings=_list(
                _object(
                    ["prefix", "edition", "decision", "note"],
                    prefix=_digits(2, 5),
                    edition=_number(1968, 2100),
                    sector=_TEXT,
                    decision=_one_of(MappingDecision),
                    note=both,
                )
            ),
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


def _checkpoint(both: Schema, hours: Schema, cited: Schema) -> Schema:
    shown = {"document": _WORD, **hours, **cited}
    document = _list(_object(["document", "citation"], **shown))
    carried = _list(_object(["document", "citation"], sectors=_list(_TEXT), **shown))
    admits: Schema = {"enum": [*(member.value for member in Admits), GROUPS]}
    window = _object(["opens", "closes", "admits"], admits=admits, sectors=_list(_TEXT), **hours)
    return _object(
        ["code", "name", "windows", "citation"],
        code=_WORD,
        operator=_one_of(Operator),
        name=both,
        until=_DAY,
        days=_list(_one_of(DayKind)),
        windows=_list(window),
        without=_list(_object(["group", "citation"], group=_WORD, **hours, **cited)),
        instead=document,
        also=carried,
        form=_one_of(Form),
        **{"from": _DAY},
        **cited,
    )


def _loosened(schema: Schema) -> Schema:
    """The same for an amendment: nothing must be there, and an entry may be taken out."""
    if "items" in schema:
        return {**schema, "items": _loosened(schema["items"])}
    if "properties" not in schema:
        return schema
    inner = {name: _loosened(each) for name, each in schema["properties"].items()}
    without = {name: value for name, value in schema.items() if name != "required"}
    return {**without, "properties": {**inner, REMOVE: _YES}}


def _object(required: Iterable[str] | None = None, /, **fields: Schema) -> Schema:
    """A mapping with these fields; all of them must be there unless some are named."""
    return {
        "type": "object",
        "properties": fields,
        "additionalProperties": False,
        "required": list(fields if required is None else required),
    }


def _list(items: Schema) -> Schema:
    return {"type": "array", "items": items}


def _one_of(words: type[StrEnum]) -> Schema:
    return {"enum": [word.value for word in words]}


def _number(lowest: int, highest: int) -> Schema:
    return {"type": "integer", "minimum": lowest, "maximum": highest}


def _digits(shortest: int, longest: int) -> Schema:
    return {"type": "string", "pattern": f"^[0-9]{{{shortest},{longest}}}$"}


_DAY: Schema = {
    "anyOf": [
        {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$"},
        {"const": TODAY},
    ]
}
_CLOCK: Schema = {"type": "string", "pattern": "^[0-9]{2}:[0-9]{2}$"}
_CAP: Schema = {"anyOf": [_number(0, WHOLE_STAFF), {"const": NO_LIMIT}]}
