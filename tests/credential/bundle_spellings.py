"""Makes golden vectors of bundles that spell things otherwise: signed well, written oddly.

    python -m tests.credential.bundle_spellings NAME [one-rule]

writes `tests/vectors/bundles/NAME.json` once, as `bundle_vectors` does. `anywhere` puts each odd
value in each place of a bundle: what the drill holds both readers to.
"""

import copy
import json
import sys
from collections.abc import Iterator
from typing import Any

from strp.credential.signing import SigningKey, base64url, from_base64url
from tests.credential.bundle_vectors import FOLDER, Keys, _signed, outcome

ODD_VALUES = (
    *("1e400", "-1e400", "1.5", "-0", "0", "-1", "9007199254740991", "9007199254740993"),
    *("18446744073709551616", "123456789012345678901234567890", "null", "true", "false"),
    *('""', '" "', r'"\ud800"', r'"\udc00\ud800"', r'"\u0000"', '"😀"', "[]", "{}", "[[]]"),
    *("[null]", "[{}]", '{"id":"a","en":"b"}', '{"id":"a"}', '{"id":1,"en":2}', '{"keys":[]}'),
    *('{"__proto__":{"id":"a","en":"b"}}', '{"constructor":1}', '"__proto__"', '"toString"'),
    *('"2021-07-06"', '"2021-02-30"', '"2021-07-06T09:00:00Z"', '"2021-02-30T00:00:00Z"'),
    *('"2021-07-06T24:00:00Z"', '"2021-07-06T23:59:60Z"', '"2021-07-06T09:00Z"'),
    *('"2021-07-06t09:00:00z"', '"2021-07-06 09:00:00Z"', '"2021-07-06T09:00:00.1234Z"'),
    *('"2021-07-06T09:00:00+25:00"', '"2021-07-06T09:00:00+0700"', '"2021-07-06T09:00:00+07"'),
    *('"2021-07-06T09:00:00+23:59"', '"2021-07-06T09:00:00+14:60"', '"2021-07-06T09:00:00,5Z"'),
    *('"9998-12-31T23:59:59-12:00"', '"9999-01-01T00:00:00Z"', '"9999-01-01"', '"1999-12-31"'),
    *('"0000-01-01T00:00:00Z"', '"-2021-07-06T09:00:00Z"', '"+002021-07-06T09:00:00Z"'),
    *('"2021-07-06T09:00:00Z "', r'"2021-07-06T09:00:00Z\n"', r'"2021-07-06\n"', "NaN"),
    *('"06:00"', '"6:0"', '"24:00"', '"06:60"', '"06:00:00"', r'"06:00\n"', '" 06:00"', '"-6:00"'),
    *(r'"\u0660\u0666:\u0660\u0660"', '"everyone"', '"monday"', '"printed"', '"mrt"', '"AAAA"'),
    *("1.0", "-0.0", "1e2", "9007199254740993.0", "1e22", "[" * 490 + "]" * 490),
    *("[" * 600 + "]" * 600, '{"a":' * 999 + "1" + "}" * 999, '"2021-07-06T23:59:59.9999999Z"'),
    *('"2021-07-06T09:00:00.0009996Z"', '"2021-07-06T09:00:00.123456789012Z"'),
    *('"AA=="', '"="', '"A"', '"+/"', '"AA\\n"', "[" * 40 + "]" * 40, "[" * 5000 + "]" * 5000),
)
"""As JSON writes them."""
_CHOSEN = {
    "issued_at": ('"2021-02-30T00:00:00Z"', '"2021-07-06T24:00:00Z"', '"2021-07-06T09:00Z"'),
    "number": ("9007199254740991", "9007199254740993", "-1", "1e400"),
    "issuer": (r'"\ud800"',),
    "a name that nobody knows": (r'"\ud800"', "[" * 5000 + "]" * 5000, '{"__proto__":1}'),
    "periods/0/number": ("123456789012345678901234567890",),
    "periods/0/exercise": ("null",),
    "status_lists/0/issued_at": ('"9999-01-01T00:00:00Z"', '"2021-07-06T24:00:00Z"'),
    "holidays/0/on": ('"9999-01-01"', '"2021-02-30"'),
    "checkpoints/0/from": ('"1999-12-31"',),
    "checkpoints/0/without/0/document": ("5", "null"),
    "checkpoints/0/without/0/group": ('""',),
    "checkpoints/0/windows/0/opens": (r'"\u0660\u0666:\u0660\u0660"', '"6:0"'),
}


_ONE_RULE = {
    "number": ("1.0", "-0.0", "1e2", "1.5", "9007199254740993.0", "1e22", '"1"'),
    "issued_at": (
        '"2021-07-06T23:59:59.9999999Z"',
        '"2021-07-06T09:00:00.0009996Z"',
        '"2021-07-06T09:00:00.123456789012Z"',
        '"2021-07-06T09:00:00.0005Z"',
    ),
    "trusted_until": ('"2021-07-06T09:00:00.9999994Z"', '"2021-07-06T09:00:00.9999995Z"'),
    "periods/0/number": ("3.0",),
    "periods/0/exercise": ("1.0", "0"),
    "a name that nobody knows": (
        *("1.0", "1e400", "[" * 499 + "]" * 499, "[" * 500 + "]" * 500, "[" * 700 + "]" * 700),
        *('{"a":' * 600 + "1" + "}" * 600, '"' + "[" * 2000 + '"', r'"\\\"' + ',"b":"[{"'),
    ),
}
"""Where the two readers followed different rules, each good in itself."""


class Written(str):
    """JSON as it stands, to the letter."""

    __slots__ = ()


def payload(keys: Keys) -> dict[str, Any]:
    """The payload of a bundle with something of everything in it."""
    made: dict[str, Any] = json.loads(
        from_base64url(json.loads(keys.bundle_of(keys.bundle))["payload"])
    )
    text = {"id": "a", "en": "b"}
    windows = [
        {"opens": "06:00", "closes": "22:00", "admits": "sectors", "sectors": ["E-a"]},
        {"opens": "22:00", "closes": "06:00", "admits": "everyone", "sectors": []},
    ]
    road = {"code": "road", "name": text, "citation": "c", "from": "2021-07-05", "windows": windows}
    return made | {
        "groups": [{"code": "g", "name": text, "show": text, "citation": "c"}],
        "documents": [{"code": "d", "name": text, "looks": text, "citation": "c"}],
        "holidays": [{"on": "2021-07-20", "name": text, "citation": "c"}],
        "checkpoints": [
            road
            | {
                "operator": "road",
                "days": ["monday", "tuesday", "holiday"],
                "without": [{"group": "g", "citation": "c", "opens": "06:00", "closes": "22:00"}],
                "instead": [{"document": "d", "citation": "c"}],
                "form": "printed",
            }
        ],
    }


def write_json(value: object) -> str:
    """JSON, with what is `Written` as it stands."""
    if isinstance(value, Written):
        return str(value)
    if isinstance(value, dict):
        return "{" + ",".join(f"{json.dumps(k)}:{write_json(v)}" for k, v in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(write_json, value)) + "]"
    return json.dumps(value)


def bundle_with(content: dict[str, Any], place: str, value: object, key: SigningKey) -> str:
    """A signed bundle with a value at a place, named by its way there."""
    changed = copy.deepcopy(content)
    *way, last = place.split("/")
    inside: Any = changed
    for step in way:
        inside = inside[int(step) if step.isdigit() else step]
    inside[int(last) if last.isdigit() else last] = value
    return signed(write_json(changed), key)


def signed(content: str, key: SigningKey) -> str:
    """A bundle of a payload as it was written."""
    encoded = base64url(content.encode())
    return json.dumps({"payload": encoded, **_signed(key, encoded)})


def places(value: object, way: str = "") -> Iterator[str]:
    """All places of a payload."""
    steps = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    for step, inside in steps:
        yield f"{way}{step}"
        yield from places(inside, f"{way}{step}/")


def anywhere(keys: Keys) -> dict[str, str]:
    """Each odd value in each place of a bundle."""
    content = payload(keys)
    return {
        f"{place} = {value[:60]}": bundle_with(content, place, Written(value), keys.bundle)
        for place in places(content)
        for value in ODD_VALUES
    }


def chosen(keys: Keys) -> dict[str, str]:
    """Those of which the two readers once said different things, and their neighbours."""
    content = payload(keys)
    made = {
        f"{place} = {value[:60]}": bundle_with(content, place, Written(value), keys.bundle)
        for place, values in _CHOSEN.items()
        for value in values
    }
    plain = write_json(content)
    points = {name: content["signers"]["keys"][0][name] for name in "xy"}
    odd_points = {
        "padded": points["x"] + "=",
        "with a space": points["x"][:9] + " " + points["x"][9:],
        "longer by zeros": base64url(b"\0" + from_base64url(points["x"])),
        "in the other alphabet": points["x"].replace("-", "+").replace("_", "/") + "+",
        "spelled otherwise": points["x"][:-1] + chr(ord(points["x"][-1]) + 1),
    }
    for name, x in odd_points.items():
        made[f"a key's x, {name}"] = bundle_with(content, "signers/keys/0/x", x, keys.bundle)
    whole = signed(plain, keys.bundle)
    return made | {
        "as it should be": whole,
        "byte-order mark before the payload": signed(f"\ufeff{plain}", keys.bundle),
        "byte-order mark before all": f"\ufeff{whole}",
        "signature padded": json.dumps(
            json.loads(whole) | {"signature": json.loads(whole)["signature"] + "=="}
        ),
    }


def one_rule(keys: Keys) -> dict[str, str]:
    """Numbers, moments, repeated names and depths, of which both readers say the same."""
    content = payload(keys)
    made = {
        f"{place} = {value[:60]} ({len(value)})": bundle_with(
            content, place, Written(value), keys.bundle
        )
        for place, values in _ONE_RULE.items()
        for value in values
    }
    plain = write_json(content)
    for name, added in {
        "a wrong number before": '"number":"x",',
        "a wrong number behind": None,
        "no periods before": '"periods":[],',
        "half a letter before": r'"number":1.5,"issuer":"\ud800",',
    }.items():
        text = "{" + added + plain[1:] if added else plain[:-1] + ',"number":"x"}'
        made[name] = signed(text, keys.bundle)
    whole = json.loads(signed(plain, keys.bundle))
    made["a payload twice, the good one last"] = '{"payload":5,' + json.dumps(whole)[1:]
    made["depth around the payload"] = json.dumps(whole)[:-1] + f',"a":{"[" * 600 + "]" * 600}}}'
    return made


def main() -> int:
    """Write one file of vectors, unless it is there."""
    path = FOLDER / f"{sys.argv[1]}.json"
    if path.exists():
        raise SystemExit(f"{path} is there: vectors are added, never edited")
    made = one_rule(Keys()) if "one-rule" in sys.argv[2:] else chosen(Keys())
    path.write_text(json.dumps(document(made), indent=1) + "\n", "utf-8")
    print(f"{len(made)} cases in {path}")
    return 0


def document(made: dict[str, str]) -> dict[str, Any]:
    """A file of vectors of bundles as they were written, under no pin."""
    cases = [{"bundle": name, "pins": "none", **outcome(text, [])} for name, text in made.items()]
    return {"bundles": made, "pins": {"none": []}, "cases": cases}


if __name__ == "__main__":
    raise SystemExit(main())
